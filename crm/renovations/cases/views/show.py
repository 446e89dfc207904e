"""The list of renovations, and a renovation's own page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import Happening
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.lists import listing
from crm.properties.parts import sections_of
from crm.renovations.cases import listings, queries
from crm.renovations.cases.models import STATE_TITLES, STATE_TONES, WORKFLOW, Renovation, RenovationStep
from crm.renovations.cases.parts import renovation_parts, step_address
from crm.renovations.cases.service.steps import STEPS
from crm.renovations.cases.views.pages import READ, blueprint
from crm.renovations.cases.wording import left_in_words, tone_of
from crm.tenants.queries import get_customer

TITLES = {"state": STATE_TITLES, "tone": STATE_TONES}
MAIN = "complete examine sign permit begin resume finish pass_first pass_second settle close".split()


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.renovations(business_day()))


@blueprint.get("/<int:renovation_id>")
@requires(READ)
def show(renovation_id: int) -> ResponseReturnValue:
    renovation, today = queries.get_renovation(renovation_id), business_day()
    actions = _actions(renovation)
    return render_template(
        "renovations/show.html",
        renovation=renovation,
        titles=TITLES,
        customer=get_customer(renovation.customer_id),
        left=left_in_words(renovation, today),
        tone=tone_of(renovation, today),
        actions=actions,
        main=next((name for name in MAIN if name in {each[0] for each in actions}), ""),
        sections=sections_of(renovation_parts, renovation),
        events=_told(STEPS.of(renovation.id)),
    )


def _actions(renovation: Renovation) -> list[tuple[str, Any, str]]:
    """(name, title, address) of the steps that the acting person can take now."""
    offered = STEPS.offered(renovation)
    all_of_them = ((name, WORKFLOW[name].title, step_address(renovation, name)) for name in offered)
    return [each for each in all_of_them if each[2]]


def _told(steps: Sequence[RenovationStep]) -> list[Happening]:
    """The steps in words, the newest first."""
    return [Happening(at=step.taken_at, who=step.taken_by, title=_title(step), text=_words(step)) for step in steps][
        ::-1
    ]


def _title(step: RenovationStep) -> str:
    return str(WORKFLOW[step.action].title) if step.action in WORKFLOW else _("Applied for")


def _words(step: RenovationStep) -> str:
    return " · ".join(filter(None, (step.reason, step.note)))
