"""The register of letters, in and out, and the one table of what can be done with one."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import Department, User
from crm.auth.permissions import Permission
from crm.correspondence.serving.models import Delivery, proving
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.policy.dictionaries import Dictionary
from crm.properties.models import Estate, Unit
from crm.steps.models import StepRow
from crm.tenants.models import Customer
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/letters/{}"  # of a letter's page; reminders are made where `url_for` has no request


class Direction(StrEnum):
    incoming = "in"
    outgoing = "out"


DIRECTION_TITLES = {Direction.incoming: _l("Letter in"), Direction.outgoing: _l("Letter out")}


class LetterState(StrEnum):
    registered = "registered"
    passed_on = "passed_on"
    answered = "answered"
    noted = "noted"
    sent = "sent"
    served = "served"
    returned = "returned"
    filed = "filed"
    void = "void"


S, P = LetterState, Permission
STATE_TITLES = {
    S.registered: _l("Registered"),
    S.passed_on: _l("Passed on, to be answered"),
    S.answered: _l("Answered"),
    S.noted: _l("Noted, no answer wanted"),
    S.sent: _l("Sent, nothing heard yet"),
    S.served: _l("Delivered"),
    S.returned: _l("Came back"),
    S.filed: _l("Filed"),
    S.void: _l("Void"),
}
STATE_TONES = {
    S.registered: "purple",
    S.passed_on: "orange",
    S.answered: "green",
    S.noted: "green",
    S.sent: "blue",
    S.served: "green",
    S.returned: "red",
    S.filed: "grey",
    S.void: "grey",
}
ENDED = (S.filed, S.void)


class Way(StrEnum):
    """How a letter came in."""

    by_hand = "by_hand"
    post = "post"
    ems = "ems"
    email = "email"
    message = "message"


WAY_TITLES = {
    Way.by_hand: _l("Handed in"),
    Way.post: _l("By post"),
    Way.ems: _l("By EMS"),
    Way.email: _l("By e-mail"),
    Way.message: _l("By message"),
}
LETTER_KINDS = Dictionary(
    key="letter.kind",
    title=_l("Kinds of letters"),
    defaults={
        "application": _l("Application"),
        "enquiry": _l("Enquiry or proposal"),
        "complaint": _l("Complaint"),
        "authority": _l("From an authority"),
        "answer": _l("Answer to a letter"),
        "violation": _l("Notice of a violation"),
        "agreement": _l("Agreement"),
        "other": _l("Other"),
    },
)
OPEN = text("state NOT IN ('filed', 'void')")
DUE = text("reply_due_on IS NOT NULL AND state IN ('registered', 'passed_on')")
ANSWERS = text("reply_to_id IS NOT NULL")
ABOUT = text("about_id IS NOT NULL")


class Letter(Versioned, Base):
    """往来函件. What happened to it stands in its steps, how it was brought in its deliveries.

    `about_kind`, `about_id`: what of another package it is of, such as a violation. `content`: of a letter that was
    made here, what it says, frozen: subject, body, day in words and who signs.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("direction = 'in' OR way IS NULL", name="way"),
        CheckConstraint("direction = 'in' OR reply_due_on IS NULL", name="reply_due"),
        CheckConstraint("customer_id IS NOT NULL OR party <> ''", name="party"),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        Index("ix_letter_open", "estate_id", "state", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_letter_due", "estate_id", "reply_due_on", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_letter_estate_id", "estate_id", "registered_at"),
        Index("ix_letter_direction", "direction", "registered_at"),
        Index("ix_letter_registered_at", "registered_at"),  # for whoever sees every estate
        Index("ix_letter_customer_id", "customer_id"),
        Index("ix_letter_unit_id", "unit_id"),
        Index("ix_letter_reply_to_id", "reply_to_id", sqlite_where=ANSWERS, postgresql_where=ANSWERS),
        Index("ix_letter_about", "about_kind", "about_id", sqlite_where=ABOUT, postgresql_where=ABOUT),
        Index("ix_letter_batch_id", "batch_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"))
    number: Mapped[str]  # 收〔2026〕0012号, 发〔2026〕0034号
    key: Mapped[str | None]  # of the form it was entered with: sent twice, it is one letter
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    direction: Mapped[Direction]
    kind: Mapped[str]  # of LETTER_KINDS
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    party: Mapped[str] = mapped_column(default="")  # who writes, or is written to, where it is no customer's file
    address: Mapped[str] = mapped_column(default="")
    doc_no: Mapped[str] = mapped_column(default="")  # their own number
    dated_on: Mapped[date]  # the day on the letter
    way: Mapped[Way | None]
    subject: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    pages: Mapped[int | None]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    reply_due_on: Mapped[date | None]
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    about_kind: Mapped[str] = mapped_column(default="")
    about_id: Mapped[int | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("letter_batch.id"))
    state: Mapped[LetterState]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # who is to deal with it
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    registered_by: Mapped[str]
    registered_at: Mapped[Moment]
    passed_on_at: Mapped[Moment | None]
    answered_at: Mapped[Moment | None]  # or noted that no answer is wanted
    sent_at: Mapped[Moment | None]
    served_at: Mapped[Moment | None]
    filed_at: Mapped[Moment | None]
    warned_on: Mapped[date | None]  # the handler was told that the reply is due

    estate: Mapped[Estate] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")
    handler: Mapped[User | None] = relationship(lazy="raise")
    department: Mapped[Department | None] = relationship(lazy="raise")
    reply_to: Mapped[Letter | None] = relationship(lazy="raise", remote_side="Letter.id")


class LetterStep(StepRow, Base):
    __tablename__ = "letter_step"
    __table_args__ = (UniqueConstraint("key"), Index("ix_letter_step_letter_id", "letter_id", "id"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    from_state: Mapped[LetterState | None]
    to_state: Mapped[LetterState]


append_only(LetterStep)


class FileRole(StrEnum):
    scan = "scan"
    enclosure = "enclosure"
    paper = "paper"  # as it was pressed here


FILE_TITLES = {
    FileRole.scan: _l("Scan"),
    FileRole.enclosure: _l("Enclosure"),
    FileRole.paper: _l("The letter as it was made"),
}


class LetterFile(Base):
    __tablename__ = "letter_file"
    __table_args__ = (UniqueConstraint("key"), Index("ix_letter_file_letter_id", "letter_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    role: Mapped[FileRole]
    key: Mapped[str | None]
    added_by: Mapped[str]
    added_at: Mapped[Moment]

    letter: Mapped[Letter] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")


append_only(LetterFile)


class LetterDelivery(Delivery, Base):
    __tablename__ = "letter_delivery"
    __table_args__ = (*proving(), Index("ix_letter_delivery_letter_id", "letter_id"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("letter_delivery.id"), unique=True)

    letter: Mapped[Letter] = relationship(lazy="raise")


append_only(LetterDelivery)


class LetterBatch(Base):
    """套打函件: one text to many, each letter with a number of its own. `audience`: as
    `correspondence.audience.chosen` has it."""

    __tablename__ = "letter_batch"
    __table_args__ = (UniqueConstraint("key"), Index("ix_letter_batch_estate_id", "estate_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    key: Mapped[str | None]
    title: Mapped[str]
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    letters: Mapped[int]
    made_by: Mapped[str]
    made_at: Mapped[Moment]

    estate: Mapped[Estate] = relationship(lazy="raise")


append_only(LetterBatch)


def _is_incoming(letter: Letter) -> str:
    return "" if letter.direction is Direction.incoming else _("This letter goes out: it is sent, not answered.")


def _is_outgoing(letter: Letter) -> str:
    return "" if letter.direction is Direction.outgoing else _("This letter came in: it is answered, not sent.")


def _has_not_left(letter: Letter) -> str:
    return _("It was sent: that stays so.") if letter.sent_at else _is_outgoing(letter)


def _is_over(letter: Letter) -> str:
    if letter.direction is Direction.incoming and letter.state is S.registered:
        return _("Pass it on, or note that no answer is wanted, before it is filed.")
    return ""


def _step(sources: Any, target: LetterState | None, title: Any, **given: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=P.letter_keep, title=title, **given)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    pass_on=_step((S.registered, S.passed_on), S.passed_on, _l("Pass on"), hindrance=_is_incoming),
    answer=_step((S.registered, S.passed_on), S.answered, _l("Answer it"), hindrance=_is_incoming),
    reopen=_step((S.answered,), S.passed_on, _l("Answer taken back"), hindrance=_is_incoming),
    note=_step((S.registered, S.passed_on), S.noted, _l("No answer wanted"), hindrance=_is_incoming),
    send=_step((S.registered, S.returned), S.sent, _l("Send"), hindrance=_is_outgoing),
    serve=_step((S.registered, S.sent, S.returned), S.served, _l("Delivered"), hindrance=_is_outgoing),
    come_back=_step((S.sent,), S.returned, _l("Came back"), hindrance=_is_outgoing),
    unserve=_step((S.served, S.returned), S.sent, _l("Delivery taken back"), hindrance=_is_outgoing),
    unbring=_step((S.sent, S.served, S.returned), S.registered, _l("Delivery taken back"), hindrance=_has_not_left),
    file_unproved=_step((S.sent,), None, _l("File it without proof"), hindrance=_is_outgoing),
    # of what was only sent `STEPS` wants the step before, which says why
    file=_step((S.answered, S.noted, S.served, S.returned, S.sent), S.filed, _l("File it"), hindrance=_is_over),
    void=_step((S.registered, S.passed_on, S.noted), S.void, _l("Void")),
)
