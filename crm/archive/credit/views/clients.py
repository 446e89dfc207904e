"""Clients: the list, a client's page with the projects one sees, registering, changing, a number in full."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.credit import history, listings, queries, register, service
from crm.archive.credit.forms import CompanyForm, PersonForm, RevealForm
from crm.archive.credit.models import CLIENT_TITLES, PROJECT_TITLES, Client, ClientKind, Project
from crm.archive.credit.service import ClientFacts
from crm.archive.credit.views.pages import PREPARE, READ, blueprint
from crm.audit.queries import timeline
from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.db import session
from crm.lists import listing
from crm.phones import mask_phone
from crm.secrecy import blind_index
from crm.web.forms import attempt, form_page, is_current

FORMS = {ClientKind.person: PersonForm, ClientKind.company: CompanyForm}
NUMBERS = {ClientKind.person: ("id_number",), ClientKind.company: ("credit_code", "legal_representative")}


@blueprint.get("/clients/")
@requires(READ)
def clients() -> ResponseReturnValue:
    new = url_for(".new_client") if g.actor.may(PREPARE) else None
    return listing.answer(listings.clients(), new_url=new, new_text=_("Register a client"))


@blueprint.route("/clients/new", methods=["GET", "POST"])
@requires(PREPARE)
def new_client() -> ResponseReturnValue:
    kind = ClientKind.person if request.args.get("kind") == "person" else ClientKind.company
    form = FORMS[kind]()
    similar: Any = []
    if form.validate_on_submit():
        similar = similar_to(form)
        if not similar or form.anyway.data:
            made = service.register_client(facts_of(form, kind))
            return redirect(url_for(".client", client_id=made.id))
    if not similar:
        del form.anyway
    context = {"kind": kind, "kinds": CLIENT_TITLES, "similar": similar, "seen": _seen(similar)}
    return form_page(form, _("Register a client"), url_for(".clients"), "credit/client_form.html", **context)


def similar_to(form: Any, besides: int = 0) -> Any:
    """Clients that may be the one in the form, whoever keeps them."""
    return queries.similar_clients(form.name.data or "", *_numbers_in(form), besides)


def _numbers_in(form: Any) -> tuple[str, str]:
    """The blind index of the ID number, and the credit code."""
    id_number = form.id_number.data if "id_number" in form else ""
    code = form.credit_code.data if "credit_code" in form else ""
    return blind_index(id_number) if id_number else "", code or ""


def obtainable(form: Any) -> list[Client]:
    """Those of them that one sees; whoever else's client only by its number: a name is known to many (decision 023)."""
    similar, numbers = similar_to(form), _numbers_in(form)
    seen = _seen(similar)
    return [client for client in similar if client.id in seen or queries.is_same_client(client, *numbers)]


def _seen(similar: Any) -> set[int]:
    """Those among them whose page the acting person may open."""
    ids = [client.id for client in similar]
    return (
        set(session().scalars(register.clients().with_only_columns(Client.id).where(Client.id.in_(ids))))
        if ids
        else set()
    )


def facts_of(form: Any, kind: ClientKind) -> ClientFacts:
    """Those of the form that a client of this kind has."""
    names = ("name", "phone", "address", "note", *NUMBERS[kind])
    return ClientFacts(kind=kind, **{name: form[name].data or "" for name in names if name in form})


@blueprint.get("/clients/<int:client_id>")
@requires(READ)
def client(client_id: int) -> ResponseReturnValue:
    found, day = queries.get_client(client_id), business_day()
    rows = session().execute(register.projects().where(Project.client_id == found.id).order_by(Project.id.desc())).all()
    return render_template(
        "credit/client.html",
        client=found,
        kind=CLIENT_TITLES[found.kind],
        phone=mask_phone(found.phone) if found.phone else "",
        rows=[(row, PROJECT_TITLES[row.kind], listings.state_words(row, day), listings.tone(row, day)) for row in rows],
        vouched=queries.vouched_for(found.id),
        amount=sum(row.amount for row in rows),
        outstanding=sum(row.outstanding for row in rows),
        may_edit=g.actor.may(PREPARE),
        may_reveal=g.actor.may(Permission.credit_reveal),
        events=history.happenings("client", found.id),
    )


@blueprint.route("/clients/<int:client_id>/edit", methods=["GET", "POST"])
@requires(PREPARE)
def edit_client(client_id: int) -> ResponseReturnValue:
    found = queries.get_client(client_id)
    form = FORMS[found.kind](obj=found)
    del form.anyway
    if "id_number" in form and found.id_masked:
        form.id_number.description = _("Leave it empty to keep %(number)s.", number=found.id_masked)
    if not form.is_submitted():
        form.phone.data = ""
    form.phone.description = _phone_help(found)
    compared = [name for name in ("name", "credit_code", "legal_representative", "address", "note") if name in form]
    if form.validate_on_submit() and is_current(form, found, timeline("client", found.id), compared):
        attempt(form, service.change_client, found, _changed_facts(form, found))
        return redirect(url_for(".client", client_id=found.id))
    return form_page(form, _("Change the client"), url_for(".client", client_id=found.id), intro=found.name)


def _phone_help(client: Client) -> str:
    return _("Leave it empty to keep %(number)s.", number=mask_phone(client.phone)) if client.phone else ""


def _changed_facts(form: Any, client: Client) -> ClientFacts:
    """Numbers are only typed anew: what is left empty stays."""
    form.phone.data = form.phone.data or client.phone
    return facts_of(form, client.kind)


@blueprint.route("/clients/<int:client_id>/reveal", methods=["GET", "POST"])
@requires(Permission.credit_reveal)
@confirmed
def reveal_client(client_id: int) -> ResponseReturnValue:
    """A number in full, once, for a reason that is logged. GET only asks for the reason."""
    found, form = queries.get_client(client_id), RevealForm()
    what = "phone" if request.args.get("what") == "phone" else "id_number"
    number = attempt(form, service.reveal, found, what, form.text) if form.validate_on_submit() else ""
    page = render_template("credit/reveal.html", client=found, form=form, number=number, what=what)
    return page, 422 if form.is_submitted() and not number else 200
