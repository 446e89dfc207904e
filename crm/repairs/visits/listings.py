"""The work list of return visits, and what is settled and waits to be filed. Numbers appear masked, on paper too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.errors import DomainError
from crm.lists.holding import holding
from crm.lists.listing import BulkAction, Column, Effect, Filter, Listing
from crm.phones import mask_phone
from crm.properties.models import Estate, Unit
from crm.repairs.orders.models import STATE_TITLES, WORKFLOW, OrderState, RepairOrder
from crm.repairs.orders.papers import keep_sheet
from crm.repairs.orders.queries import place_of
from crm.repairs.orders.service import file
from crm.repairs.visits import queries
from crm.tenants.models import Customer

MOST_FILED = 200  # at once: each lies in another dossier, and takes about a twentieth of a second


def urgency(due: date | None, today: date) -> str:
    if due is None or due == today:
        return _("Today") if due else ""
    days = (due - today).days
    return _("Overdue by %(days)s days", days=-days) if days < 0 else _("In %(days)s days", days=days)


def tone(due: date | None, today: date) -> str:
    if due is None or due > today:
        return "blue"
    return "red" if due < today else "orange"


def _page(row: Any) -> str:
    return url_for("visits.show", repair_id=row.id)


NUMBER = Column(name="number", title=_l("Number"), order=RepairOrder.number, link=_page)
PLACE = Column(name="unit", title=_l("Unit"), value=place_of, order=Unit.sort_key)
CUSTOMER = Column(name="customer", title=_l("Customer"), order=Customer.name)
MENDER = Column(name="worker", title=_l("Worker"), value=attrgetter("mender"), order=queries.Mender.full_name)
PROBLEM = Column(name="problem", title=_l("Problem"), kind="long")
RESULT = Column(name="result", title=_l("Work done"), kind="long")
ESTATE = Column(name="estate", title=_l("Estate"), order=Estate.name)
ABOUT = Filter(
    name="q",
    title=_l("Number, customer or unit"),
    condition=lambda text: holding(text, RepairOrder.number, Customer.name, Unit.label),
)


def _people_and_places(condition: ColumnElement[bool]) -> tuple[Filter, ...]:
    """Filters that offer only what the list has."""
    return (
        Filter(
            name="building",
            title=_l("Building"),
            condition=lambda value: RepairOrder.building_id == int(value),
            choices=[(str(key), name) for key, name in queries.buildings(condition).items()],
        ),
        Filter(
            name="worker",
            title=_l("Worker"),
            condition=lambda value: RepairOrder.finished_by_id == int(value),
            choices=[(str(key), name) for key, name in queries.menders(condition).items()],
        ),
    )


def to_ask(today: date) -> Listing:
    def due(value: str) -> ColumnElement[bool]:
        if value == "overdue":
            return RepairOrder.visit_due_on < today
        return RepairOrder.visit_due_on <= today if value == "due" else RepairOrder.visit_due_on == today

    return Listing(
        title=_l("Return visits"),
        query=queries.to_ask(today),
        columns=_columns(today),
        filters=(
            ABOUT,
            Filter(
                name="due",
                title=_l("Due"),
                condition=due,
                choices=[("due", _l("By today")), ("today", _l("Today")), ("overdue", _l("Overdue"))],
            ),
            *_people_and_places(queries.TO_ASK),
        ),
        order=(RepairOrder.visit_due_on, RepairOrder.id),
        export_permission=Permission.repair_dispatch,
        empty=_l("Nobody is to be asked."),
    )


def _columns(today: date) -> tuple[Column, ...]:
    return (
        Column(
            name="due", title=_l("Due"), value=attrgetter("visit_due_on"), kind="date", order=RepairOrder.visit_due_on
        ),
        Column(
            name="left",
            title=_l("Time left"),
            value=lambda row: urgency(row.visit_due_on, today),
            kind="badge",
            tone=lambda row: tone(row.visit_due_on, today),
        ),
        NUMBER,
        PLACE,
        CUSTOMER,
        Column(name="phone", title=_l("Telephone"), value=lambda row: mask_phone(row.phone) if row.phone else None),
        Column(name="attempts", title=_l("Times not reached"), kind="number"),
        Column(name="tried", title=_l("Last attempt"), value=attrgetter("tried_at"), kind="date"),
        MENDER,
        PROBLEM,
        RESULT,
        ESTATE,
    )


def _effects(ids: Sequence[int], _form: Any) -> list[Effect]:
    if len(ids) > MOST_FILED:
        raise DomainError(
            _("At most %(most)s rows can be changed at once. Narrow the list by a filter.", most=MOST_FILED)
        )
    return [
        Effect(
            id=order.id,
            label=f"{order.number} {order.problem}",
            old=str(STATE_TITLES[order.state]),
            new=str(STATE_TITLES[OrderState.filed]),
            hindrance=WORKFLOW.hindrance(order, "file"),
        )
        for order in queries.orders_called(ids)
    ]


def _file(ids: Sequence[int], _form: Any) -> None:
    for order in queries.orders_called(ids):
        file(order, keep_sheet)


FILE = BulkAction(
    name="file",
    title=_l("File it"),
    permission=Permission.repair_visit,
    preview=_effects,
    apply=_file,
    icon="folder",
)


def to_file() -> Listing:
    return Listing(
        title=_l("Repairs to file"),
        query=queries.settled(),
        columns=(
            NUMBER,
            PLACE,
            CUSTOMER,
            MENDER,
            PROBLEM,
            RESULT,
            Column(
                name="finished",
                title=_l("Finished at"),
                value=attrgetter("finished_at"),
                kind="date",
                order=RepairOrder.finished_at,
            ),
            ESTATE,
        ),
        filters=(ABOUT, *_people_and_places(queries.SETTLED)),
        order=(RepairOrder.finished_at, RepairOrder.id),
        export_permission=Permission.repair_dispatch,
        empty=_l("Nothing waits to be filed."),
        actions=(FILE,),
    )
