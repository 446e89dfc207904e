"""Adding a file to a complaint, and fetching one."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.complaints.cases.models import ADDRESS, Complaint
from crm.complaints.cases.queries import get_case
from crm.complaints.files import queries, service
from crm.complaints.files.forms import FileForm
from crm.files import store
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, hindered

blueprint = Blueprint("complaint_files", __name__, url_prefix="/complaints")


@blueprint.route("/<int:complaint_id>/files/new", methods=["GET", "POST"])
@requires(Permission.complaint_log)
def new(complaint_id: int) -> ResponseReturnValue:
    case, form = get_case(complaint_id), FileForm(key=token_hex(16))
    back = f"{ADDRESS.format(case.id)}#files"
    standing = service.find_added(form.key.data) if form.is_submitted() else None
    possible = bool(standing) or not hindered(form, service.hindrance(case))
    if possible and form.validate_on_submit() and attempt(form, _add, case, form):
        flash(_("The file is kept."))
        return redirect(back)
    return form_page(form, _("Add a file"), back, intro=f"{case.number} · {case.words[:60]}")


def _add(case: Complaint, form: FileForm) -> Any:
    chosen: Any = form.file.data
    return service.add(case, chosen.read(), chosen.filename, form.about.data or "", form.key.data or None)


@blueprint.get("/files/<int:complaint_file_id>")
@requires(Permission.complaint_read)
def fetch(complaint_file_id: int) -> ResponseReturnValue:
    upload = queries.get_file(complaint_file_id).upload
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)
