"""送达: the notice that counts arrived, or did not after all. The letter's page says so; here it follows, once."""

from __future__ import annotations

from typing import Any

from crm.audit.log import record
from crm.correspondence.letters.events import LetterDeliveryTakenBack, LetterServed
from crm.db import session
from crm.violations.cases.events import ViolationServed, ViolationUnserved
from crm.violations.cases.models import ENDED, Violation
from crm.violations.cases.queries import KIND
from crm.violations.cases.service.steps import NOW, STEPS, Said


def served(event: LetterServed) -> None:
    """The day by which it is to be put right stays the one that the notice names."""
    violation = _whose_notice(event)
    if violation is None or violation.served_at is not None:
        return
    STEPS.follow(
        violation,
        "arrived",
        violation.state,
        Said(note=" · ".join(filter(None, (event.number, event.told)))),
        served_at=NOW,
    )
    record(
        ViolationServed(
            channel=event.channel, arrival=event.arrival, delivered_on=event.delivered_on, **_told(violation, event)
        )
    )


def unserved(event: LetterDeliveryTakenBack) -> None:
    """Nothing says any more that it arrived."""
    violation = _whose_notice(event) if event.unserved else None
    if violation is None or violation.served_at is None:
        return
    said = Said(reason=event.reason, note=event.number)
    STEPS.follow(violation, "unserved", violation.state, said, served_at=None)
    record(ViolationUnserved(reason=event.reason, **_told(violation, event)))


def _whose_notice(event: LetterServed | LetterDeliveryTakenBack) -> Violation | None:
    """The violation under way whose notice the letter is; of one served anew the older letters count no more."""
    if event.about_kind != KIND or event.about_ref is None:
        return None
    violation = session().get_one(Violation, event.about_ref)
    STEPS.hold(violation)
    return violation if violation.letter_id == event.letter_id and violation.state not in ENDED else None


def _told(violation: Violation, event: LetterServed | LetterDeliveryTakenBack) -> dict[str, Any]:
    """Not of whose file: there the letter itself tells of it."""
    return {
        "violation_id": violation.id,
        "letter_id": event.letter_id,
        "number": violation.number,
        "letter": event.number,
    }
