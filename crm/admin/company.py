"""The company's figures and dictionaries as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.db import session
from crm.policy import dictionaries, figures, service
from crm.policy.dictionaries import Dictionary
from crm.policy.figures import Figure
from crm.policy.models import FigureValue

PACKAGE_TITLES = {  # the first part of a figure's or dictionary's key
    "auth": _l("Log-in and accounts"),
    "lists": _l("Lists"),
    "jobs": _l("Background work"),
    "calls": _l("Calls"),
    "call": _l("Calls"),
    "worktime": _l("Working calendar"),
    "tenants": _l("Customers"),
    "disposal": _l("Appraisal and disposal"),
    "handover": _l("Hand-over"),
    "dossiers": _l("Dossiers"),
    "archive": _l("Archive"),
    "lending": _l("Lending"),
    "engineering": _l("Engineering files"),
    "vouchers": _l("Title vault"),
    "vault_counts": _l("Title vault"),
    "credit": _l("Loans and guarantees"),
    "billing": _l("Charges"),
    "late_fee": _l("Late fees"),
    "arrears": _l("Arrears"),
    "repairs": _l("Repairs"),
    "letter": _l("Letters"),
    "complaints": _l("Complaints"),
    "renovations": _l("Renovations"),
    "moves": _l("Moving in and out"),
    "procedure": _l("Engineering files"),
    "notice": _l("Notices to households"),
    "notifications": _l("Notifications"),
    "files": _l("Stored files"),
    "review": _l("Filing review"),
}

Declared = TypeVar("Declared", Figure[Any], Dictionary)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """A figure on a day. `since` None: the default, from the beginning; `next_on`: when another value begins."""

    key: str
    title: str
    value: str
    unit: str
    source: str
    default: str
    since: date | None
    confirmed: bool
    next_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row of a figure's history."""

    value: str
    valid_from: date
    confirmed: bool
    basis: str
    set_by: str
    set_at: datetime
    state: str  # now | later | over


def figure_groups(day: date) -> list[tuple[str, list[FigureLine]]]:
    """(package, its figures), in the order of their titles."""
    return [(title, [line_of(figure, day) for figure in group]) for title, group in _grouped(figures.declared.values())]


def dictionary_groups() -> list[tuple[str, list[tuple[Dictionary, int]]]]:
    """(package, its dictionaries with the number of entries in use)."""
    known = dictionaries.declared.values()
    return [(title, [(entry, len(entry.choices())) for entry in group]) for title, group in _grouped(known)]


def _grouped(known: Iterable[Declared]) -> list[tuple[str, list[Declared]]]:
    groups: dict[str, list[Declared]] = {}
    for entry in known:
        package = entry.key.partition(".")[0]
        groups.setdefault(str(PACKAGE_TITLES.get(package, package)), []).append(entry)
    return sorted(groups.items())


def line_of(figure: Figure[Any], day: date) -> FigureLine:
    rows = figures.values_of(figure.key)
    row = figures.in_force(rows, day)
    coming = [other.valid_from for other in rows if other.valid_from > day]
    return FigureLine(
        key=figure.key,
        title=str(figure.title),
        value=figure.shown(figure.on(day)),
        unit=str(figure.unit),
        source=str(figure.source),
        default=figure.shown(figure.default),
        since=row.valid_from if row else None,
        confirmed=service.is_confirmed(figure, day),
        next_on=min(coming, default=None),
    )


def history_of(figure: Figure[Any], day: date) -> Sequence[Setting]:
    """What was set, newest first, the default not counted."""
    rows = session().scalars(select(FigureValue).filter_by(key=figure.key).order_by(FigureValue.id)).all()
    now = figures.in_force(rows, day)
    return [
        Setting(
            value=figure.shown(figure.restored(row.value)),
            valid_from=row.valid_from,
            confirmed=row.confirmed,
            basis=row.basis,
            set_by=row.set_by,
            set_at=row.set_at,
            state="now" if row is now else "later" if row.valid_from > day else "over",
        )
        for row in reversed(rows)
    ]


def typed(value: Any) -> str:
    """The value as its form field has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
