"""The lists of procedures, a procedure's own page with its versions, files, and who has read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.engineering.procedures import listings, papers, queries, service
from crm.engineering.procedures.history import EVENT_DETAILS, EVENT_TITLES
from crm.engineering.procedures.models import (
    STATE_TITLES,
    STATE_TONES,
    WORKFLOW,
    Procedure,
    ProcedureState,
    ProcedureVersion,
)
from crm.engineering.procedures.service import STEPS
from crm.engineering.procedures.views.pages import KEEP, READ, address, blueprint
from crm.engineering.procedures.views.steps import PAGES
from crm.engineering.trades import TRADE_TITLES
from crm.engineering.wording import happenings
from crm.files.showing import shown
from crm.lists import listing
from crm.web.download import attachment

S = ProcedureState
FIRST = (S.in_force, S.submitted, S.draft, S.approved)  # which version the page opens with
MAIN = ("approve", "hand_in", "change")


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for(".new") if g.actor.may(KEEP) else None
    return listing.answer(listings.procedures(business_day()), new_url=new, new_text=_("Enter a work procedure"))


@blueprint.get("/to-review")
@requires(READ)
def to_review() -> ResponseReturnValue:
    return listing.answer(listings.to_review(business_day()))


@blueprint.get("/<int:procedure_id>")
@requires(READ)
def show(procedure_id: int) -> ResponseReturnValue:
    """The version in force; while there is none, the one that is being written."""
    versions = queries.versions_of(queries.get_procedure(procedure_id).id)
    order = {state: place for place, state in enumerate(FIRST)}
    return _page(min(versions, key=lambda each: (order.get(each.state, len(FIRST)), -each.position)), versions)


@blueprint.get("/versions/<int:procedure_version_id>")
@requires(READ)
def version(procedure_version_id: int) -> ResponseReturnValue:
    chosen = queries.get_version(procedure_version_id)
    return _page(chosen, queries.versions_of(chosen.procedure_id))


def _page(chosen: ProcedureVersion, versions: Sequence[ProcedureVersion]) -> ResponseReturnValue:
    procedure, offered = chosen.procedure, _offered(chosen)
    return render_template(
        "engineering/procedure.html",
        procedure=procedure,
        chosen=chosen,
        versions=versions,
        lines=chosen.text.splitlines(),
        titles={"state": STATE_TITLES, "tone": STATE_TONES},
        trade=TRADE_TITLES[procedure.trade] if procedure.trade else "",
        actions=offered,
        main=next((name for name in MAIN if name in dict(offered)), ""),
        may_write=g.actor.may(KEEP) and not any(each.state in (S.draft, S.submitted) for each in versions),
        may_keep=g.actor.may(KEEP),
        **_reading(procedure, chosen),
        events=happenings("procedure", procedure.id, EVENT_TITLES, EVENT_DETAILS),
    )


def _offered(chosen: ProcedureVersion) -> list[tuple[str, Any]]:
    return [(name, WORKFLOW[name].title) for name in STEPS.offered(chosen) if name in PAGES]


def _reading(procedure: Procedure, chosen: ProcedureVersion) -> dict[str, Any]:
    """Who has read it, and of whoever does the work who has not."""
    readings = queries.readings_of(chosen.id)
    there = {each.user_id for each in readings}
    missing = [user.full_name for user in queries.have_to_read(procedure) if user.id not in there]
    return {
        "readings": readings,
        "missing": missing if chosen.state is S.in_force else [],
        "may_read": chosen.state is S.in_force and g.actor.user_id not in there,
    }


@blueprint.post("/versions/<int:procedure_version_id>/read")
@requires(READ)
def acknowledge(procedure_version_id: int) -> ResponseReturnValue:
    chosen = queries.get_version(procedure_version_id)
    service.acknowledge(chosen)
    flash(_("It is noted that you have read %(number)s.", number=chosen.number))
    return redirect(address(chosen.procedure_id))


@blueprint.get("/versions/<int:procedure_version_id>/readings")
@requires(READ)
def readings(procedure_version_id: int) -> ResponseReturnValue:
    return listing.answer(listings.readings(queries.get_version(procedure_version_id)))


@blueprint.get("/versions/<int:procedure_version_id>/file")
@requires(READ)
def fetch(procedure_version_id: int) -> ResponseReturnValue:
    return shown(queries.get_version(procedure_version_id).upload or abort(404))


@blueprint.get("/versions/<int:procedure_version_id>/sheet.pdf")
@requires(READ)
def sheet(procedure_version_id: int) -> ResponseReturnValue:
    chosen = queries.get_version(procedure_version_id)
    return attachment(papers.sheet(chosen), f"{chosen.number}.pdf", "application/pdf", inline=True)
