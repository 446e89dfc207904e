"""The complaint as it stands, and the one table of what can be done with it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import Department, User
from crm.auth.permissions import Permission
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.correspondence.letters.models import Letter
from crm.db import Base, Moment, Versioned
from crm.properties.models import Building, Estate, PublicArea, Unit
from crm.tenants.models import Customer
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/complaints/{}"  # of a complaint's page; reminders are made where `url_for` has no request


class ComplaintState(StrEnum):
    received = "received"
    acknowledged = "acknowledged"
    classified = "classified"
    investigating = "investigating"
    plan_approved = "plan_approved"
    acting = "acting"
    replied = "replied"
    called_back = "called_back"
    reopened = "reopened"
    closed = "closed"
    filed = "filed"
    withdrawn = "withdrawn"
    joined = "joined"


S, P = ComplaintState, Permission
STATE_TITLES = {
    S.received: _l("Received"),
    S.acknowledged: _l("First answer given"),
    S.classified: _l("Classified"),
    S.investigating: _l("Being looked into"),
    S.plan_approved: _l("Plan approved"),
    S.acting: _l("Being put right"),
    S.replied: _l("Replied, to call back"),
    S.called_back: _l("Called back, content"),
    S.reopened: _l("Opened again, one level up"),
    S.closed: _l("Case closed"),
    S.filed: _l("Filed"),
    S.withdrawn: _l("Taken back by the customer"),
    S.joined: _l("Joined to another"),
}
STATE_TONES = {
    S.received: "purple",
    S.acknowledged: "purple",
    S.classified: "orange",
    S.investigating: "blue",
    S.plan_approved: "blue",
    S.acting: "blue",
    S.replied: "orange",
    S.called_back: "green",
    S.reopened: "red",
    S.closed: "green",
    S.filed: "grey",
    S.withdrawn: "grey",
    S.joined: "grey",
}
UNANSWERED = (S.received,)
AT_WORK = (S.classified, S.investigating, S.plan_approved, S.acting, S.reopened)
UNREPLIED = (S.received, S.acknowledged, *AT_WORK)
OURS = (*UNREPLIED, S.replied)  # still for us to do: it stands before the customer's debt
ASKED = (S.replied, S.called_back)  # one caller after the other, until all who can be were
CLOSED = (S.closed, S.filed)
SETTLED = (S.called_back, *CLOSED)  # come back after it, it is a repeat
ENDED = (S.filed, S.withdrawn, S.joined)


class About(StrEnum):
    """What the complaint is about."""

    service = "service"
    person = "person"
    unit = "unit"
    public_area = "public_area"
    neighbour = "neighbour"
    charge = "charge"


ABOUT_TITLES = {
    About.service: _l("A service of ours"),
    About.person: _l("One of our people"),
    About.unit: _l("The unit"),
    About.public_area: _l("A public area"),
    About.neighbour: _l("A neighbour"),
    About.charge: _l("A charge or bill"),
}


class Channel(StrEnum):
    phone = "phone"
    counter = "counter"
    message = "message"
    letter = "letter"
    hotline = "hotline"
    patrol = "patrol"
    imported = "import"


CHANNEL_TITLES = {
    Channel.phone: _l("By phone"),
    Channel.counter: _l("At the counter"),
    Channel.message: _l("By message"),
    Channel.letter: _l("By letter"),
    Channel.hotline: _l("Through the hotline 12345"),
    Channel.patrol: _l("Told on a patrol"),
    Channel.imported: _l("Taken over"),
}


class SeverityReason(StrEnum):
    """Why the severity is what it is; `rules.severity_of` gives it."""

    category = "category"
    said = "said"
    hotline = "hotline"
    chosen = "chosen"


SEVERITY_REASONS = {
    SeverityReason.category: _l("As the category of the complaint says"),
    SeverityReason.said: _l("Taken as urgent"),
    SeverityReason.hotline: _l("It came through the hotline"),
    SeverityReason.chosen: _l("Chosen when it was classified"),
}


class Outcome(StrEnum):
    justified = "justified"
    partly = "partly"
    unjustified = "unjustified"
    unproven = "unproven"


WITH_GROUND = (Outcome.justified, Outcome.partly)
OUTCOME_TITLES = {
    Outcome.justified: _l("Justified"),
    Outcome.partly: _l("Partly justified"),
    Outcome.unjustified: _l("Not justified"),
    Outcome.unproven: _l("Could not be proven"),
}
OPEN = text("state NOT IN ('filed', 'withdrawn', 'joined')")
FOUND = "(cause <> '' AND outcome IS NOT NULL)"
WAS_OVER = "(channel = 'import' AND result_due_at IS NULL)"  # when it was taken over: what the file tells of it
REPEATS, JOINED = text("repeat_of_id IS NOT NULL"), text("joined_to_id IS NOT NULL")


class Complaint(Versioned, Base):
    """投诉单. What happened to it stands in its steps; the moments here are theirs, kept for lists and figures.

    `level`: who decides: 0 the desk, 1 its head, 2 the management (`rules.LEVELS`). `about_department` is the one
    complained about: nobody of it closes the case or calls back. `…_due_at`: when a promise runs out (`clocks`).
    """

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 2", name="level"),
        CheckConstraint("(state = 'joined') = (joined_to_id IS NOT NULL)", name="joined"),
        CheckConstraint(f"state NOT IN ('closed', 'filed') OR {FOUND} OR {WAS_OVER}", name="cause"),
        CheckConstraint(
            "state NOT IN ('replied', 'called_back', 'closed', 'filed') OR replied_at IS NOT NULL", name="replied"
        ),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        UniqueConstraint("estate_id", "source_number"),
        Index("ix_complaint_open", "estate_id", "state", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_complaint_handler_id", "handler_id", "state", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_complaint_estate_id", "estate_id", "received_at"),
        Index("ix_complaint_severity", "severity", "received_at"),
        Index("ix_complaint_hotline_number", "hotline_number"),
        Index("ix_complaint_received_at", "received_at"),  # for whoever sees every estate
        Index("ix_complaint_closed_at", "estate_id", "closed_at"),
        Index("ix_complaint_callback_due_on", "estate_id", "callback_due_on"),
        Index("ix_complaint_customer_id", "customer_id", "category_id"),
        Index("ix_complaint_unit_id", "unit_id", "category_id"),
        Index("ix_complaint_building_id", "building_id"),
        Index("ix_complaint_public_area_id", "public_area_id"),
        Index("ix_complaint_about_customer_id", "about_customer_id"),
        Index("ix_complaint_repeat_of_id", "repeat_of_id", sqlite_where=REPEATS, postgresql_where=REPEATS),
        Index("ix_complaint_joined_to_id", "joined_to_id", sqlite_where=JOINED, postgresql_where=JOINED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"))
    number: Mapped[str]  # T2611-0014
    source_number: Mapped[str | None]  # the company's own, of a case that was taken over
    key: Mapped[str | None]  # of the form it was entered with: sent twice, it is one case
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # where the trouble is, not who complains
    public_area_id: Mapped[int | None] = mapped_column(ForeignKey("public_area.id"))
    spot: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))  # of the first caller; None: anonymous
    channel: Mapped[Channel]
    hotline_number: Mapped[str] = mapped_column(default="")  # the hotline's own, to be answered under
    category_id: Mapped[int] = mapped_column(ForeignKey("complaint_category.id"))
    about: Mapped[About]
    about_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    about_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    about_customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))  # the neighbour
    contractor: Mapped[str] = mapped_column(default="")  # of CONTRACTORS
    words: Mapped[str]  # in the caller's words
    wish: Mapped[str] = mapped_column(default="")  # what the caller wants
    severity: Mapped[Severity]
    severity_reason: Mapped[SeverityReason]
    state: Mapped[ComplaintState]
    level: Mapped[int] = mapped_column(default=0)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    received_at: Mapped[Moment]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    received_by: Mapped[str]
    answer_due_at: Mapped[Moment | None]
    result_due_at: Mapped[Moment | None]
    acknowledged_at: Mapped[Moment | None]  # the first answer (P-20)
    plan: Mapped[str] = mapped_column(default="")
    planned_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[Moment | None]
    reply_letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    wants_callback: Mapped[bool] = mapped_column(default=True)  # some caller can be asked whether it is settled
    callback_due_on: Mapped[date | None]
    satisfied: Mapped[bool | None]
    reopened: Mapped[int] = mapped_column(default=0)
    cause: Mapped[str] = mapped_column(default="")  # of CAUSES
    cause_words: Mapped[str] = mapped_column(default="")
    outcome: Mapped[Outcome | None]
    closed_at: Mapped[Moment | None]
    filed_at: Mapped[Moment | None]
    answer_warned_at: Mapped[Moment | None]
    result_warned_at: Mapped[Moment | None]

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")
    public_area: Mapped[PublicArea | None] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise", foreign_keys=customer_id)
    about_customer: Mapped[Customer | None] = relationship(lazy="raise", foreign_keys=about_customer_id)
    about_user: Mapped[User | None] = relationship(lazy="raise", foreign_keys=about_user_id)
    about_department: Mapped[Department | None] = relationship(lazy="raise")
    category: Mapped[ComplaintCategory] = relationship(lazy="raise")
    reply_letter: Mapped[Letter | None] = relationship(lazy="raise")
    handler: Mapped[User | None] = relationship(lazy="raise", foreign_keys=handler_id)
    repeat_of: Mapped[Complaint | None] = relationship(
        lazy="raise", foreign_keys=repeat_of_id, remote_side="Complaint.id"
    )
    joined_to: Mapped[Complaint | None] = relationship(
        lazy="raise", foreign_keys=joined_to_id, remote_side="Complaint.id"
    )

    @property
    def place(self) -> str:
        """Where the trouble is, with unit and area loaded."""
        named = (self.unit.label if self.unit else "", self.public_area.name if self.public_area else "", self.spot)
        return " ".join(filter(None, named))

    @property
    def wants_approval(self) -> bool:
        """Urgent cases, and those opened again, go on after somebody approved how."""
        return self.state is S.investigating and (self.severity is Severity.urgent or self.level > 0)


def _wants_plan(case: Complaint) -> str:
    return _("It is urgent or has gone up a level: have the plan approved first.") if case.wants_approval else ""


def _wants_first_answer(case: Complaint) -> str:
    return "" if case.acknowledged_at else _("The customer was not answered yet: give the first answer.")


def _has_plan(case: Complaint) -> str:
    return "" if case.plan else _("Write the plan first.")


def _wants_caller(case: Complaint) -> str:
    return "" if case.wants_callback else _("Nobody who complained can be called back: the reply is the end.")


def _step(sources: Any, target: ComplaintState | None, permission: Permission, title: Any, **given: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=permission, title=title, **given)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    acknowledge=_step((S.received,), S.acknowledged, P.complaint_log, _l("First answer")),
    classify=_step(
        (S.received, S.acknowledged), S.classified, P.complaint_handle, _l("Classify"), hindrance=_wants_first_answer
    ),
    reclassify=_step(AT_WORK, None, P.complaint_handle, _l("Classify anew")),
    assign=_step((*UNREPLIED,), None, P.complaint_handle, _l("Give to somebody")),
    investigate=_step((S.classified, S.reopened), S.investigating, P.complaint_handle, _l("Look into it")),
    plan=_step((S.investigating,), None, P.complaint_handle, _l("Write the plan")),
    approve_plan=_step(
        (S.investigating,), S.plan_approved, P.complaint_lead, _l("Approve the plan"), hindrance=_has_plan
    ),
    act=_step(
        (S.investigating, S.plan_approved), S.acting, P.complaint_handle, _l("Put it right"), hindrance=_wants_plan
    ),
    reply=_step(
        (S.investigating, S.plan_approved, S.acting), S.replied, P.complaint_handle, _l("Reply"), hindrance=_wants_plan
    ),
    contact=_step((*UNREPLIED, S.replied), None, P.complaint_log, _l("Talked to the customer")),
    unreached=_step(ASKED, None, P.complaint_visit, _l("Not reached"), hindrance=_wants_caller),
    content=_step(ASKED, S.called_back, P.complaint_visit, _l("Called back: content"), hindrance=_wants_caller),
    discontent=_step(ASKED, S.reopened, P.complaint_visit, _l("Called back: not content"), hindrance=_wants_caller),
    reopen=_step((S.called_back, S.closed), S.reopened, P.complaint_lead, _l("Open again")),
    escalate=_step((*UNREPLIED,), None, P.complaint_handle, _l("One level up")),
    close=_step(ASKED, S.closed, P.complaint_visit, _l("Close the case")),
    file=_step((S.closed,), S.filed, P.complaint_visit, _l("File it")),
    withdraw=_step(OURS, S.withdrawn, P.complaint_log, _l("Withdraw the complaint")),
    join=_step((*UNREPLIED,), S.joined, P.complaint_handle, _l("Join to another")),
)
