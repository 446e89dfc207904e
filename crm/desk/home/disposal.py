"""Periods that are over, destruction lists that wait for the group, for witnesses and for whoever destroys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from crm.archive.disposal import queries
from crm.archive.disposal.group import seats_for
from crm.archive.disposal.models import DISPOSAL_TITLES, DisposalLine, DisposalList, DisposalState, Opinion
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.queries import visible
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import business_day, business_day_of
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day

WITHIN = timedelta(days=30)  # so long a list waits before it is late


def _opinion(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(DisposalLine.list_id == DisposalList.id, Opinion.line_id == DisposalLine.id, *conditions)


def _to_say() -> ColumnElement[bool]:
    """A seat that fits is free, and the acting person has not spoken."""
    free = [~_opinion(Opinion.seat == seat) for seat in seats_for(actor().roles)]
    mine = _opinion(Opinion.given_by_id == actor().user_id)
    return and_(DisposalList.state == DisposalState.listed, ~mine, or_(*free)) if free else DisposalList.id.is_(None)


def _to_witness() -> ColumnElement[bool]:
    """Cooled off and still to be counted by somebody, or counted by oneself and to be signed."""
    me = actor().user_id
    apart = and_(
        DisposalList.proposed_by_id != me,
        DisposalList.approved_by_id != me,
        DisposalList.witness_id.is_distinct_from(me),
        ~_opinion(Opinion.given_by_id == me),
        ~queries.has_project_of(me),
    )
    count = and_(DisposalList.state == DisposalState.approved, DisposalList.cools_until < business_day(), apart)
    mine = or_(DisposalList.witness_id == me, DisposalList.second_witness_id == me)
    return or_(count, and_(DisposalList.state == DisposalState.counted, mine))


def _to_destroy() -> ColumnElement[bool]:
    """Counted; both witnesses sign shortly before."""
    me = actor().user_id
    apart = [DisposalList.approved_by_id, DisposalList.witness_id, DisposalList.second_witness_id]
    return and_(DisposalList.state == DisposalState.counted, *(column != me for column in apart))


def _lines(condition: ColumnElement[bool], most: int, *, step: str = "") -> Sequence[Todo]:
    waiting = select(DisposalList).where(condition, queries.visible()).order_by(DisposalList.proposed_at)
    return [_line(found, step or _step(found)) for found in session().scalars(waiting.limit(most))]


def _line(found: DisposalList, step: str) -> Todo:
    since = found.cools_until or business_day_of(found.proposed_at)
    told: dict[str, Any] = by_day(since + WITHIN, business_day())
    about = str(DISPOSAL_TITLES[found.state])
    return Todo(
        title=f"{found.number} {found.title}", about=about, url=url_for(step, disposal_list_id=found.id), **told
    )


def _step(found: DisposalList) -> str:
    return "disposal.attest" if found.state is DisposalState.counted else "disposal.count"


def _figures() -> Sequence[Figure]:
    """Over and free, over and held, and lists that are counted."""
    found, today = queries.retained(), business_day()
    over = found.query.with_only_columns(Dossier.id).where(found.over(today), visible())
    figures = []
    for title, standing, condition in (
        (_("Over and held by nothing"), "free", and_(~queries.is_held(), ~queries.on_a_list())),
        (_("Over and held"), "held", queries.is_held()),
    ):
        count = session().scalar(select(func.count()).select_from(over.where(condition).subquery())) or 0
        figures.append(Figure(title=title, count=count, url=url_for("disposal.index", standing=standing)))
    return figures


OVER = Card(
    name="retention",
    title=_l("Retention periods"),
    permission=Permission.disposal_keep,
    url=lambda: url_for("disposal.index", standing="over"),
    figures=_figures,
)
OPINIONS = Card(
    name="opinions",
    title=_l("Opinions on destruction lists"),
    permission=Permission.disposal_appraise,
    url=lambda: url_for("disposal.all_lists", state="listed"),
    todo=lambda most: _lines(_to_say(), most, step="disposal.opine"),
)
WITNESSES = Card(
    name="witnesses",
    title=_l("Destructions to witness"),
    permission=Permission.disposal_witness,
    url=lambda: "",
    todo=lambda most: _lines(_to_witness(), most),
)
DESTRUCTIONS = Card(
    name="destructions",
    title=_l("Destructions to carry out"),
    permission=Permission.disposal_keep,
    url=lambda: url_for("disposal.all_lists", state="counted"),
    todo=lambda most: _lines(_to_destroy(), most, step="disposal.show"),
)
