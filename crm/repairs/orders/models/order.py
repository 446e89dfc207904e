"""The repair order as it stands, and the one table of what can be done with it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned
from crm.properties.models import Building, Equipment, Estate, PublicArea, Unit
from crm.repairs.categories.models import Priority, RepairCategory
from crm.repairs.incidents.models import Incident
from crm.tenants.models import Customer
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/repairs/{}"  # of an order's page; reminders are made where `url_for` has no request


class OrderState(StrEnum):
    registered = "registered"
    triaged = "triaged"
    dispatched = "dispatched"
    accepted = "accepted"
    on_site = "on_site"
    quoted = "quoted"
    consented = "consented"
    working = "working"
    waiting = "waiting"
    done = "done"
    confirmed = "confirmed"
    rework = "rework"
    visited = "visited"
    filed = "filed"
    cancelled = "cancelled"
    duplicate = "duplicate"


S, P = OrderState, Permission
STATE_TITLES = {
    S.registered: _l("Registered"),
    S.triaged: _l("Checked, to dispatch"),
    S.dispatched: _l("Dispatched"),
    S.accepted: _l("Accepted"),
    S.on_site: _l("On site"),
    S.quoted: _l("Quoted, waits for consent"),
    S.consented: _l("Customer agreed"),
    S.working: _l("At work"),
    S.waiting: _l("Held up"),
    S.done: _l("Done, to confirm"),
    S.confirmed: _l("Confirmed, return visit due"),
    S.rework: _l("To be done again"),
    S.visited: _l("Return visit made"),
    S.filed: _l("Filed"),
    S.cancelled: _l("Cancelled"),
    S.duplicate: _l("Duplicate"),
}
STATE_TONES = {
    S.registered: "purple",
    S.triaged: "purple",
    S.dispatched: "orange",
    S.accepted: "blue",
    S.on_site: "blue",
    S.quoted: "orange",
    S.consented: "blue",
    S.working: "blue",
    S.waiting: "orange",
    S.done: "green",
    S.confirmed: "green",
    S.rework: "red",
    S.visited: "green",
    S.filed: "grey",
    S.cancelled: "grey",
    S.duplicate: "grey",
}
TO_DISPATCH = (S.registered, S.triaged, S.rework)
UNACCEPTED = (*TO_DISPATCH, S.dispatched)
HELD = (S.dispatched, S.accepted, S.on_site, S.quoted, S.consented, S.working, S.waiting)  # some worker has it
UNFINISHED = (*TO_DISPATCH, *HELD)
OURS = (*UNFINISHED, S.done)  # still for us to do: it stands before the customer's debt
ENDED = (S.filed, S.cancelled, S.duplicate)


class Payer(StrEnum):
    company = "company"
    builder = "builder"
    customer = "customer"
    fund = "fund"


PAYER_TITLES = {
    Payer.company: _l("The management company"),
    Payer.builder: _l("The builder, under warranty"),
    Payer.customer: _l("The customer"),
    Payer.fund: _l("The maintenance fund"),
}


class Channel(StrEnum):
    phone = "phone"
    counter = "counter"
    patrol = "patrol"
    message = "message"
    plan = "plan"
    imported = "import"


CHANNEL_TITLES = {
    Channel.phone: _l("By phone"),
    Channel.counter: _l("At the counter"),
    Channel.patrol: _l("Found on a patrol"),
    Channel.message: _l("By message"),
    Channel.plan: _l("Planned maintenance"),
    Channel.imported: _l("Taken over"),
}


class PriorityReason(StrEnum):
    """Why the priority is what it is; `rules.priority_of` gives it."""

    said = "said"
    category = "category"
    repeated = "repeated"
    many = "many"
    chosen = "chosen"


PRIORITY_REASONS = {
    PriorityReason.said: _l("Taken as an emergency"),
    PriorityReason.category: _l("As its category says"),
    PriorityReason.repeated: _l("The same fault within the time of a repeat: one step up"),
    PriorityReason.many: _l("An incident with many callers: one step up"),
    PriorityReason.chosen: _l("Chosen by the dispatcher"),
}
OPEN = text("state NOT IN ('filed', 'cancelled', 'duplicate')")
REPEATS, MERGED = text("repeat_of_id IS NOT NULL"), text("duplicate_of_id IS NOT NULL")


class RepairOrder(Versioned, Base):
    """维修单. What happened to it stands in its steps; the moments here are theirs, kept for lists and figures.

    `…_due_at` are when the promises run out as of the last step, every pause taken to last as long as it may
    (`clocks`): so an order is late exactly when that moment is over. `worker` is whoever has it now.
    """

    __tablename__ = "repair_order"
    __table_args__ = (
        CheckConstraint(
            "unit_id IS NOT NULL OR public_area_id IS NOT NULL OR equipment_id IS NOT NULL OR spot <> ''", name="place"
        ),
        CheckConstraint(
            "worker_id IS NOT NULL OR state NOT IN "
            "('dispatched', 'accepted', 'on_site', 'quoted', 'consented', 'working', 'waiting')",
            name="worker",
        ),
        CheckConstraint("(state = 'duplicate') = (duplicate_of_id IS NOT NULL)", name="duplicate"),
        CheckConstraint(
            "state NOT IN ('done', 'confirmed', 'visited', 'filed') OR finished_at IS NOT NULL", name="finished"
        ),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        UniqueConstraint("plan_id", "planned_for"),
        UniqueConstraint("estate_id", "source_number"),
        Index("ix_repair_order_open", "estate_id", "state", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_repair_order_worker", "worker_id", "state", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_repair_order_estate_id", "estate_id", "registered_at"),
        Index("ix_repair_order_registered_at", "registered_at"),  # for whoever sees every estate
        Index("ix_repair_order_finished_at", "estate_id", "finished_at", "registered_at"),
        Index("ix_repair_order_visit_due_on", "estate_id", "visit_due_on"),
        Index("ix_repair_order_customer_id", "customer_id"),
        Index("ix_repair_order_building_id", "building_id"),
        Index("ix_repair_order_unit_id", "unit_id", "category_id"),
        Index("ix_repair_order_public_area_id", "public_area_id"),
        Index("ix_repair_order_equipment_id", "equipment_id"),
        Index("ix_repair_order_incident_id", "incident_id"),
        Index("ix_repair_order_tail", "tail"),
        Index("ix_repair_order_repeat_of_id", "repeat_of_id", sqlite_where=REPEATS, postgresql_where=REPEATS),
        Index("ix_repair_order_duplicate_of_id", "duplicate_of_id", sqlite_where=MERGED, postgresql_where=MERGED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"))
    number: Mapped[str]  # W2611-0032
    source_number: Mapped[str | None]  # the company's own, of an order that was taken over
    key: Mapped[str | None]  # of the form it was entered with: sent twice, it is one order
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    public_area_id: Mapped[int | None] = mapped_column(ForeignKey("public_area.id"))
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"))
    spot: Mapped[str] = mapped_column(default="")  # where exactly: 主卧阳台, 3栋与4栋之间
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    caller: Mapped[str] = mapped_column(default="")
    digits: Mapped[str] = mapped_column(default="")  # of whoever reported it
    tail: Mapped[str] = mapped_column(default="")  # its last four
    channel: Mapped[Channel]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("repair_category.id"))
    problem: Mapped[str]  # in the customer's words
    emergency: Mapped[bool]
    priority: Mapped[Priority]
    priority_reason: Mapped[PriorityReason]
    payer: Mapped[Payer]
    payer_reason: Mapped[str] = mapped_column(default="")
    state: Mapped[OrderState]
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"))
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_plan.id"))
    planned_for: Mapped[date | None]
    registered_at: Mapped[Moment]
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    registered_by: Mapped[str]
    wanted_from: Mapped[Moment | None]  # the time agreed with the customer
    wanted_until: Mapped[Moment | None]
    accept_due_at: Mapped[Moment | None]
    arrive_due_at: Mapped[Moment | None]
    finish_due_at: Mapped[Moment | None]
    contacted_at: Mapped[Moment | None]  # the first word to the customer after the report (P-21)
    accepted_at: Mapped[Moment | None]
    arrived_at: Mapped[Moment | None]
    consented_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    finished_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # who mended it
    result: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[Moment | None]
    visit_due_on: Mapped[date | None]
    satisfied: Mapped[bool | None]  # what the return visit found
    reworks: Mapped[int] = mapped_column(default=0)
    filed_at: Mapped[Moment | None]
    bill_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"))
    accept_warned_at: Mapped[Moment | None]
    finish_warned_at: Mapped[Moment | None]

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")
    public_area: Mapped[PublicArea | None] = relationship(lazy="raise")
    equipment: Mapped[Equipment | None] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise")
    category: Mapped[RepairCategory] = relationship(lazy="raise")
    worker: Mapped[User | None] = relationship(lazy="raise", foreign_keys=worker_id)
    finished_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=finished_by_id)
    incident: Mapped[Incident | None] = relationship(lazy="raise")
    duplicate_of: Mapped[RepairOrder | None] = relationship(
        lazy="raise", foreign_keys=duplicate_of_id, remote_side="RepairOrder.id"
    )
    repeat_of: Mapped[RepairOrder | None] = relationship(
        lazy="raise", foreign_keys=repeat_of_id, remote_side="RepairOrder.id"
    )

    @property
    def place(self) -> str:
        """Where it is, with unit, area and equipment loaded."""
        thing = self.unit.label if self.unit else ""
        named = [each.name for each in (self.public_area, self.equipment) if each]
        return " ".join(filter(None, (thing, *named, self.spot)))


def _wants_consent(order: RepairOrder) -> str:
    asked = order.consented_at is not None or order.bill_id is not None  # what has its bill is done again free
    if order.payer is Payer.customer and not asked and not order.emergency:
        return _("The customer pays for this work: quote it and record the consent first.")
    return ""


def _wants_arrival(order: RepairOrder) -> str:
    return _wants_consent(order) if order.arrived_at else _("Nobody was on site yet: note the arrival first.")


def _wants_visit(order: RepairOrder) -> str:
    if order.state is S.confirmed and order.customer_id is not None:
        return _("The customer was not asked yet: make the return visit first.")
    return ""


def _is_charged(order: RepairOrder) -> str:
    return _("This work is charged: it is finished, not cancelled.") if order.bill_id else ""


def _wants_customer(order: RepairOrder) -> str:
    return "" if order.customer_id else _("Nobody is to be called back about this job.")


def _not_chargeable(order: RepairOrder) -> str:
    if order.bill_id is not None:
        return _("The work has its bill: done again, it is free of charge.")
    return (
        "" if order.payer is Payer.customer else _("The customer does not pay for this work: nothing is to be quoted.")
    )


def _done_once(order: RepairOrder) -> str:
    return _("This job was done once already: it is no second report.") if order.reworks else ""


def _step(sources: Any, target: OrderState | None, permission: Permission, title: Any, **given: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=permission, title=title, **given)


AT_WORK = (S.on_site, S.consented, S.working)
WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    triage=_step((S.registered,), S.triaged, P.repair_dispatch, _l("Check")),
    classify=_step(UNFINISHED, None, P.repair_dispatch, _l("Classify anew")),
    assign=_step(TO_DISPATCH, S.dispatched, P.repair_dispatch, _l("Assign")),
    grab=_step(TO_DISPATCH, S.accepted, P.repair_work, _l("Take it")),
    accept=_step((S.dispatched,), S.accepted, P.repair_work, _l("Accept the job")),
    arrive=_step((S.accepted, S.waiting), S.on_site, P.repair_work, _l("On site")),
    quote=_step((*AT_WORK, S.quoted), S.quoted, P.repair_work, _l("Quote"), hindrance=_not_chargeable),
    consent=_step((S.quoted,), S.consented, P.repair_agree, _l("Customer agrees")),
    decline=_step((S.quoted,), S.on_site, P.repair_agree, _l("Customer declines")),
    start=_step((S.on_site, S.consented), S.working, P.repair_work, _l("Start work"), hindrance=_wants_consent),
    wait=_step((S.accepted, *AT_WORK), S.waiting, P.repair_work, _l("Pause")),
    resume=_step((S.waiting,), S.working, P.repair_work, _l("Go on"), hindrance=_wants_arrival),
    finish=_step(AT_WORK, S.done, P.repair_work, _l("Finish"), hindrance=_wants_consent),
    appoint=_step((*UNFINISHED,), None, P.repair_agree, _l("Agree on a time")),
    contact=_step((*UNFINISHED, S.done, S.confirmed), None, P.repair_agree, _l("Talked to the customer")),
    hand_back=_step(HELD, S.triaged, P.repair_work, _l("Hand back")),
    transfer=_step(HELD, S.dispatched, P.repair_dispatch, _l("Give to somebody else")),
    confirm=_step((S.done,), S.confirmed, P.repair_dispatch, _l("Confirm")),
    redo=_step((S.done, S.confirmed), S.rework, P.repair_dispatch, _l("To be done again")),
    unreached=_step((S.confirmed,), None, P.repair_visit, _l("Not reached"), hindrance=_wants_customer),
    satisfied=_step((S.confirmed,), S.visited, P.repair_visit, _l("Satisfied"), hindrance=_wants_customer),
    unsatisfied=_step((S.confirmed,), S.rework, P.repair_visit, _l("Not satisfied"), hindrance=_wants_customer),
    file=_step((S.visited, S.confirmed), S.filed, P.repair_visit, _l("File it"), hindrance=_wants_visit),
    cancel=_step(UNFINISHED, S.cancelled, P.repair_log, _l("Cancel"), hindrance=_is_charged),
    duplicate=_step(UNACCEPTED, S.duplicate, P.repair_log, _l("Reported twice"), hindrance=_done_once),
)
