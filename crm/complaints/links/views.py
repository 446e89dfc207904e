"""A page for each kind of thing a complaint can be linked to."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.permissions import Permission, requires
from crm.complaints.cases.models import ADDRESS, LINK_TITLES, LinkKind
from crm.complaints.cases.queries import get_case
from crm.complaints.links import service
from crm.complaints.links.forms import form_of
from crm.complaints.links.kinds import KINDS
from crm.errors import NotEntitled
from crm.web.forms import attempt, form_page, hindered

blueprint = Blueprint("complaint_links", __name__, url_prefix="/complaints")
NAMES = ", ".join(LinkKind)


@blueprint.route(f"/<int:complaint_id>/links/<any({NAMES}):link_kind>", methods=["GET", "POST"])
@requires(Permission.complaint_handle)
def new(complaint_id: int, link_kind: str) -> ResponseReturnValue:
    case, kind = get_case(complaint_id), LinkKind(link_kind)
    linkable = KINDS[kind]
    if not actor().may(linkable.permission):
        raise NotEntitled(_("Your role does not include this. Ask your supervisor or the administrator."))
    labels = linkable.choices(case)
    form, back = form_of(linkable, labels), f"{ADDRESS.format(case.id)}#links"
    possible = not hindered(form, service.hindrance(case)) and form.validate_on_submit()
    if possible and attempt(form, service.link, case, kind, form.thing.data or ""):
        flash(_("Linked to the complaint."))
        return redirect(back)
    title = _("Link: %(kind)s", kind=LINK_TITLES[kind])
    return form_page(form, title, back, intro=f"{case.number} · {case.words[:60]}", button=_("Link it"))
