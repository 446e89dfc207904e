"""拆改 (D08): each wall and each pipe is asked for by itself, what carries load only with a designer's drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, NotEntitled, UsedElsewhere
from crm.renovations.cases.events import RenovationAlterationAsked, RenovationAlterationDecided
from crm.renovations.cases.models import (
    BEFORE_PERMIT,
    ON_SITE,
    Decision,
    Renovation,
    RenovationAlteration,
)
from crm.renovations.cases.service.bringing import File, scanned
from crm.renovations.cases.service.extending import Verdict, decide
from crm.renovations.cases.service.steps import STEPS, Said, subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """`bears`: it carries load."""

    what: str
    place: str
    bears: bool = False


def hindrance(renovation: Renovation) -> str:
    """Why the acting person can ask for no alteration, or ""."""
    if renovation.state not in (*BEFORE_PERMIT, *ON_SITE):
        return _("Nothing is altered any more in %(number)s.", number=renovation.number)
    if actor().may(Permission.renovation_log):
        return ""
    return _("Your role does not include this. Ask your supervisor or the administrator.")


def ask_alteration(
    renovation: Renovation, wish: Alteration, files: Sequence[File], key: str | None = None
) -> RenovationAlteration:
    STEPS.hold(renovation)
    standing = session().scalars(select(RenovationAlteration).filter_by(key=key)).one_or_none() if key else None
    if standing and standing.renovation_id != renovation.id:
        raise UsedElsewhere
    if standing:
        return standing
    if reason := hindrance(renovation):
        raise NotEntitled(reason)
    if wish.bears and not files:
        raise DomainError(_("It carries load: add the drawing of whoever may design it."))
    drawing = scanned(files, wish.what, renovation.estate_id) if files else None
    made = RenovationAlteration(
        renovation_id=renovation.id,
        what=wish.what,
        place=wish.place,
        bears=wish.bears,
        upload_id=drawing.id if drawing else None,
        decision=Decision.asked,
        words="",
        key=key,
        asked_by_id=g.actor.user_id,
        asked_by=g.actor.name,
        asked_at=utc_now(),
        decided_by="",
    )
    session().add(made)
    session().flush()
    STEPS.follow(renovation, "alter", renovation.state, Said(note=f"{wish.place} {wish.what}"))
    record(RenovationAlterationAsked(**_told(made), place=made.place, bears=made.bears, **subjects(renovation)))
    return made


def decide_alteration(alteration: RenovationAlteration, verdict: Verdict) -> None:
    """`alteration.renovation` is loaded."""
    renovation = alteration.renovation
    STEPS.hold(renovation)
    decide(alteration, verdict)
    action = "altered" if verdict.approved else "not_altered"
    said = Said(reason=verdict.words.strip(), note=f"{alteration.place} {alteration.what}")
    STEPS.follow(renovation, action, renovation.state, said)
    told: dict[str, Any] = {"decision": verdict.decision.value, "words": verdict.words.strip()}
    record(RenovationAlterationDecided(**_told(alteration), **told, **subjects(renovation)))


def _told(alteration: RenovationAlteration) -> dict[str, Any]:
    return {"renovation_alteration_id": alteration.id, "what": alteration.what}
