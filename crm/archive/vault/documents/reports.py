"""What the pages say about a title document beside its own facts: how late it is, where it is, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm.archive.credit.models import Project
from crm.archive.vault.documents.path import PATH, not_a, not_a_or_b, not_second, over
from crm.archive.vault.documents.queries import ON_THE_WAY
from crm.archive.vault.documents.timing import Terms, terms
from crm.archive.vault.models import Delay, TitleDocument
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import business_day_of
from crm.worktime.queries import calendar

ENTITLED = {
    "change": not_a_or_b,
    "obtain": not_a,
    "void": not_a_or_b,
    "ask_void": not_a_or_b,
    "confirm_void": not_second,
    "keep": not_second,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """`placed_on`: the day it was laid into the vault, None before."""

    terms: Terms
    placed_on: date | None
    delay: Delay | None


def timing(obtained_at: datetime | None, placed_at: datetime | None, state: Any, day: date) -> Timing | None:
    """None before A has it, and for what never gets into the vault."""
    if obtained_at is None or (placed_at is None and state not in ON_THE_WAY):
        return None
    found = terms(business_day_of(obtained_at), calendar())
    placed_on = business_day_of(placed_at) if placed_at else None
    return Timing(terms=found, placed_on=placed_on, delay=found.delay_on(placed_on or day))


def hindrance(project: Project, document: TitleDocument, name: str) -> str:
    """Why the acting person cannot do it now, or ""; buttons, pages and refusals agree."""
    reason = ENTITLED[name](project) or PATH.hindrance(document, name)
    return reason or (over(project) if name == "obtain" else "")


def offered(project: Project, document: TitleDocument) -> list[tuple[str, str]]:
    """What the acting person may do now: name and title."""
    mine = [name for name in ENTITLED if actor().may(Permission(PATH[name].permission))]
    return [(name, str(PATH[name].title)) for name in mine if not hindrance(project, document, name)]


def place_of(row: Any) -> str:
    """Where a row of the ledger is, in words."""
    return row.location or row.holder or row.outside or ""
