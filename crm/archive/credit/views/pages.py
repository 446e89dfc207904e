"""What the pages of the register share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.archive.credit.models import Project
from crm.auth.permissions import Permission
from crm.files import store
from crm.files.models import Upload
from crm.web.forms import BaseForm, form_page

blueprint = Blueprint("credit", __name__, url_prefix="/credit")
READ, PREPARE, APPROVE = Permission.credit_read, Permission.credit_prepare, Permission.credit_approve
PURPOSE = "credit"  # of evidence in the store; fetched from the project it belongs to


def project_address(project: Project, tab: str | None = None) -> str:
    return url_for("credit.project", project_id=project.id, tab=tab)


def to_project(project: Project, tab: str | None = None) -> ResponseReturnValue:
    return redirect(project_address(project, tab))


def kept(file: Any) -> Upload | None:
    """The evidence in the store; raises `DomainError` for what is no readable file."""
    if not file or not file.filename:
        return None
    return store.keep(file.read(), file.filename, purpose=PURPOSE, estate_id=None)


def evidence(form: Any) -> Upload:
    """Of a form that requires it."""
    upload = kept(form.evidence.data)
    if upload is None:
        raise LookupError("the form let an empty evidence through")
    return upload


def step_page(
    form: BaseForm, project: Project, title: str, tab: str | None = None, **context: Any
) -> ResponseReturnValue:
    told = f"{project.title} · {project.a.full_name} / {project.b.full_name}"
    back = project_address(project, tab)
    return form_page(form, title, back, "credit/step.html", intro=told, project=project, **context)
