"""A contact about a debt as it was noted."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, append_only
from crm.tenants.models import Customer


class ContactChannel(StrEnum):
    phone = "phone"
    visit = "visit"
    wechat = "wechat"
    sms = "sms"
    at_the_desk = "at_the_desk"


CONTACT_CHANNELS = {
    ContactChannel.phone: _l("Telephone"),
    ContactChannel.visit: _l("Visit"),
    ContactChannel.wechat: _l("WeChat"),
    ContactChannel.sms: _l("Text message"),
    ContactChannel.at_the_desk: _l("At the desk"),
}


class ContactOutcome(StrEnum):
    promised = "promised"
    will_pay = "will_pay"  # without a day
    informed = "informed"  # told, and said nothing to it
    disputes = "disputes"
    refuses = "refuses"
    not_reached = "not_reached"
    wrong_number = "wrong_number"


CONTACT_OUTCOMES = {
    ContactOutcome.promised: _l("Promises to pay"),
    ContactOutcome.will_pay: _l("Will pay, names no day"),
    ContactOutcome.informed: _l("Was told"),
    ContactOutcome.disputes: _l("Disputes it"),
    ContactOutcome.refuses: _l("Refuses"),
    ContactOutcome.not_reached: _l("Not reached"),
    ContactOutcome.wrong_number: _l("The number is wrong"),
}
LONGEST_AGO = timedelta(days=31)  # what was said longer ago is noted on paper: a promise decides about time-bars
LONGEST_AHEAD = timedelta(days=92)  # until one talks again, and for a promise
NOT_TALKED = (ContactOutcome.not_reached, ContactOutcome.wrong_number)


class Contact(Base):
    """What was said, by whom, when. `step_id`: it was this step of the dunning.

    An attempt that reached nobody counts as no contact. `again_on`: when to try again, where that was agreed.
    """

    __tablename__ = "arrears_contact"
    __table_args__ = (
        CheckConstraint("outcome IN ('not_reached', 'wrong_number') OR words <> ''", name="words"),
        Index("ix_arrears_contact_customer_id", "customer_id", "contacted_on"),
        Index("ix_arrears_contact_estate_id", "estate_id", "contacted_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    channel: Mapped[ContactChannel]
    outcome: Mapped[ContactOutcome]
    talked_to: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    contacted_on: Mapped[date]
    again_on: Mapped[date | None]
    step_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_step.id"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str]
    made_at: Mapped[Moment]

    customer: Mapped[Customer] = relationship(lazy="raise")


append_only(Contact)
