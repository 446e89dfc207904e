"""The list of hand-overs, the page of one, its register."""

from __future__ import annotations

from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from crm.archive.dossiers.queries import attachments_of, sections_of
from crm.archive.handover import listings, reports
from crm.archive.handover.authority import not_entitled
from crm.archive.handover.history import timeline_of
from crm.archive.handover.models import (
    ASK_TITLES,
    CAUSE_TITLES,
    CLOCK_TITLES,
    GRADE_TITLES,
    LATE_TITLES,
    LINE_STATE_TITLES,
    LINE_TITLES,
    PARTY_TITLES,
    STATE_TITLES,
    AskState,
    HandoverState,
    LineState,
    Party,
    RegisterEntry,
)
from crm.archive.handover.path import PATH
from crm.archive.handover.queries import deadlines, lists
from crm.archive.handover.queries.authority import decider, matter_of
from crm.archive.handover.queries.standing import (
    absences,
    steps_of,
    supplement_lists,
    versions_of,
)
from crm.archive.handover.service.postponing import hindrance
from crm.archive.handover.standing import Standing
from crm.archive.handover.views.pages import READ, blueprint, load
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.lists import listing
from crm.worktime.queries import calendar

TITLES = {
    "ask": ASK_TITLES,
    "cause": CAUSE_TITLES,
    "clock": CLOCK_TITLES,
    "grade": GRADE_TITLES,
    "late": LATE_TITLES,
    "line": LINE_TITLES,
    "line_state": LINE_STATE_TITLES,
    "party": PARTY_TITLES,
    "state": STATE_TITLES,
}
TONES = {
    HandoverState.preparing: "blue",
    HandoverState.with_b: "blue",
    HandoverState.supplementing: "orange",
    HandoverState.coded: "blue",
    HandoverState.checking: "purple",
    HandoverState.filed: "green",
}
# What is done on the page itself, line by line, and not by a button.
IN_PLACE = frozenset({"arrange", "provide", "audit", "recheck", "check"})
FIRST = ("receive", "submit", "sign_b", "code", "hand_to_b", "sign_a", "issue")  # the next thing to do, the last first


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.handovers(business_day()), "handover/index.html", desks=lists.desks(business_day()))


@blueprint.get("/register")
@requires(READ)
def register() -> ResponseReturnValue:
    """登记本."""
    may_print = g.actor.may(Permission.credit_oversee)
    return listing.answer(listings.register(), "handover/register.html", may_print=may_print)


@blueprint.get("/<int:handover_id>")
@requires(READ)
def show(handover_id: int) -> ResponseReturnValue:
    return page_of(load(handover_id))


def page_of(standing: Standing) -> ResponseReturnValue:
    entry = lists.entry_of(standing.handover.id)
    return render_template(
        "handover/show.html",
        standing=standing,
        handover=standing.handover,
        project=standing.handover.project,
        a=standing.who(Party.a),
        b=standing.who(Party.b),
        titles=TITLES,
        tone=TONES[standing.state],
        **_lines(standing),
        **_turns(standing),
        **_clocks(standing, entry),
        entry=entry,
        events=timeline_of(standing.handover.id),
    )


def _lines(standing: Standing) -> dict[str, Any]:
    handover = standing.handover
    sections = reports.sections(
        standing,
        sections_of(handover.dossier.template_id),
        lists.items_of(handover.dossier_id),
        absences(handover.dossier_id),
    )
    versions = list(reversed(versions_of(handover.id)))
    return {
        "sections": sections,
        "missing": set(standing.missing),
        "attachments": attachments_of(handover.dossier_id),
        "versions": versions,
        "signed_version": next((each.version for each in versions if standing.late_of(each) is None), 0),
        "places": reports.places(standing, standing.version) if standing.version else [],
        "copies": reports.copies,
        "supplements": supplement_lists(handover.id),
        "open_states": (LineState.open, LineState.provided),
    }


def _turns(standing: Standing) -> dict[str, Any]:
    """What this person may do now, and why not the rest."""
    permissions = g.actor.permissions
    offered = [name for name in PATH.offered(standing, permissions) if PATH[name].party is not None]
    withheld = PATH.withheld(standing, permissions)
    return {
        "offered": offered,
        "buttons": [(name, PATH[name].title) for name in offered if name not in IN_PLACE],
        "first": next((name for name in FIRST if name in offered), ""),
        "withheld": [(PATH[name].title, reason) for name, reason in withheld],
        "columns": reports.Columns.of(standing, set(offered)),
        "may_waive": bool(standing.open_lines) and not not_entitled(decider(), matter_of(standing)),
    }


def _clocks(standing: Standing, entry: RegisterEntry | None) -> dict[str, Any]:
    handover, today = standing.handover, business_day()
    rows = deadlines.deadlines(handover.id)
    asked = deadlines.postponements(handover.id)
    return {
        "faces": reports.faces(standing, rows, steps_of(handover.id), calendar(), today, entry),
        "deadlines": rows,
        "postponements": asked,
        "awaiting": [each for each in asked if each.state is AskState.asked],
        "may_ask": not hindrance(standing),
        "today": today,
    }
