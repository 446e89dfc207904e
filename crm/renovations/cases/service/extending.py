"""延期: more time is asked for by one and decided by another; the permit runs longer, with a new copy at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.actor import actor
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.renovations.cases.events import RenovationExtensionAsked, RenovationExtensionDecided
from crm.renovations.cases.figures import EXTENSION_DAYS
from crm.renovations.cases.filing import file_extension
from crm.renovations.cases.models import ON_SITE, Decision, Renovation, RenovationAlteration, RenovationExtension
from crm.renovations.cases.papers import issue_permit
from crm.renovations.cases.service.steps import STEPS, Said, subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What somebody decides about what another asked for."""

    approved: bool
    words: str = ""

    @property
    def decision(self) -> Decision:
        return Decision.approved if self.approved else Decision.refused


def ask_extension(renovation: Renovation, until: date, said: Said) -> RenovationExtension:
    """Later than the company wants it is marked as late, not refused; after the permit's end as well."""
    STEPS.hold_unchanged(renovation)
    STEPS.expect(renovation, "extend")
    if renovation.valid_to is None or until <= renovation.valid_to:
        raise DomainError(_("The permit runs that long already: write a later day."))
    if not said.reason.strip():
        raise DomainError(_("Write why more time is needed."))
    day = business_day()
    late = renovation.valid_to - timedelta(days=EXTENSION_DAYS.on(day)) < day
    STEPS.take(renovation, "extend", Said(reason=said.reason, note=until.isoformat(), key=said.key))
    made = RenovationExtension(
        renovation_id=renovation.id,
        valid_to=renovation.valid_to,
        until=until,
        reason=said.reason.strip(),
        late=late,
        decision=Decision.asked,
        words="",
        key=said.key,
        asked_by_id=g.actor.user_id,
        asked_by=g.actor.name,
        asked_at=utc_now(),
        decided_by="",
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"renovation_extension_id": made.id, "until": until, "reason": made.reason, "late": late}
    record(RenovationExtensionAsked(**told, **subjects(renovation)))
    return made


def decide_extension(extension: RenovationExtension, verdict: Verdict) -> None:
    """Approved, the permit runs until then. `extension.renovation` is loaded."""
    renovation = extension.renovation
    STEPS.hold(renovation)
    decide(extension, verdict)
    if verdict.approved and renovation.state not in ON_SITE:
        raise IllegalTransition(_("The work is over: nothing is extended any more."))
    facts: dict[str, Any] = {"valid_to": extension.until, "warned_on": None} if verdict.approved else {}
    action = "extended" if verdict.approved else "not_extended"
    STEPS.follow(
        renovation,
        action,
        renovation.state,
        Said(reason=verdict.words, note=extension.until.isoformat()),
        **facts,
    )
    told: dict[str, Any] = {"renovation_extension_id": extension.id, "until": extension.until}
    record(
        RenovationExtensionDecided(
            **told, decision=verdict.decision.value, words=verdict.words.strip(), **subjects(renovation)
        )
    )
    if verdict.approved:
        issue_permit(renovation.id)
        file_extension(extension)


def decision_hindrance(asked: RenovationExtension | RenovationAlteration) -> str:
    """Why the acting person cannot decide, or ""."""
    if asked.decision is not Decision.asked:
        return _("%(who)s has decided about it already.", who=asked.decided_by)
    if actor().user_id is not None and asked.asked_by_id == actor().user_id:
        return _("You asked for it yourself: somebody else decides.")
    return ""


def decide(asked: RenovationExtension | RenovationAlteration, verdict: Verdict) -> None:
    """The renovation is held. Raises where it is decided or one's own, or where a refusal has no reason."""
    session().refresh(asked, ["decision", "version", "decided_by"])
    if reason := decision_hindrance(asked):
        raise (NotEntitled if asked.decision is Decision.asked else IllegalTransition)(reason)
    if not verdict.approved and not verdict.words.strip():
        raise DomainError(_("Write why it is turned down."))
    asked.decision, asked.words = verdict.decision, verdict.words.strip()
    asked.decided_by_id, asked.decided_by, asked.decided_at = g.actor.user_id, g.actor.name, utc_now()
    session().flush()
