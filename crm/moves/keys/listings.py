"""The register of keys handed out."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.moves.keys import queries
from crm.moves.keys.kinds import KINDS
from crm.moves.keys.models import HOLDER_TITLES, SIGNING_TITLES, Holder, KeySlip, KeySlipLine, UnitKey
from crm.properties.models import Estate, Unit
from crm.properties.queries import units_holding
from crm.tenants.models import Customer
from crm.tenants.queries import files_holding


def slip_address(row: Any) -> str:
    return url_for("keys.slip", key_slip_id=row.slip_id)


def _about(text: str) -> ColumnElement[bool]:
    if text[:2].upper() == "YS" and text[2:3].isdecimal():
        return KeySlip.number.startswith(text.upper())
    there = KeySlip.unit_id.in_(units_holding(text)) | KeySlip.customer_id.in_(files_holding(text))
    return holding(text, KeySlip.holder, UnitKey.label) | there


def _which(value: str) -> ColumnElement[bool]:
    conditions: dict[str, ColumnElement[bool]] = {
        "out": queries.STILL_OUT > 0,
        "left": (queries.STILL_OUT > 0) & queries.has_left(),
        "lost": queries.LOST > 0,
        "unsigned": KeySlip.upload_id.is_(None),
        "back": queries.STILL_OUT == 0,
    }
    return conditions[value]


STANDINGS = [
    ("out", _l("Still out")),
    ("left", _l("Out with somebody who left")),
    ("lost", _l("Lost ones")),
    ("unsigned", _l("Not signed for")),
    ("back", _l("All accounted for")),
]


def register() -> Listing:
    return Listing(
        title=_l("Register of keys"),
        query=queries.lines(),
        counted=queries.every_line(),
        columns=_columns(),
        filters=_filters(),
        order=(KeySlip.given_on.desc(), KeySlipLine.id.desc()),
        export_permission=Permission.move_handle,
        empty=_l("No keys were handed out yet."),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Key slip"), order=KeySlip.number, link=slip_address),
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key),
        Column(name="kind", title=_l("Kind"), value=lambda row: KINDS.title_of(row.kind), order=UnitKey.kind),
        Column(name="label", title=_l("Number or label")),
        Column(name="count", title=_l("Handed out"), kind="number", total="count"),
        Column(name="out", title=_l("Still out"), kind="number", total="out"),
        Column(name="lost", title=_l("Lost"), kind="number", total="lost"),
        Column(name="customer", title=_l("Customer"), order=Customer.name),
        Column(name="holder", title=_l("Who took them"), order=KeySlip.holder),
        Column(name="given_on", title=_l("Handed out on"), kind="date", order=KeySlip.given_on),
        Column(
            name="signing",
            title=_l("Signed for"),
            value=lambda row: str(SIGNING_TITLES[row.signing]) if row.signing else str(_l("No")),
            kind="badge",
            tone=lambda row: "green" if row.signing else "orange",
        ),
        Column(
            name="holder_kind",
            title=_l("Who that is"),
            value=lambda row: str(HOLDER_TITLES[row.holder_kind]),
            at_first=False,
        ),
        Column(name="authority", title=_l("Allowed by"), at_first=False),
        Column(name="given_by", title=_l("Handed out by"), at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _filters() -> tuple[Filter, ...]:
    return (
        Filter(name="q", title=_l("Unit, name, label or number"), condition=_about),
        Filter(name="state", title=_l("State"), condition=_which, choices=STANDINGS),
        Filter(name="kind", title=_l("Kind"), condition=lambda value: UnitKey.kind == value, choices=KINDS.choices()),
        Filter(
            name="holder",
            title=_l("Who has them"),
            condition=lambda value: KeySlip.holder_kind == Holder(value),
            choices=[(each.value, title) for each, title in HOLDER_TITLES.items()],
        ),
        *period_filters(KeySlip.given_at),
    )
