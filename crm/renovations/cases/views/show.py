"""The list of renovations, a renovation's own page, and a contact's number in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import Happening
from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.calls.forms import NumberForm
from crm.dates import business_day
from crm.lists import listing
from crm.phones import mask_phone
from crm.properties.parts import sections_of
from crm.renovations.cases import listings, queries, service
from crm.renovations.cases.models import (
    DECISION_TITLES,
    ENDED,
    ON_SITE,
    STATE_TITLES,
    STATE_TONES,
    WORKFLOW,
    Renovation,
    RenovationState,
    RenovationStep,
)
from crm.renovations.cases.parts import form_pages, renovation_parts, step_address
from crm.renovations.cases.securing import deposit_of
from crm.renovations.cases.service import STEPS
from crm.renovations.cases.service.agreeing import charge_hindrance, tie_hindrance
from crm.renovations.cases.service.altering import hindrance as alteration_hindrance
from crm.renovations.cases.service.bringing import hindrance as paper_hindrance
from crm.renovations.cases.service.showing import number_of, show_number
from crm.renovations.cases.views.money import take_address
from crm.renovations.cases.views.pages import DECIDE, LOG, READ, address, blueprint
from crm.renovations.cases.wording import left_in_words, step_title, tone_of
from crm.tenants.queries import get_customer
from crm.violations.cases.present import shown as violated
from crm.web.revealing import number_page

TITLES = {"state": STATE_TITLES, "tone": STATE_TONES, "decision": DECISION_TITLES}
DECISION_TONES = {"asked": "orange", "approved": "green", "refused": "red"}
MAIN = "complete examine sign permit begin resume finish pass_first pass_second settle close".split()


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for("renovation_intake.new") if g.actor.may(LOG) else None
    return listing.answer(listings.renovations(business_day()), new_url=new, new_text=_("Apply for a renovation"))


@blueprint.get("/permits")
@requires(READ)
def permits() -> ResponseReturnValue:
    """Live permits, that which runs out first at the top."""
    return listing.answer(listings.permits(business_day()))


@blueprint.get("/contractors")
@requires(READ)
def contractors() -> ResponseReturnValue:
    """Who builds where, and how many violations were noted meanwhile."""
    return listing.answer(listings.builders())


@blueprint.get("/<int:renovation_id>")
@requires(READ)
def show(renovation_id: int) -> ResponseReturnValue:
    renovation, today = queries.get_renovation(renovation_id), business_day()
    actions = _actions(renovation)
    return render_template(
        "renovations/show.html",
        renovation=renovation,
        titles=TITLES,
        tones=DECISION_TONES,
        customer=get_customer(renovation.customer_id),
        left=left_in_words(renovation, today),
        tone=tone_of(renovation, today),
        is_over=_is_over_time(renovation, today),
        actions=actions,
        main=next((name for name in MAIN if name in {each[0] for each in actions}), ""),
        waits=_waits(renovation),
        events=_told(STEPS.of(renovation.id)),
        sections=sections_of(renovation_parts, renovation),
        **_parts(renovation),
    )


def _parts(renovation: Renovation) -> dict[str, Any]:
    number = number_of(renovation, business_day())
    return {
        "number": mask_phone(number) if number else "",
        "papers": queries.papers_of(renovation),
        "form_pages": form_pages,
        "may_bring": not paper_hindrance(renovation),
        "alterations": queries.alterations_of(renovation.id),
        "alters": any(work.alters_structure for work in renovation.works),
        "may_alter": not alteration_hindrance(renovation),
        "extensions": queries.extensions_of(renovation.id),
        "may_decide": g.actor.may(DECIDE),
        "violations": _violations(renovation),
        "may_note": g.actor.may(Permission.violation_log) and renovation.state not in ENDED,
        **_money(renovation),
    }


def _violations(renovation: Renovation) -> Sequence[Any]:
    return violated(queries.violations_of(renovation)) if g.actor.may(Permission.violation_read) else []


def _money(renovation: Renovation) -> dict[str, Any]:
    """None of it for whoever may not see money but what is asked for."""
    seen = g.actor.may(Permission.billing_read)
    return {
        "deposit": deposit_of(renovation) if seen else None,
        "fees": queries.fees_of(renovation.id) if seen else [],
        "owed": service.owed(renovation) if seen else None,
        "may_tie": g.actor.may(LOG) and not tie_hindrance(renovation),
        "may_charge": g.actor.may(LOG) and not charge_hindrance(renovation),
        "take": take_address(renovation) if g.actor.may(Permission.cash_take) else "",
    }


def _actions(renovation: Renovation) -> list[tuple[str, Any, str]]:
    """(name, title, address) of the steps that the acting person can take now."""
    offered = STEPS.offered(renovation)
    all_of_them = ((name, WORKFLOW[name].title, step_address(renovation, name)) for name in offered)
    return [each for each in all_of_them if each[2]]


def _waits(renovation: Renovation) -> str:
    """Why what comes next cannot be done yet, for whoever would do it; "" where nothing hinders."""
    following = {
        RenovationState.applied: "complete",
        RenovationState.agreed: "permit",
        RenovationState.stopped: "resume",
    }.get(renovation.state)
    return STEPS.impossible(renovation, following) if following else ""


def _is_over_time(renovation: Renovation, today: Any) -> bool:
    """Whether somebody is on site without a permit that runs."""
    return renovation.state in ON_SITE and not renovation.runs_on(max(today, renovation.valid_from or today))


def _told(steps: Sequence[RenovationStep]) -> list[Happening]:
    """The steps in words, the newest first."""
    return [
        Happening(at=step.taken_at, who=step.taken_by, title=step_title(step.action), text=_words(step))
        for step in steps
    ][::-1]


def _words(step: RenovationStep) -> str:
    return " · ".join(filter(None, (step.reason, step.note)))


@blueprint.route("/<int:renovation_id>/number", methods=["GET", "POST"])
@requires(Permission.customer_reveal)
@confirmed
def number(renovation_id: int) -> ResponseReturnValue:
    """The contact's number, once, for a reason that is logged. GET only asks for the reason."""
    renovation, form = queries.get_renovation(renovation_id), NumberForm()
    digits = show_number(renovation, form.text) if form.validate_on_submit() else ""
    return number_page(form, digits, [(_("Renovations"), url_for(".index")), (renovation.number, address(renovation))])
