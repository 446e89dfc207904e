"""The list of passes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.actor import within
from crm.auth.permissions import Permission
from crm.db import session
from crm.lists.holding import holding
from crm.lists.listing import BulkAction, Column, Effect, Filter, Listing
from crm.lists.periods import period_filters
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import units_holding
from crm.renovations.cases.models import Renovation
from crm.renovations.passes import queries, service
from crm.renovations.passes.models import STATE_TITLES, WORKFLOW, PassState, RenovationPass, RenovationWorker
from crm.renovations.passes.standing import (
    STANDING_TITLES,
    STANDING_TONES,
    Standing,
    in_standing,
    standing_of,
)
from crm.steps.taking import NOTHING_SAID

WEEK = timedelta(days=7)


def card(row: Any) -> str:
    return url_for("renovation_passes.show", renovation_pass_id=row.id)


def _about(text: str) -> ColumnElement[bool]:
    if text[:2].upper() == "CR":
        return RenovationPass.number.startswith(text.upper())
    if text[:2].upper() == "ZX":
        return Renovation.number == text.upper()
    there = Renovation.unit_id.in_(units_holding(text))
    return holding(text, RenovationWorker.name, RenovationWorker.trade, Renovation.contractor) | there


def _which(value: str, today: date) -> ColumnElement[bool]:
    if value == "out":
        return queries.IS_OUT
    if value == "to_collect":  # somebody has a card that opens nothing
        return queries.IS_OUT & ~in_standing(Standing.valid, today) & ~in_standing(Standing.not_yet, today)
    if value == "ending":
        return in_standing(Standing.valid, today) & (RenovationPass.valid_to <= today + WEEK)
    return in_standing(value, today)


ISSUED = Column(
    name="issued",
    title=_l("Made out"),
    value=attrgetter("issued_at"),
    kind="date",
    order=RenovationPass.issued_at,
)
GROUPS = [
    ("out", _l("Cards that are out")),
    ("to_collect", _l("Out, and no longer good")),
    ("ending", _l("End within 7 days")),
]


def passes(today: date) -> Listing:
    return Listing(
        title=_l("Passes of workers"),
        query=queries.passes(),
        counted=queries.every_pass(),
        columns=_columns(today),
        filters=_filters(today),
        order=(RenovationPass.issued_at.desc(), RenovationPass.id.desc()),
        export_permission=Permission.renovation_log,
        empty=_l("No pass was made out yet."),
        actions=(HAND_IN,),
    )


def _columns(today: date) -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=RenovationPass.number, link=card),
        Column(
            name="standing",
            title=_l("State"),
            value=lambda row: str(STANDING_TITLES[standing_of(row, today)]),
            kind="badge",
            tone=lambda row: STANDING_TONES[standing_of(row, today)],
        ),
        Column(name="name", title=_l("Name"), order=RenovationWorker.name),
        Column(name="trade", title=_l("Trade"), order=RenovationWorker.trade),
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key),
        Column(name="contractor", title=_l("Contractor"), order=Renovation.contractor),
        Column(name="valid_to", title=_l("Valid until"), kind="date", order=RenovationPass.valid_to),
        Column(name="renovation", title=_l("Renovation"), order=Renovation.number),
        Column(
            name="issued",
            title=_l("Made out"),
            value=attrgetter("issued_at"),
            kind="date",
            order=RenovationPass.issued_at,
        ),
        *_further_columns(),
    )


def _further_columns() -> tuple[Column, ...]:
    """For whoever chooses them."""
    return (
        Column(name="valid_from", title=_l("Valid from"), kind="date", at_first=False),
        Column(name="ended", title=_l("Handed in or lost"), value=attrgetter("ended_at"), kind="date", at_first=False),
        Column(name="id_masked", title=_l("ID number"), at_first=False),
        Column(name="customer", title=_l("Applicant"), order=queries.KEPT.name, at_first=False),
        Column(name="issued_by", title=_l("Made out by"), at_first=False),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _filters(today: date) -> tuple[Filter, ...]:
    states = [*GROUPS, *((each.value, title) for each, title in STANDING_TITLES.items())]
    there = [(str(key), name) for key, name in queries.buildings(Renovation.building_id.is_not(None)).items()]
    return (
        Filter(name="q", title=_l("Name, unit or number"), condition=_about),
        Filter(name="state", title=_l("State"), condition=lambda value: _which(value, today), choices=states),
        Filter(
            name="building",
            title=_l("Building"),
            condition=lambda value: Renovation.building_id == int(value),
            choices=there,
        ),
        *period_filters(RenovationPass.issued_at),
    )


def _chosen(ids: Sequence[int]) -> Sequence[Any]:
    mine = RenovationPass.id.in_(ids) & within(RenovationPass.estate_id)
    return session().execute(queries.passes(mine).order_by(RenovationPass.id)).all()


def _handed_in(ids: Sequence[int], _form: Any) -> list[Effect]:
    return [
        Effect(
            id=row.id,
            label=f"{row.number} {row.name}",
            old=str(STATE_TITLES[row.state]),
            new=str(STATE_TITLES[PassState.returned]),
            hindrance=WORKFLOW.hindrance(row, "hand_in"),
        )
        for row in _chosen(ids)
    ]


def _hand_in(ids: Sequence[int], _form: Any) -> None:
    for renovation_pass_id in ids:
        service.hand_in(queries.get_pass(renovation_pass_id), NOTHING_SAID)


HAND_IN = BulkAction(
    name="hand_in",
    title=_l("The cards are handed in"),
    permission=Permission.renovation_log,
    preview=_handed_in,
    apply=_hand_in,
    icon="check",
)
