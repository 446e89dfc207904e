"""Setting figures and changing dictionaries; each change is recorded with old and new."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import plain, record
from crm.dates import utc_now
from crm.errors import DomainError, Stale
from crm.policy import dictionaries, figures
from crm.policy.dictionaries import Dictionary, Entry
from crm.policy.events import DictionaryEntryAdded, DictionaryEntryChanged, FigureSet
from crm.policy.figures import Figure
from crm.policy.models import DictionaryEntry, FigureValue


@dataclass(frozen=True, slots=True)
class Latest:
    """The id of a figure's row entered last, 0 before the first: a form carries it, as rows are never changed."""

    version: int


def latest_of(figure: Figure[Any]) -> Latest:
    rows = figures.values_of(figure.key)
    return Latest(rows[-1].id if rows else 0)


def set_value(
    figure: Figure[Any], value: Any, valid_from: date, today: date, basis: str, *, confirmed: bool, latest: int
) -> FigureValue:
    """From `valid_from` on the figure is `value`. `latest` is the version `latest_of` gave when the form was opened.

    Raises `DomainError` for a day that is over: what was reckoned with the old value stands.
    """
    if latest != latest_of(figure).version:
        raise Stale(_("Somebody else has set this figure since you opened it. Look at the present value first."))
    if valid_from < today:
        raise DomainError(
            _("A figure cannot change for days that are over: what was done by it then stands. Choose today or later.")
        )
    if fault := figure.fault_of(value):
        raise DomainError(fault)
    old = figure.on(valid_from)
    row = FigureValue(
        key=figure.key,
        value=value,
        valid_from=valid_from,
        confirmed=confirmed,
        basis=basis,
        set_by=g.actor.name,
        user_id=g.actor.user_id,
        set_at=utc_now(),
    )
    figures.keep(row)
    record(
        FigureSet(
            figure_value_id=row.id,
            key=figure.key,
            changes={"value": [plain(old), plain(value)], "confirmed": [None, confirmed]},
            valid_from=valid_from.isoformat(),
            basis=basis,
        )
    )
    return row


def is_confirmed(figure: Figure[Any], day: date) -> bool:
    """Whether the company has confirmed what holds on that day; a default nobody looked at is not."""
    row = figures.in_force(figures.values_of(figure.key), day)
    return bool(row and row.confirmed)


def add_entry(dictionary: Dictionary, title: str) -> DictionaryEntry:
    """A new entry at the end, under a code of its own."""
    _refuse_taken(dictionary, title, but="")
    last = max((entry.position for entry in dictionary.entries()), default=-1)
    code = f"own_{secrets.token_hex(4)}"
    row = DictionaryEntry(dictionary=dictionary.key, code=code, title=title, position=last + 1, active=True)
    dictionaries.keep(row)
    record(DictionaryEntryAdded(dictionary_entry_id=row.id, dictionary=dictionary.key, code=code, title=title))
    return row


def change_entry(dictionary: Dictionary, entry: Entry, title: str, *, active: bool, version: int | None) -> None:
    """Rename an entry, take it out of use or back. Raises `Stale` when the form was opened on another state."""
    if version != entry.version:
        raise Stale
    _refuse_taken(dictionary, title, but=entry.code)
    if not active and not any(other.active for other in dictionary.entries() if other.code != entry.code):
        raise DomainError(_("One entry must stay in use: bring another one back first."))
    old, new = {"title": entry.title, "active": entry.active}, {"title": title, "active": active}
    if old != new:
        row = _row_of(dictionary, entry)
        if title != entry.title:
            row.title = title
        row.active = active
        _keep_changed(row, {name: [old[name], new[name]] for name in new if old[name] != new[name]})


def move_entry(dictionary: Dictionary, entry: Entry, by: int) -> None:
    """`by` -1 is one place up, 1 one down; at the ends nothing moves."""
    order = dictionary.entries()
    old = order.index(entry)
    new = min(max(0, old + by), len(order) - 1)
    order.insert(new, order.pop(old))
    for position, other in enumerate(order):
        if other.position != position:
            row = _row_of(dictionary, other)
            row.position = position
            dictionaries.keep(row)
    if old != new:
        _keep_changed(_row_of(dictionary, entry), {"position": [old + 1, new + 1]})


def _row_of(dictionary: Dictionary, entry: Entry) -> DictionaryEntry:
    """Its row; a new one, with the title left to the code, while nobody has changed the entry."""
    return dictionaries.find_row(dictionary, entry.code) or DictionaryEntry(
        dictionary=dictionary.key, code=entry.code, title="", position=entry.position, active=entry.active
    )


def _keep_changed(row: DictionaryEntry, changes: dict[str, list[Any]]) -> None:
    dictionaries.keep(row)
    record(
        DictionaryEntryChanged(dictionary_entry_id=row.id, dictionary=row.dictionary, code=row.code, changes=changes)
    )


def _refuse_taken(dictionary: Dictionary, title: str, *, but: str) -> None:
    if any(entry.title == title for entry in dictionary.entries() if entry.code != but):
        raise DomainError(_("The list has %(title)s already. Bring that entry back into use instead.", title=title))
