"""The lists: renovations, permits that run out, and who builds where."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import units_holding
from crm.renovations.cases import contractors, queries
from crm.renovations.cases.models import STATE_TITLES, STATE_TONES, Renovation, RenovationDoing, RenovationState
from crm.renovations.cases.unfiled import PERMIT_UNFILED, RECORD_UNFILED
from crm.renovations.cases.wording import left_in_words, tone_of
from crm.renovations.works.queries import works
from crm.tenants.queries import files_holding

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def case(row: Any) -> str:
    return url_for("renovations.show", renovation_id=row.id)


def about(text: str) -> ColumnElement[bool]:
    if text[:2].upper() in ("ZX", "XK") and text[2:3].isdecimal():
        return Renovation.number.startswith(text.upper()) | Renovation.permit_number.startswith(text.upper())
    there = Renovation.unit_id.in_(units_holding(text)) | Renovation.customer_id.in_(files_holding(text))
    return holding(text, Renovation.contractor, Renovation.description) | there


def _which(value: str) -> ColumnElement[bool]:
    conditions = {
        "open": queries.OPEN,
        "on_site": queries.IS_ON_SITE,
        "ended": ~queries.OPEN,
        "permit_unfiled": PERMIT_UNFILED,
        "unfiled": RECORD_UNFILED,
    }
    return conditions[value] if value in conditions else Renovation.state == RenovationState(value)


GROUPS = [
    ("open", _l("All that is open")),
    ("on_site", _l("With a permit that is live")),
    ("ended", _l("Over")),
    ("permit_unfiled", _l("Permit issued, but not in the dossier yet")),
    ("unfiled", _l("Over, but not in the dossier yet")),
]


def renovations(today: date) -> Listing:
    return Listing(
        title=_l("Renovations"),
        query=queries.renovations(),
        counted=queries.every_renovation(),
        columns=_columns(today),
        filters=_filters(today),
        order=(Renovation.applied_at.desc(), Renovation.id.desc()),
        export_permission=Permission.renovation_log,
        empty=_l("No renovation was applied for yet."),
    )


def permits(today: date) -> Listing:
    """Live ones, that which runs out first at the top."""
    live = queries.renovations().where(queries.IS_ON_SITE)
    return Listing(
        title=_l("Permits that run out"),
        query=live,
        columns=_permit_columns(today),
        filters=(_expiring(today), _building()),
        order=(Renovation.valid_to, Renovation.id),
        export_permission=Permission.renovation_log,
        empty=_l("No permit is live."),
    )


def builders() -> Listing:
    return Listing(
        title=_l("Building firms"),
        query=contractors.contractors(),
        columns=(
            Column(name="contractor", title=_l("Building firm"), order=Renovation.contractor, link=_of_contractor),
            Column(name="licence", title=_l("Licence number")),
            Column(name="renovations", title=_l("Renovations"), kind="number"),
            Column(name="open", title=_l("Not over yet"), kind="number"),
            Column(name="violations", title=_l("Violations"), kind="number"),
            Column(name="last_on", title=_l("Last applied for"), kind="date"),
        ),
        filters=(
            Filter(name="q", title=_l("Building firm"), condition=lambda text: holding(text, Renovation.contractor)),
        ),
        order=(Renovation.contractor,),
        export_permission=Permission.renovation_log,
        empty=_l("No firm has built here yet."),
    )


def _of_contractor(row: Any) -> str:
    return url_for("renovations.index", contractor=row.contractor)


def _state() -> Column:
    return Column(
        name="state",
        title=_l("State"),
        value=lambda row: str(STATE_TITLES[row.state]),
        kind="badge",
        tone=lambda row: STATE_TONES[row.state],
    )


def _left(today: date) -> Column:
    return Column(
        name="left",
        title=_l("Permit"),
        value=lambda row: left_in_words(row, today),
        kind="badge",
        tone=lambda row: tone_of(row, today),
        order=Renovation.valid_to,
    )


def _columns(today: date) -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=Renovation.number, link=case),
        _state(),
        _left(today),
        *_whose(),
        Column(name="description", title=_l("What is built"), kind="long"),
        Column(name="starts_on", title=_l("Begins on"), kind="date", order=Renovation.starts_on),
        Column(name="ends_on", title=_l("Ends on"), kind="date", order=Renovation.ends_on),
        Column(name="applied_at", title=_l("Applied for"), kind="date", order=Renovation.applied_at),
        Column(name="deposit_asked", title=_l("Deposit (yuan)"), kind="money", at_first=False),
        Column(name="permit_number", title=_l("Permit number"), at_first=False),
        Column(name="valid_to", title=_l("Valid to"), kind="date", order=Renovation.valid_to, at_first=False),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _whose() -> tuple[Column, ...]:
    return (
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key),
        Column(name="customer", title=_l("Applicant"), order=queries.KEPT.name),
        Column(name="contractor", title=_l("Building firm"), order=Renovation.contractor),
    )


def _permit_columns(today: date) -> tuple[Column, ...]:
    return (
        Column(name="permit_number", title=_l("Permit number"), order=Renovation.permit_number, link=case),
        _left(today),
        Column(name="valid_to", title=_l("Valid to"), kind="date", order=Renovation.valid_to),
        _state(),
        *_whose(),
        Column(name="contractor_lead", title=_l("Who leads the site")),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _filters(today: date) -> tuple[Filter, ...]:
    states = [*GROUPS, *((state.value, title) for state, title in STATE_TITLES.items())]
    kinds = [(str(each.id), each.full_name) for each in works()]
    return (
        Filter(name="q", title=_l("Unit, name, number or words"), condition=about),
        Filter(name="state", title=_l("State"), condition=_which, choices=states),
        Filter(name="work", title=_l("Kind of work"), condition=_does, choices=kinds),
        Filter(name="contractor", title=_l("Building firm"), condition=lambda text: Renovation.contractor == text),
        _expiring(today),
        _building(),
        *period_filters(Renovation.applied_at),
    )


def _does(work_id: str) -> ColumnElement[bool]:
    doing = select(RenovationDoing.renovation_id).where(RenovationDoing.work_id == int(work_id))
    return Renovation.id.in_(doing)


def _expiring(today: date) -> Filter:
    until = {"over": today - timedelta(days=1), "week": today + WEEK, "month": today + MONTH}
    titles = [("over", _l("Has expired")), ("week", _l("Within 7 days")), ("month", _l("Within 30 days"))]
    return Filter(
        name="permit",
        title=_l("Permit runs out"),
        condition=lambda value: queries.expiring(until[value]),
        choices=titles,
    )


def _building() -> Filter:
    there = [(str(key), name) for key, name in queries.buildings(Renovation.building_id.is_not(None)).items()]
    return Filter(
        name="building",
        title=_l("Building"),
        condition=lambda value: Renovation.building_id == int(value),
        choices=there,
    )
