"""The ways a paper goes, what comes of it, and the columns of the entry that says so."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from crm.db import Moment
from crm.files.models import Upload


class Channel(StrEnum):
    """How a paper goes to whom it is for."""

    by_hand = "by_hand"
    ems = "ems"
    posted_at_door = "posted_at_door"
    email = "email"


CHANNEL_TITLES = {
    Channel.by_hand: _l("By hand"),
    Channel.ems: _l("By EMS"),
    Channel.posted_at_door: _l("Left at the door, photographed"),
    Channel.email: _l("By e-mail"),
}


class Arrival(StrEnum):
    on_its_way = "on_its_way"  # nothing was heard of it yet: proves nothing
    delivered = "delivered"
    refused = "refused"  # with a witness it counts as served
    returned = "returned"


ARRIVAL_TITLES = {
    Arrival.on_its_way: _l("Sent, nothing heard yet"),
    Arrival.delivered: _l("Delivered"),
    Arrival.refused: _l("Refused, witnessed"),
    Arrival.returned: _l("Came back"),
}
SERVED = (Arrival.delivered, Arrival.refused)


class Delivery:
    """送达凭证: how and when a paper was brought, and what came of it. Who it is of is added by the feature.

    A wrong entry is taken back by a row that points to it.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[Channel]
    arrival: Mapped[Arrival]
    delivered_on: Mapped[date]
    person: Mapped[str] = mapped_column(default="")  # who took it
    witness: Mapped[str] = mapped_column(default="")
    tracking: Mapped[str] = mapped_column(default="")  # the EMS number
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # photograph, signed slip, return label
    note: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[Moment]

    @declared_attr
    def upload(cls) -> Mapped[Upload | None]:
        return relationship(Upload, lazy="raise")


def proving() -> tuple[CheckConstraint, ...]:
    """What every table of deliveries holds: without it an entry proves nothing."""
    return (
        CheckConstraint("arrival <> 'refused' OR witness <> ''", name="witness"),
        CheckConstraint("channel <> 'ems' OR tracking <> ''", name="tracking"),
        CheckConstraint("channel <> 'posted_at_door' OR upload_id IS NOT NULL", name="photograph"),
        CheckConstraint("arrival <> 'on_its_way' OR channel IN ('ems', 'email')", name="sent"),
    )
