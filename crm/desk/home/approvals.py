"""What waits for the acting person's decision, of every package, as one list: the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, Subquery, false, func, literal, null, or_, select, union_all

from crm.auth.actor import actor
from crm.db import session
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.steps.approvals import Approvals, sources, waits
from crm.worktime.wording import span_in_words

SINCE_LONG = 2  # days, after which one is marked


def decided_by_me() -> Sequence[Approvals]:
    """The kinds whose decision is a right of the person's."""
    return [source for source in sources if actor().may(source.permission)]


def _all() -> Subquery:
    """Of every kind, in one statement."""
    nothing = waits(key=literal(0), about="", asked_by="", asked_at=null()).where(false())
    parts = [source.waiting().add_columns(literal(source.name).label("kind")) for source in decided_by_me()]
    return union_all(nothing.add_columns(literal("").label("kind")), *parts).subquery("waits")


def waiting() -> tuple[Select[*tuple[Any, ...]], Any]:
    """Of the estates one works in and of the company, with the columns to sort and filter by."""
    found = _all().c
    in_estate = or_(found.estate_id.is_(None), in_chosen_estate(found.estate_id))
    query = select(*found, Estate.name.label("estate")).outerjoin(Estate, Estate.id == found.estate_id)
    return query.where(in_estate), found


def first(most: int) -> tuple[Sequence[Any], int]:
    """The oldest, and how many there are in all."""
    if not decided_by_me():
        return [], 0
    query, found = waiting()
    rows = (
        session()
        .execute(
            query.add_columns(func.count().over().label("all"))
            .order_by(found.asked_at, found.kind, found.id)
            .limit(most)
        )
        .all()
    )
    return rows, rows[0].all if rows else 0


def source_of(row: Any) -> Approvals:
    return next(source for source in sources if source.name == row.kind)


def kind_of(row: Any) -> str:
    return source_of(row).titled(row.what)


def page_of(row: Any) -> str:
    return source_of(row).page(row.id)


def since(row: Any, now: datetime) -> str:
    """How long it has waited, in words; after days nobody counts the hours."""
    waited = now - row.asked_at
    span = _("%(days)s days", days=waited.days) if waited.days >= SINCE_LONG else span_in_words(waited)
    return _("for %(span)s", span=span)


def tone_of(row: Any, now: datetime) -> str:
    return "red" if (now - row.asked_at).days >= SINCE_LONG else "blue"


def approvals(now: datetime) -> Listing:
    query, found = waiting()

    def called(text: str) -> ColumnElement[bool]:
        return holding(text, found.about, found.asked_by)

    return Listing(
        title=_l("Approvals"),
        query=query,
        columns=_columns(found, now),
        filters=(
            Filter(name="q", title=_l("What it is about, or who asked"), condition=called),
            Filter(
                name="kind",
                title=_l("Kind"),
                condition=lambda value: found.kind == value,
                choices=[(source.name, source.title) for source in decided_by_me()],
            ),
        ),
        order=(found.asked_at, found.kind, found.id),
        empty=_l("Nothing waits for your decision."),
    )


def _columns(found: Any, now: datetime) -> tuple[Column, ...]:
    return (
        Column(name="kind", title=_l("Kind"), value=kind_of, order=found.kind, link=page_of),
        Column(name="about", title=_l("Matter"), kind="long", order=found.about),
        Column(name="amount", title=_l("Sum (yuan)"), kind="money", order=found.amount),
        Column(name="asked_by", title=_l("Applied for by"), order=found.asked_by),
        Column(name="asked_at", title=_l("Asked at"), kind="date", order=found.asked_at),
        Column(
            name="waits",
            title=_l("Waits"),
            value=lambda row: since(row, now),
            kind="badge",
            tone=lambda row: tone_of(row, now),
        ),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
    )
