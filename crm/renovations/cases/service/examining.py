"""The desk hands the papers in, the engineer examines them; or it goes no further."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _

from crm.errors import DomainError
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.service.steps import NOW, STEPS, Said, tell


def complete(renovation: Renovation, said: Said) -> None:
    """Raises naming the papers that are missing."""
    STEPS.take(renovation, "complete", said)
    tell(renovation, "complete", said)


def examine(renovation: Renovation, conditions: str, said: Said) -> None:
    """It can be built so, under these conditions; they stand on the permit."""
    facts = {"examined_by_id": g.actor.user_id, "examined_at": NOW, "conditions": conditions.strip()}
    told = Said(note=conditions.strip(), key=said.key)
    STEPS.take(renovation, "examine", told, **facts)
    tell(renovation, "examine", told)


def give_back(renovation: Renovation, said: Said) -> None:
    """The desk begins anew with the papers; what was examined is not any more."""
    _expect_reason(said)
    anew = {"examined_by_id": None, "examined_at": None, "conditions": ""}
    STEPS.take(renovation, "give_back", said, **anew)
    tell(renovation, "give_back", said)


def refuse(renovation: Renovation, said: Said) -> None:
    _expect_reason(said)
    STEPS.take(renovation, "refuse", said)
    tell(renovation, "refuse", said)


def withdraw(renovation: Renovation, said: Said) -> None:
    """What was paid as a deposit is given back like any other."""
    _expect_reason(said)
    STEPS.take(renovation, "withdraw", said)
    tell(renovation, "withdraw", said)


def _expect_reason(said: Said) -> None:
    if not said.reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
