"""A notice, whom it is for, and how each household was reached."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.policy.dictionaries import Dictionary
from crm.properties.models import Estate, Unit
from crm.steps.models import StepRow
from crm.tenants.models import Customer
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/notices/{}"  # of a notice's page; mails are made where `url_for` has no request


class NoticeState(StrEnum):
    draft = "draft"
    issued = "issued"
    over = "over"
    withdrawn = "withdrawn"
    dropped = "dropped"


S, P = NoticeState, Permission
STATE_TITLES = {
    S.draft: _l("Draft"),
    S.issued: _l("Issued and running"),
    S.over: _l("Over"),
    S.withdrawn: _l("Withdrawn"),
    S.dropped: _l("Never issued"),
}
STATE_TONES = {S.draft: "purple", S.issued: "blue", S.over: "grey", S.withdrawn: "red", S.dropped: "grey"}
NOTICE_KINDS = Dictionary(
    key="notice.kind",
    title=_l("Kinds of notices"),
    defaults={
        "outage": _l("Water, power or gas off"),
        "works": _l("Works and maintenance"),
        "fees": _l("Fees"),
        "safety": _l("Safety"),
        "weather": _l("Weather"),
        "event": _l("Event"),
        "rules": _l("Rules of the estate"),
        "other": _l("Other"),
    },
)


class Notice(Versioned, Base):
    """通知. Once issued its words and its households are frozen; another text is another notice.

    `facts`: placeholder -> what is written for it; `audience` as `audience.Audience` is written; `households`: how many
    it was issued to. `number` is taken when it is issued, so drafts leave no gap.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("(number IS NULL) = (issued_at IS NULL)", name="number"),
        CheckConstraint("state IN ('draft', 'dropped') OR issued_at IS NOT NULL", name="issued"),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        Index("ix_notice_estate_id", "estate_id", "issued_at"),
        Index("ix_notice_state", "estate_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int | None] = mapped_column(ForeignKey("number.id"))
    number: Mapped[str | None]  # 通〔2026〕0007号
    key: Mapped[str | None]
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    kind: Mapped[str]  # of NOTICE_KINDS
    subject: Mapped[str]
    body: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    households: Mapped[int] = mapped_column(default=0)
    state: Mapped[NoticeState]
    urgent: Mapped[bool] = mapped_column(default=False)
    wants_reading: Mapped[bool] = mapped_column(default=False)  # each household is asked to say that it was read
    board_from: Mapped[date | None]  # on the announcement board of the counter
    board_until: Mapped[date | None]
    reach_by: Mapped[date | None]  # by when every household is to be reached
    warned_on: Mapped[date | None]  # the last day on which somebody was told who is still unreached
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    drafted_by: Mapped[str]
    drafted_at: Mapped[Moment]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    issued_by: Mapped[str] = mapped_column(default="")
    issued_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]

    estate: Mapped[Estate] = relationship(lazy="raise")


class NoticeStep(StepRow, Base):
    __tablename__ = "notice_step"
    __table_args__ = (UniqueConstraint("key"), Index("ix_notice_step_notice_id", "notice_id", "id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    from_state: Mapped[NoticeState | None]
    to_state: Mapped[NoticeState]


append_only(NoticeStep)


class Reach(StrEnum):
    """A way a notice comes to a household. What is printed reaches nobody until somebody brings it."""

    hand = "hand"
    door = "door"
    mailbox = "mailbox"
    counter = "counter"
    email = "email"
    reading = "reading"


REACH_TITLES = {
    Reach.hand: _l("Given to somebody"),
    Reach.door: _l("Left at the door, photographed"),
    Reach.mailbox: _l("Put into the letter box"),
    Reach.counter: _l("Signed for at the counter"),
    Reach.email: _l("By e-mail"),
    Reach.reading: _l("Read by the link"),
}
UNREACHED = text("reached_at IS NULL")


class NoticeHousehold(Base):
    """A household the notice is for, with its words: one row for each unit and customer.

    Reached by the first way that worked; taken back, by the next one, or not at all.
    """

    __tablename__ = "notice_household"
    __table_args__ = (
        CheckConstraint("(reached_at IS NULL) = (reached_by IS NULL)", name="reached"),
        UniqueConstraint("notice_id", "position"),
        Index("uq_notice_household_unit", "notice_id", "unit_id", "customer_id", unique=True),
        Index("ix_notice_household_unreached", "notice_id", sqlite_where=UNREACHED, postgresql_where=UNREACHED),
        Index("ix_notice_household_customer_id", "customer_id"),
        Index("ix_notice_household_unit_id", "unit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    position: Mapped[int]  # in the order of the units
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    name: Mapped[str]  # as it stands on the paper
    label: Mapped[str]  # of the unit, likewise
    subject: Mapped[str]
    body: Mapped[str]
    printed_at: Mapped[Moment | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"))
    reached_at: Mapped[Moment | None]
    reached_by: Mapped[Reach | None]
    read_at: Mapped[Moment | None]

    notice: Mapped[Notice] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")


append_only(NoticeHousehold, but={"printed_at", "mail_id", "reached_at", "reached_by", "read_at"})


class NoticeDelivery(Base):
    """An attempt to reach a household, and whether it worked. A wrong entry is taken back by a row that points to it.

    `upload`: photograph of the door, or the signature.
    """

    __tablename__ = "notice_delivery"
    __table_args__ = (
        CheckConstraint("NOT worked OR reach <> 'door' OR upload_id IS NOT NULL", name="photograph"),
        CheckConstraint("worked OR note <> ''", name="why_not"),
        UniqueConstraint("key"),
        Index("ix_notice_delivery_notice_household_id", "notice_household_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_household_id: Mapped[int] = mapped_column(ForeignKey("notice_household.id"))
    reach: Mapped[Reach]
    worked: Mapped[bool]
    person: Mapped[str] = mapped_column(default="")  # who took it or signed
    note: Mapped[str] = mapped_column(default="")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    takes_back_id: Mapped[int | None] = mapped_column(ForeignKey("notice_delivery.id"), unique=True)
    key: Mapped[str | None]
    noted_by: Mapped[str]
    noted_at: Mapped[Moment]

    household: Mapped[NoticeHousehold] = relationship(lazy="raise")
    upload: Mapped[Upload | None] = relationship(lazy="raise")


append_only(NoticeDelivery)


def _step(sources: Any, target: NoticeState | None, permission: Permission, title: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=permission, title=title)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    change=_step((S.draft,), None, P.notice_write, _l("Change the draft")),
    issue=_step((S.draft,), S.issued, P.notice_issue, _l("Issue")),
    deliver=_step((S.issued,), None, P.notice_deliver, _l("Note who was reached")),
    end=_step((S.issued,), S.over, P.notice_write, _l("The notice is over")),
    withdraw=_step((S.issued,), S.withdrawn, P.notice_issue, _l("Withdraw")),
    drop=_step((S.draft,), S.dropped, P.notice_write, _l("Drop the draft")),
)
