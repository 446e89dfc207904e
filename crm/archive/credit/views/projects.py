"""The register, entering and changing an application, a project's page."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.credit import history, listings, queries, service
from crm.archive.credit.forms import ApplicationForm, ProjectForm
from crm.archive.credit.models import (
    BASIS_TITLES,
    CLIENT_TITLES,
    COLLATERAL_TITLES,
    PROJECT_TITLES,
    ROLE_TITLES,
    VERDICT_TITLES,
    Client,
    ClientKind,
    Project,
    ProjectKind,
)
from crm.archive.credit.offers import FIRST, may, offers
from crm.archive.credit.retention import HOLD_TITLES, holds
from crm.archive.credit.service import Application
from crm.archive.credit.terms import Terms
from crm.archive.credit.views.clients import facts_of, obtainable
from crm.archive.credit.views.pages import PREPARE, READ, blueprint, project_address, to_project
from crm.archive.numbers.listings import STATE_TITLES
from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.lists import listing
from crm.money import in_capitals
from crm.web.forms import attempt, choices, form_page, is_current

TABS = ("overview", "securities", "money")


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for(".new_project") if g.actor.may(PREPARE) else None
    return listing.answer(listings.projects(business_day()), new_url=new, new_text=_("Enter an application"))


@blueprint.route("/projects/new", methods=["GET", "POST"])
@requires(PREPARE)
def new_project() -> ResponseReturnValue:
    """`client_id` in the address chooses the client."""
    form = ProjectForm(client_id=request.args.get("client_id", ""), applied_on=business_day(), a_id=g.actor.user_id)
    _offer_choices(form)
    asked: Any = []
    if form.validate_on_submit():
        asked = [] if form.client_id.data else obtainable(form)
        form.known.choices = _known(asked)
        if (not asked or form.known.data) and (made := attempt(form, _added, form, asked)):
            return _to_added(made)
    if not asked:
        del form.known
    return form_page(form, _("Enter an application"), url_for(".index"), "credit/project_form.html", asked=asked)


def _to_added(made: Project) -> ResponseReturnValue:
    """Its page; whoever entered it for two others does not see that."""
    if made.is_transferor(g.actor.user_id) or g.actor.may(Permission.credit_oversee):
        return to_project(made)
    flash(_("Entered: %(step)s.", step=made.title))
    return redirect(url_for(".index"))


def _offer_choices(form: Any) -> None:
    own = queries.clients_to_choose()
    form.client_id.choices = choices(own, empty=_("A new client, entered below"))
    form.known.choices, form.known.validate_choice = [], False
    managers = queries.project_managers()
    form.a_id.choices = choices(managers)
    form.b_id.choices = choices(managers)
    if not form.is_submitted():
        form.b_id.data = next((key for key in managers if key != form.a_id.data), None)


def _known(asked: Any) -> list[tuple[str, str]]:
    return [*((str(one.id), _described(one)) for one in asked), ("new", _("No: register a new client"))]


def _described(client: Client) -> str:
    told = (client.name, client.number, str(CLIENT_TITLES[client.kind]))
    return " · ".join(part for part in told if part)


def _added(form: Any, asked: Any) -> Project:
    client = _client_of(form, asked)
    return service.add_project(client, _application(form), form.a_id.data, form.b_id.data)


def _client_of(form: Any, asked: Any) -> Client:
    """The one chosen, the one it turned out to be, or a new one."""
    if form.client_id.data:
        return queries.get_client(int(form.client_id.data))
    known = next((one for one in asked if str(one.id) == form.known.data), None)
    return known or service.register_client(facts_of(form, ClientKind(form.client_kind.data)))


def _application(form: Any, kind: ProjectKind | None = None) -> Application:
    terms = Terms(amount=form.amount.data, term_months=form.term_months.data, rate=form.rate.data)
    return Application(
        kind=kind or ProjectKind(form.kind.data),
        terms=terms,
        applied_on=form.applied_on.data,
        purpose=form.purpose.data or "",
        title=form.title.data or "",
    )


@blueprint.route("/projects/<int:project_id>/edit", methods=["GET", "POST"])
@requires(PREPARE)
def edit(project_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    form = ApplicationForm(obj=found)
    if form.validate_on_submit() and is_current(form, found, timeline("project", found.id)):
        application = _application(form, found.kind)
        if attempt(form, service.change_application, found, application):
            return to_project(found)
    page = "credit/project_form.html"
    return form_page(form, _("Change the application"), project_address(found), page, asked=[], intro=found.title)


@blueprint.get("/projects/<int:project_id>")
@requires(READ)
def project(project_id: int) -> ResponseReturnValue:
    found, day = queries.get_project(project_id), business_day()
    tab = request.args.get("tab", "")
    number = found.dossier.number if found.dossier else None
    offered = offers(found)
    return render_template(
        "credit/project.html",
        project=found,
        number=number.text if number else "",
        number_state=STATE_TITLES[number.number.state] if number else "",
        kind=PROJECT_TITLES[found.kind],
        state=listings.state_words(found, day),
        tone=listings.tone(found, day),
        capitals=in_capitals(found.amount),
        tab=tab if tab in TABS else TABS[0],
        possible=[offer for offer in offered if not offer.hindrance],
        hindered=[offer for offer in offered if offer.hindrance],
        main=next((offer.name for offer in offered if offer.name in FIRST and not offer.hindrance), ""),
        may={name: may(found, name) for name in ("secure", "reverse", "repay", "release")},
        holds=[HOLD_TITLES[hold] for hold in holds(found)],
        events=history.happenings("project", found.id),
        **_parts(found),
    )


def _parts(found: Project) -> dict[str, Any]:
    rows = queries.repayments(found.id)
    return {
        "decisions": queries.decisions(found.id),
        "changes": queries.role_changes(found.id),
        "corrections": queries.end_corrections(found.id),
        "guarantors": queries.guarantors(found.id),
        "collateral": queries.collateral(found.id),
        "contracts": queries.contracts(found.id),
        "derived": queries.derived_numbers(found),
        "repayments": rows,
        "reversed": {row.reverses_id for row in rows if row.reverses_id},
        "interest": sum(row.interest for row in rows),
        "titles": {
            "basis": BASIS_TITLES,
            "role": ROLE_TITLES,
            "verdict": VERDICT_TITLES,
            "client": CLIENT_TITLES,
            "collateral": COLLATERAL_TITLES,
        },
    }
