"""Papers of a renovation: brought or not needed, as they came, and the forms we print."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.errors import NotEntitled
from crm.files import store
from crm.files.models import Upload
from crm.renovations.cases import papers, queries, service
from crm.renovations.cases.forms import PaperForm, files_of
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.service.bringing import hindrance
from crm.renovations.cases.service.printing import print_permit
from crm.renovations.cases.views.pages import LOG, READ, address, blueprint
from crm.renovations.works.queries import get_paper_kind
from crm.web.download import attachment
from crm.web.forms import attempt, form_page

PDF = "application/pdf"


@blueprint.route("/<int:renovation_id>/papers/<int:renovation_paper_kind_id>", methods=["GET", "POST"])
@requires(LOG)
def bring(renovation_id: int, renovation_paper_kind_id: int) -> ResponseReturnValue:
    """A paper comes, or is not needed for a reason."""
    renovation, kind = queries.get_renovation(renovation_id), get_paper_kind(renovation_paper_kind_id)
    if reason := hindrance(renovation):
        raise NotEntitled(reason)
    form = PaperForm(key=token_hex(12))
    if form.validate_on_submit() and attempt(form, _bring, renovation, kind, form):
        flash(_("%(paper)s: kept.", paper=kind.title))
        return redirect(address(renovation, "papers"), 303)
    intro = " · ".join(filter(None, (renovation.number, kind.title, kind.advice)))
    return form_page(form, kind.title, address(renovation, "papers"), intro=intro)


def _bring(renovation: Renovation, kind: Any, form: PaperForm) -> Any:
    key = form.key.data or None
    if form.reason.data:
        return service.not_needed(renovation, kind, form.reason.data, key=key)
    return service.bring(renovation, kind, files_of(form.files), note=form.note.data or "", key=key)


@blueprint.get("/papers/<int:renovation_paper_id>/scan")
@requires(READ)
def scan(renovation_paper_id: int) -> ResponseReturnValue:
    return _file(queries.get_paper(renovation_paper_id).upload)


@blueprint.get("/alterations/<int:renovation_alteration_id>/drawing")
@requires(READ)
def drawing(renovation_alteration_id: int) -> ResponseReturnValue:
    return _file(queries.get_alteration(renovation_alteration_id).upload)


@blueprint.get("/<int:renovation_id>/agreement")
@requires(READ)
def agreement(renovation_id: int) -> ResponseReturnValue:
    """As it was signed."""
    return _file(queries.get_renovation(renovation_id).agreement)


def _file(upload: Upload | None) -> ResponseReturnValue:
    if upload is None:
        raise NotEntitled(_("No file was brought."))
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)


@blueprint.post("/<int:renovation_id>/permit.pdf")
@requires(LOG)
def permit_paper(renovation_id: int) -> ResponseReturnValue:
    """To hang on the door; each print is noted, a second one says that it is a reprint."""
    renovation = queries.get_renovation(renovation_id)
    return attachment(print_permit(renovation), f"{renovation.permit_number}.pdf", PDF, inline=True)


def _printed(name: str, make: Callable[[Renovation], bytes], code: str) -> None:
    @requires(READ)
    def view(renovation_id: int) -> ResponseReturnValue:
        renovation = queries.get_renovation(renovation_id)
        return attachment(make(renovation), f"{renovation.number}-{code}.pdf", PDF, inline=True)

    view.__name__ = name
    blueprint.add_url_rule(f"/<int:renovation_id>/{code}.pdf", name, view)


_printed("application_paper", papers.application_paper, "D01")
_printed("agreement_paper", papers.agreement_paper, "D05")
_printed("alterations_paper", papers.alterations_paper, "D08")
_printed("record_paper", papers.record_paper, "record")
