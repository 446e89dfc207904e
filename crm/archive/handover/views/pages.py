"""The blueprint, and what its pages share: loading a hand-over, a step on a page of its own, the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from crm.archive.handover.forms import StepForm
from crm.archive.handover.path import PATH
from crm.archive.handover.queries.standing import get_handover, standing_of
from crm.archive.handover.standing import Standing
from crm.auth.permissions import Permission
from crm.files import store
from crm.files.models import Upload
from crm.web.forms import BaseForm, attempt, form_page

blueprint = Blueprint("handover", __name__, url_prefix="/archive/handover")
READ, PREPARE = Permission.credit_read, Permission.credit_prepare
KEEP, DECIDE = Permission.dossier_keep, Permission.archive_approve


def load(handover_id: int) -> Standing:
    """Locked where something will be changed, so that two tabs come one after the other."""
    return standing_of(get_handover(handover_id, lock=request.method == "POST"))


def address(standing: Standing) -> str:
    return url_for("handover.show", handover_id=standing.handover.id)


def back(standing: Standing, words: str = "") -> ResponseReturnValue:
    if words:
        flash(words)
    return redirect(address(standing))


def told(standing: Standing) -> str:
    """Whose hand-over it is, above every form."""
    return f"{standing.content['number'] or _('number to come')} · {standing.handover.project.title}"


def step_page(
    handover_id: int,
    action: str,
    form: StepForm,
    act: Callable[[Standing], Any],
    template: str = "handover/step.html",
    **context: Any,
) -> ResponseReturnValue:
    """The action's form; sent, it is done, unless the hand-over moved on since the page was opened."""
    standing = load(handover_id)
    PATH.expect(standing, action)
    if not form.is_submitted():
        form.version.data = standing.handover.version
    if form.validate_on_submit():
        standing.handover.expect_version(form.version.data)
        if attempt(form, act, standing):
            return back(standing, _("Done: %(action)s.", action=PATH[action].title))
    return part_page(form, standing, str(PATH[action].title), template, **context)


def part_page(
    form: BaseForm, standing: Standing, title: str, template: str = "_layout/form.html", **context: Any
) -> ResponseReturnValue:
    return form_page(form, title, address(standing), template, intro=told(standing), standing=standing, **context)


def kept(field_name: str, purpose: str) -> Upload | None:
    """The file sent with the form, stored; None when there was none. Raises `DomainError` for a foreign kind."""
    file: FileStorage | None = request.files.get(field_name)
    if file is None or not file.filename:
        return None
    return store.keep(file.read(), file.filename, purpose=purpose, estate_id=None)
