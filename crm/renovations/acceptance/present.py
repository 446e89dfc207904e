"""The checks on a renovation's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.properties.parts import Part
from crm.renovations.acceptance import queries
from crm.renovations.acceptance.models import (
    STAGE_TITLES,
    VERDICT_TITLES,
    VERDICT_TONES,
    RenovationAsBuilt,
    RenovationCheck,
    RenovationCompletion,
    Stage,
)
from crm.renovations.acceptance.service.checking import STAGES, hindrance
from crm.renovations.acceptance.service.finishing import drawing_hindrance
from crm.renovations.cases.models import Renovation, RenovationState

TITLES = {"stage": STAGE_TITLES, "verdict": VERDICT_TITLES, "tone": VERDICT_TONES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """`check_url`: of the page of the check that is next, "" for whoever makes none; `hindrance`: why not now."""

    renovation: Renovation
    completion: RenovationCompletion | None
    drawings: Sequence[RenovationAsBuilt]
    checks: Sequence[RenovationCheck]
    titles: dict[str, Any]
    waits: str
    check_url: str
    check_title: Any
    hindrance: str
    drawing_url: str
    is_shown: bool


def of_renovation(renovation: Renovation) -> Acceptance:
    completion = queries.completion_of(renovation.id)
    stage = STAGES.get(renovation.state)
    may = stage is not None and actor().may(Permission.renovation_check)
    draws = completion is not None and actor().may(Permission.renovation_log) and not drawing_hindrance(renovation)
    return Acceptance(
        renovation=renovation,
        completion=completion,
        drawings=queries.drawings_of(renovation.id),
        checks=queries.checks_of(renovation.id)[::-1],
        titles=TITLES,
        waits=_waits(renovation),
        check_url=url_for("renovation_checks.check", renovation_id=renovation.id) if may else "",
        check_title=STAGE_TITLES[stage or Stage.first],
        hindrance=hindrance(renovation) if may else "",
        drawing_url=url_for("renovation_checks.bring_drawing", renovation_id=renovation.id) if draws else "",
        is_shown=completion is not None or stage is not None,
    )


def _waits(renovation: Renovation) -> str:
    """What is next, in words."""
    today = business_day()
    if renovation.state is RenovationState.completion and renovation.done_on:
        days = (today - renovation.done_on).days
        return _("Done for %(days)s days, waits for the first check.", days=days)
    if renovation.state is RenovationState.waiting and renovation.second_due_on:
        day = renovation.second_due_on
        if day > today:
            return _("The second check may be made from %(day)s on.", day=day.isoformat())
        return _("The second check is due since %(day)s.", day=day.isoformat())
    return ""


PART = Part(permission=Permission.renovation_read, section=of_renovation, template="renovations/acceptance/_part.html")
