"""Move-ins under way with what is missing of each, and all of them; whoever can move in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.dates import beginning_of, business_day_of
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.moves.moving_in import queries
from crm.moves.moving_in.completeness import missing_parts
from crm.moves.moving_in.facts import facts_of_all
from crm.moves.moving_in.figures import EXPIRY_DAYS, OVERDUE_DAYS
from crm.moves.moving_in.models import STATE_TITLES, STATE_TONES, MoveIn, MoveInState
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import units_holding
from crm.tenants.models import ROLE_TITLES, Customer
from crm.tenants.queries import customers as all_customers
from crm.tenants.queries import files_holding


def address(row: Any) -> str:
    return url_for("moving_in.show", move_in_id=row.id)


def _about(text: str) -> ColumnElement[bool]:
    if text[:2].upper() == "RZ" and text[2:3].isdecimal():
        return MoveIn.number.startswith(text.upper())
    return MoveIn.unit_id.in_(units_holding(text)) | MoveIn.customer_id.in_(files_holding(text))


def overdue(day: date) -> ColumnElement[bool]:
    """Under way for longer than the company sets."""
    return queries.UNDER_WAY & (MoveIn.started_at < beginning_of(late_before(day)))


def late_before(day: date) -> date:
    """What was started before this day takes too long."""
    return day - timedelta(days=OVERDUE_DAYS.on(day) - 1)


def expiring(day: date) -> ColumnElement[bool]:
    """Moved in, and the lease or the licence has ended or soon does."""
    soon = day + timedelta(days=EXPIRY_DAYS.on(day))
    ended: ColumnElement[bool] = (MoveIn.lease_until <= soon) | (MoveIn.licence_until <= soon)
    return MoveIn.state.in_((MoveInState.signed, MoveInState.filed)) & ended


def move_ins(day: date) -> Listing:
    return Listing(
        title=_l("Move-ins"),
        query=queries.move_ins(),
        counted=queries.every_move_in(),
        columns=(*_columns(), *_further_columns()),
        filters=_filters(day),
        order=(MoveIn.started_at.desc(), MoveIn.id.desc()),
        export_permission=Permission.move_handle,
        empty=_l("Nobody has moved in yet."),
    )


def under_way(day: date) -> Listing:
    """What is missing is read once for all that are under way, however many the list shows."""
    found = queries.under_way()
    missing = {key: missing_parts(facts) for key, facts in facts_of_all(found).items()} if found else {}
    late = late_before(day)
    return Listing(
        title=_l("Move-ins under way"),
        query=queries.move_ins().where(queries.UNDER_WAY),
        columns=(
            *_columns(),
            Column(
                name="missing",
                title=_l("Still missing"),
                value=lambda row: "、".join(str(each.title) for each in missing.get(row.id, ())) or _("Ready to sign"),
                kind="long",
            ),
            Column(
                name="days",
                title=_l("Days under way"),
                value=lambda row: (day - business_day_of(row.started_at)).days,
                kind="number",
                order=MoveIn.started_at,
            ),
            Column(
                name="late",
                title=_l("Overdue"),
                value=lambda row: _("Overdue") if business_day_of(row.started_at) < late else "",
                kind="badge",
                tone=lambda _row: "red",
            ),
        ),
        filters=_filters(day)[:1],
        order=(MoveIn.started_at, MoveIn.id),
        export_permission=Permission.move_handle,
        empty=_l("No move-in is under way."),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=MoveIn.number, link=address),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: STATE_TONES[row.state],
        ),
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key),
        Column(name="customer", title=_l("Customer"), order=Customer.name),
        Column(name="role", title=_l("Role in the unit"), value=lambda row: str(ROLE_TITLES[row.role])),
        Column(name="starts_on", title=_l("From"), kind="date", order=MoveIn.starts_on),
        Column(name="started_by", title=_l("Started by")),
    )


def _further_columns() -> tuple[Column, ...]:
    return (
        Column(name="started_at", title=_l("Started"), kind="date", order=MoveIn.started_at),
        Column(name="signed_at", title=_l("Signed at"), kind="date", order=MoveIn.signed_at),
        Column(name="signer", title=_l("Signed by"), at_first=False),
        Column(name="lease_until", title=_l("Lease until"), kind="date", order=MoveIn.lease_until, at_first=False),
        Column(
            name="licence_until",
            title=_l("Licence valid until"),
            kind="date",
            order=MoveIn.licence_until,
            at_first=False,
        ),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _filters(day: date) -> tuple[Filter, ...]:
    conditions = {"overdue": overdue(day), "expiring": expiring(day), "unfiled": queries.UNFILED}
    groups = [
        ("overdue", _l("Under way for too long")),
        ("expiring", _l("Lease or licence ends soon")),
        ("unfiled", _l("Signed, but not in the dossier yet")),
    ]
    states = [*groups, *((state.value, title) for state, title in STATE_TITLES.items())]

    def which(value: str) -> ColumnElement[bool]:
        return conditions[value] if value in conditions else MoveIn.state == MoveInState(value)

    return (
        Filter(name="q", title=_l("Unit, name or number"), condition=_about),
        Filter(name="state", title=_l("State"), condition=which, choices=states),
        *period_filters(MoveIn.started_at),
    )


def customers(day: date, unit_id: int | None) -> Listing:
    """Whom a move-in can be started for; the latest files first."""
    kept: dict[str, Any] = {"unit_id": unit_id} if unit_id else {}
    return Listing(
        title=_l("Who moves in?"),
        query=all_customers(day),
        columns=(
            Column(
                name="name",
                title=_l("Name"),
                order=Customer.name,
                link=lambda row: url_for("moving_in.new", customer_id=row.id, **kept),
            ),
            Column(name="units", title=_l("Units"), value=lambda row: row.units or ""),
            Column(name="registered_on", title=_l("Registered on"), kind="date", order=Customer.registered_on),
        ),
        filters=(Filter(name="q", title=_l("Name"), condition=lambda text: holding(text, Customer.name)),),
        order=(Customer.registered_on.desc(), Customer.id.desc()),
        export_permission=Permission.customer_export,
        empty=_l("No customer is registered yet."),
    )
