"""Incidents: the list, one of them, reporting, notes with evidence, the end."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.vault.documents.queries import withheld
from crm.archive.vault.incidents import listings, queries, service
from crm.archive.vault.incidents.forms import CloseForm, NoteForm, ReportForm
from crm.archive.vault.incidents.path import PATH, STATE_TITLES, Case
from crm.archive.vault.models import IncidentKind, TitleDocument, TitleState
from crm.archive.vault.models.count import INCIDENT_TITLES
from crm.archive.vault.models.document import KEPT
from crm.auth.permissions import Permission, requires
from crm.db import session
from crm.files import store
from crm.files.models import Upload
from crm.lists.listing import answer
from crm.web.download import attachment
from crm.web.forms import attempt, choices, form_page, id_in, opened_on, stand_on

blueprint = Blueprint("vault_incidents", __name__, url_prefix="/archive/vault/incidents")
READ, EVIDENCE = Permission.credit_oversee, "title_incident"


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return answer(listings.incidents(), "vault/incidents/index.html", may_report=g.actor.may(Permission.title_witness))


@blueprint.get("/<int:title_incident_id>")
@requires(READ)
def show(title_incident_id: int) -> ResponseReturnValue:
    case = queries.get_incident(title_incident_id)
    return render_template(
        "vault/incidents/show.html",
        incident=case.incident,
        state=case.state,
        states=STATE_TITLES,
        kind=INCIDENT_TITLES[case.incident.kind],
        notes=queries.notes_of(case.incident.id),
        actions=[(name, PATH[name].title) for name in PATH.offered(case, g.actor.permissions)],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.title_witness)
def new() -> ResponseReturnValue:
    form = ReportForm(data={"document_id": request.args.get("document", "")})
    form.document_id.choices = choices(_documents(), _("None in the books"))
    if form.validate_on_submit() and (made := attempt(form, _report, form)):
        flash(_("Reported: %(number)s.", number=made.number.text))
        return redirect(url_for(".show", title_incident_id=made.id))
    return form_page(form, _("Report an incident"), url_for(".index"), button=_("Report an incident"))


def _documents() -> dict[int, str]:
    """What the company or A answers for; while a safe is being counted, not what lies in it."""
    found = select(TitleDocument.id, TitleDocument.certificate_no, TitleDocument.name).where(~withheld())
    kept = found.where(TitleDocument.state.in_((*KEPT, TitleState.with_a)))
    kept = kept.order_by(TitleDocument.certificate_no, TitleDocument.id)
    return {row.id: f"{row.certificate_no} · {row.name}" for row in session().execute(kept)}


def _report(form: ReportForm) -> object:
    key = id_in(form.document_id.data or "")
    document = session().get(TitleDocument, key) if key else None
    return service.report(IncidentKind(form.kind.data), document, form.description.data or "")


@blueprint.route("/<int:title_incident_id>/note", methods=["GET", "POST"])
@requires(Permission.title_witness)
def note(title_incident_id: int) -> ResponseReturnValue:
    case, form = queries.get_incident(title_incident_id, lock=request.method == "POST"), NoteForm()
    PATH.expect(case, "note")
    if form.validate_on_submit() and attempt(form, _note, case, form):
        return redirect(url_for(".show", title_incident_id=case.incident.id))
    return _page(form, case, "note")


def _note(case: Case, form: NoteForm) -> None:
    service.note(case, form.words.data or "", _kept(form))


def _kept(form: NoteForm) -> Upload | None:
    file = form.evidence.data
    if not file or not file.filename:
        return None
    return store.keep(file.read(), file.filename, purpose=EVIDENCE, estate_id=None)


@blueprint.route("/<int:title_incident_id>/close", methods=["GET", "POST"])
@requires(Permission.title_approve)
def close(title_incident_id: int) -> ResponseReturnValue:
    case, form = queries.get_incident(title_incident_id, lock=request.method == "POST"), CloseForm()
    PATH.expect(case, "close")
    stand_on(form, case.incident)
    sound = form.validate_on_submit() and opened_on(form, case.incident)
    if sound and attempt(form, service.close, case, form.result.data or ""):
        flash(_("Incident closed."))
        return redirect(url_for(".show", title_incident_id=case.incident.id))
    return _page(form, case, "close")


def _page(form: NoteForm | CloseForm, case: Case, action: str) -> ResponseReturnValue:
    back = url_for(".show", title_incident_id=case.incident.id)
    title, told = str(PATH[action].title), {"intro": case.incident.number.text, "incident": case.incident}
    return form_page(form, title, back, "vault/incidents/form.html", button=title, **told)


@blueprint.get("/<int:title_incident_id>/notes/<int:incident_note_id>")
@requires(READ)
def evidence(title_incident_id: int, incident_note_id: int) -> ResponseReturnValue:
    upload = queries.get_evidence(title_incident_id, incident_note_id)
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)
