"""The ledger of numbers as a list."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false

from crm.archive.numbers import queries
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.numbers.naming import parse
from crm.auth.permissions import Permission
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.numbering import Number, NumberState

STATE_TITLES: dict[NumberState, LazyString] = {
    NumberState.reserved: _l("Reserved"),
    NumberState.committed: _l("Committed"),
    NumberState.void: _l("Void"),
}
TONES = {NumberState.reserved: "blue", NumberState.committed: "green", NumberState.void: "grey"}


def _called(text: str) -> ColumnElement[bool]:
    number = parse(text)
    written = number.whole.text if number else text
    return holding(written, Number.text, ArchiveNumber.title)


def _of_year(text: str) -> ColumnElement[bool]:
    return ArchiveNumber.year == int(text) if text.isdecimal() and len(text) < 5 else false()


def ledger(link: Callable[[Any], str]) -> Listing:
    """`link` leads to what can be done with a number."""
    return Listing(
        title=_l("Ledger of numbers"),
        query=queries.ledger(),
        columns=(
            Column(name="number", title=_l("Archive number"), order=Number.serial, link=link),
            Column(name="title", title=_l("Reserved for"), kind="long"),
            Column(
                name="state",
                title=_l("State"),
                value=lambda row: str(STATE_TITLES[row.state]),
                kind="badge",
                order=Number.state,
                tone=lambda row: TONES[row.state],
            ),
            *_when_and_who(),
        ),
        filters=(
            Filter(name="q", title=_l("Number or title"), condition=_called),
            Filter(name="year", title=_l("Year"), condition=_of_year),
            choice_filter("state", _l("State"), Number.state, STATE_TITLES),
        ),
        order=(ArchiveNumber.id.desc(),),
        export_permission=Permission.credit_oversee,
        empty=_l("No number was taken yet. The first project that ends takes one."),
    )


def _when_and_who() -> tuple[Column, ...]:
    reserved, settled = ArchiveNumber.reserved_at, ArchiveNumber.settled_at
    return (
        Column(name="reason", title=_l("Reason"), kind="long"),
        Column(name="reserved", title=_l("Reserved on"), value=attrgetter("reserved_at"), kind="date", order=reserved),
        Column(name="reserved_by", title=_l("Reserved by")),
        Column(name="settled", title=_l("Settled on"), value=attrgetter("settled_at"), kind="date", order=settled),
        Column(name="settled_by", title=_l("Settled by")),
    )
