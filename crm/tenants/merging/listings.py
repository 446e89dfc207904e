"""The lists of possible duplicates and of pairs that were told apart. No number stands in them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_

from crm.auth.permissions import Permission
from crm.dates import business_day_of
from crm.db import session
from crm.lists.listing import Column, Filter, Listing
from crm.tenants.merging import duplicates, queries
from crm.tenants.models import file_code

LEVELS = {"certain": 100, "likely": 70, "possible": 0}  # points at least
LEVEL_TITLES = {"certain": _l("Almost certain"), "likely": _l("Likely"), "possible": _l("Possible")}
MOST_HINTS = 5
TONES = {"certain": "red", "likely": "orange", "possible": "grey"}


def possible_duplicates() -> Listing:
    query = duplicates.listed(duplicates.likely_pairs())
    found = query.selected_columns
    return Listing(
        title=_l("Possible duplicates"),
        query=query,
        columns=(
            *_pair_columns(found),
            Column(
                name="level",
                title=_l("How likely"),
                value=lambda row: str(LEVEL_TITLES[level_of(row.score)]),
                kind="badge",
                tone=lambda row: TONES[level_of(row.score)],
                order=found.score,
            ),
            Column(name="why", title=_l("Why"), value=_why, kind="long"),
            Column(name="estate", title=_l("Estate"), value=lambda row: row.estate, order=found.estate),
            Column(name="compare", title=_l("Next"), value=lambda _row: _("Compare"), link=_compare),
        ),
        filters=(
            Filter(name="q", title=_l("Name"), condition=lambda text: _named(found, text)),
            Filter(
                name="level",
                title=_l("How likely"),
                condition=lambda level: _between(found.score, level),
                choices=list(LEVEL_TITLES.items()),
            ),
            Filter(
                name="why",
                title=_l("Why"),
                condition=lambda reason: found[reason] > 0,
                choices=[(reason.value, title) for reason, title in duplicates.REASON_TITLES.items()],
            ),
        ),
        order=(found.score.desc(), found.one_id, found.other_id),
        export_permission=Permission.customer_export,
        empty=_l("No two files look like one customer. Nothing to do."),
    )


def told_apart() -> Listing:
    query = queries.kept_apart()
    found = query.selected_columns
    return Listing(
        title=_l("Not the same customer"),
        query=query,
        columns=(
            *_pair_columns(found),
            Column(name="estate", title=_l("Estate"), value=lambda row: row.estate, order=found.estate),
            Column(name="decided_by", title=_l("Decided by"), value=lambda row: row.decided_by),
            Column(
                name="decided_at",
                title=_l("Decided at"),
                value=lambda row: business_day_of(row.decided_at),
                kind="date",
                order=found.decided_at,
            ),
            Column(name="compare", title=_l("Next"), value=lambda _row: _("Compare"), link=_compare),
        ),
        filters=(Filter(name="q", title=_l("Name"), condition=lambda text: _named(found, text)),),
        order=(found.decided_at.desc(), found.id.desc()),
        export_permission=Permission.customer_export,
        empty=_l("Nobody has told two files apart yet."),
    )


def other_files(customer_id: int) -> list[tuple[str, str, str, str]]:
    """Who may be the same customer: (name, code, why, address of the comparison), the likeliest first."""
    rows = duplicates.likely_pairs(customer_id)[:MOST_HINTS]
    named = sorted(session().execute(duplicates.listed(rows)), key=lambda row: -row.score)
    return [(row.other_name, file_code(row.other_id), _why(row), _compare(row)) for row in named]


def level_of(score: int) -> str:
    return next(level for level, points in LEVELS.items() if score >= points)


def _between(score: ColumnElement[Any], level: str) -> ColumnElement[bool]:
    """From the level's own points up to the next one's."""
    above = [points for points in LEVELS.values() if points > LEVELS[level]]
    return score.between(LEVELS[level], min(above) - 1) if above else score >= LEVELS[level]


def _pair_columns(found: Any) -> tuple[Column, Column]:
    return (
        Column(name="one", title=_l("Customer"), value=_of("one"), order=found.one_name, link=_file("one_id")),
        Column(
            name="other", title=_l("Other file"), value=_of("other"), order=found.other_name, link=_file("other_id")
        ),
    )


def _of(which: str) -> Any:
    return lambda row: f"{getattr(row, f'{which}_name')} {file_code(getattr(row, f'{which}_id'))}"


def _file(name: str) -> Any:
    return lambda row: url_for("tenants.customer", customer_id=getattr(row, name))


def _why(row: Any) -> str:
    return _(", ").join(duplicates.reasons(row))


def _compare(row: Any) -> str:
    return url_for("tenants.compare", customer_id=row.one_id, other_id=row.other_id)


def _named(found: Any, text: str) -> ColumnElement[bool]:
    one, other = found.one_name, found.other_name
    return or_(one.contains(text, autoescape=True), other.contains(text, autoescape=True))
