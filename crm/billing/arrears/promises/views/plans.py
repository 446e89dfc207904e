"""The list of instalment plans, one plan, its agreement on paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arrears.promises import history, listings, queries
from crm.billing.arrears.promises.models import (
    PLAN_TITLES,
    PLAN_WORKFLOW,
    STANDING_TITLES,
    InstalmentPlan,
    PlanStanding,
    PlanState,
)
from crm.billing.arrears.promises.views.pages import READ, plans, shown_file
from crm.dates import business_day
from crm.errors import DomainError
from crm.lists import listing
from crm.money import in_capitals
from crm.web import pdf
from crm.web.download import attachment

NO_AGREEMENT = (PlanState.refused, PlanState.withdrawn)


@plans.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.plans(business_day()))


@plans.get("/<int:plan_id>")
@requires(READ)
def show(plan_id: int) -> ResponseReturnValue:
    found = queries.get_plan(plan_id)
    return render_template(
        "billing/arrears/plans/show.html",
        offered=offered(found),
        has_agreement=found.state not in NO_AGREEMENT,
        events=history.happenings("instalment_plan", found.id),
        **shown(found),
    )


def offered(found: InstalmentPlan) -> list[str]:
    """Who asked does not decide, and nobody else withdraws."""
    names = PLAN_WORKFLOW.offered(found, g.actor.permissions)
    own = found.requested_by_id == g.actor.user_id
    possible = {
        "decide": "approve" in names and not own,
        "withdraw": "withdraw" in names and own,
        "end": "end" in names,
        "sign": "withdraw" in names or "end" in names,
    }
    return [name for name, can in possible.items() if can]


def shown(found: InstalmentPlan) -> dict[str, Any]:
    """What page and forms say of a plan."""
    stand, day = queries.standing_of(found.id, business_day()), business_day()
    standing = PlanStanding(stand.standing) if stand and found.state is PlanState.agreed else None
    state: Any = standing or found.state
    return {
        "plan": found,
        "state": STANDING_TITLES[standing] if standing else PLAN_TITLES[found.state],
        "tone": listings.PLAN_TONES[state],
        "stand": stand,
        "settled": stand.settled if stand else None,
        "capitals": in_capitals(found.total),
        "instalments": [(row, *_state_of(row, day, counts=stand is not None)) for row in queries.figures_of(found.id)],
    }


def _state_of(row: Any, day: date, *, counts: bool) -> tuple[str, str]:
    """(words, tone) of an instalment; of a plan that was never agreed nothing is expected."""
    if not counts:
        return "", ""
    if row.settled >= row.to_be_paid:
        return _("Paid off"), "green"
    return (_("Missed"), "red") if row.due_on < day else (_("Not due yet"), "grey")


@plans.get("/<int:plan_id>/agreement.pdf")
@requires(READ)
def agreement(plan_id: int) -> ResponseReturnValue:
    """分期缴款协议, for both signatures."""
    found = queries.get_plan(plan_id)
    if found.state in NO_AGREEMENT:
        raise DomainError(_("This plan was not agreed: there is no agreement to sign."))
    paper = pdf.document(
        "arrears/instalment_plan.html",
        plan=found,
        estate=found.customer.estate,
        capitals=in_capitals(found.total),
        code=pdf.qr(url_for(".show", plan_id=found.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )
    name = f"{_('Instalment agreement')} {found.code} {found.customer.name}.pdf"
    return attachment(paper, name, "application/pdf", inline=True)


@plans.get("/<int:plan_id>/signed")
@requires(READ)
def signed(plan_id: int) -> ResponseReturnValue:
    found = queries.get_plan(plan_id)
    return shown_file(found.upload_id) if found.upload_id else abort(404)
