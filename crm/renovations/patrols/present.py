"""Patrols on a renovation's page, on the walk, and as what a violation comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.properties.parts import Part
from crm.renovations.cases.models import Renovation
from crm.renovations.patrols import queries, service
from crm.renovations.patrols.models import (
    OUTCOME_TITLES,
    OUTCOME_TONES,
    Outcome,
    RenovationPatrol,
    RenovationPatrolPlan,
)
from crm.renovations.patrols.points import POINTS
from crm.renovations.patrols.wording import left_in_words, tone_of
from crm.violations.cases.models import STATE_TITLES, STATE_TONES, Violation
from crm.violations.cases.origins import Origin
from crm.web.templating import moment

ADDRESS = "/renovations/patrols/{}"
SHOWN = 5  # the latest; the log has all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`points`: (title, outcome, tone, words) of what was looked at; `violations` with state and tone."""

    patrol: RenovationPatrol
    points: Sequence[tuple[str, Any, str, str]]
    wrong: Sequence[tuple[str, str]]
    violations: Sequence[tuple[Violation, Any, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patrols:
    renovation: Renovation
    plan: RenovationPatrolPlan | None
    left: str
    left_tone: str
    patrols: Sequence[Shown]
    may_patrol: bool
    may_plan: bool
    is_mine: bool


def of_renovation(renovation: Renovation) -> Patrols:
    plan, today = queries.find_plan(renovation.id), business_day()
    next_on = plan.next_on if plan else None
    patrols_there = actor().may(Permission.renovation_patrol)
    return Patrols(
        renovation=renovation,
        plan=plan,
        left=left_in_words(next_on, today),
        left_tone=tone_of(next_on, today),
        patrols=recent(renovation, SHOWN),
        may_patrol=patrols_there and not service.hindrance(renovation),
        may_plan=actor().may(Permission.renovation_check) and next_on is not None,
        is_mine=plan is not None and plan.patroller_id == actor().user_id,
    )


def recent(renovation: Renovation, most: int) -> list[Shown]:
    """The newest first."""
    return shown(queries.latest_of(renovation.id, most))


def shown(patrols: Sequence[RenovationPatrol]) -> list[Shown]:
    noted = queries.violations_of([each.id for each in patrols])
    return [_shown(each, noted.get(each.id, [])) for each in patrols]


def _shown(patrol: RenovationPatrol, violations: Sequence[Violation]) -> Shown:
    looked = [point for point in patrol.points if point.outcome is not Outcome.unseen or point.words]
    return Shown(
        patrol=patrol,
        points=[
            (POINTS.title_of(each.code), OUTCOME_TITLES[each.outcome], OUTCOME_TONES[each.outcome], each.words)
            for each in looked
        ],
        wrong=[(POINTS.title_of(each.code), each.words) for each in looked if each.outcome is Outcome.found],
        violations=[(each, STATE_TITLES[each.state], STATE_TONES[each.state]) for each in violations],
    )


def origin(renovation_patrol_id: int) -> Origin | None:
    """What a further violation of the patrol is filled with, for whoever sees renovations."""
    if not actor().may(Permission.renovation_read):
        return None
    mine = RenovationPatrol.id == renovation_patrol_id, within(RenovationPatrol.estate_id)
    found = select(RenovationPatrol).where(*mine).options(joinedload(RenovationPatrol.renovation))
    patrol = session().scalars(found).one_or_none()
    if patrol is None:
        return None
    case = patrol.renovation
    return Origin(
        estate_id=patrol.estate_id,
        text=_("Patrol of %(number)s, %(moment)s", number=case.number, moment=moment(patrol.patrolled_at)),
        address=ADDRESS.format(patrol.id),
        unit_id=case.unit_id,
        customer_id=case.customer_id,
        words=patrol.words,
    )


PART = Part(permission=Permission.renovation_read, section=of_renovation, template="renovations/_patrols.html")
