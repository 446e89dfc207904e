"""Who has a title document and where it is: the one way to move it, and who answered for it on any day (L-05, I2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import current_app, g
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from crm.archive.dossiers.models import Appointment, Location
from crm.archive.dossiers.models.custody import TITLES_ONLY, CustodianRole
from crm.archive.vault.events import TitleMoved
from crm.archive.vault.models import TitleCustody, TitleDocument
from crm.audit.log import record
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError

OBTAINED, REPLACED, RECEIVED = "obtained", "replaced", "received"
HANDED_OVER = "handed_over"
PLACED, MOVED, TAKEN_OUT, BACK = "placed", "moved", "taken_out", "back"
RELEASED, LOST, FOUND = "released", "lost", "found"
NOT_HANDED_OUT = "not_handed_out"
CAUSE_TITLES: dict[str, LazyString] = {
    OBTAINED: _l("Obtained by A"),
    REPLACED: _l("A replaced"),
    RECEIVED: _l("Received by the title custodian"),
    HANDED_OVER: _l("Title custodian replaced"),
    PLACED: _l("Laid into the safe"),
    MOVED: _l("Moved to another place"),
    TAKEN_OUT: _l("Taken out for a time"),
    BACK: _l("Back from outside"),
    RELEASED: _l("Released to the client"),
    LOST: _l("Lost"),
    FOUND: _l("Found again"),
    NOT_HANDED_OUT: _l("Not handed out"),
}
NOBODYS = (RELEASED,)  # from then on nobody of the company answers for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """In somebody's hands, in a safe or one of its slots, or outside with somebody named: exactly one of the three."""

    holder_id: int | None = None
    location_id: int | None = None
    outside: str = ""

    def __post_init__(self) -> None:
        if sum((self.holder_id is not None, self.location_id is not None, self.outside != "")) != 1:
            raise ValueError("a title document is at exactly one place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """By which paper it moves; `answers_id`: who answers for it outside, where that is not the custodian."""

    transfer_id: int | None = None
    voucher_id: int | None = None
    answers_id: int | None = None


def hold(document_ids: Collection[int]) -> list[TitleDocument]:
    """Locked until the commit and read anew, in the order of their ids, so that two never wait for one another.

    Ask what state they are in afterwards: somebody else may have come first.
    """
    query = select(TitleDocument).where(TitleDocument.id.in_(document_ids)).order_by(TitleDocument.id)
    return list(session().scalars(query.with_for_update().execution_options(populate_existing=True)))


def move(
    document: TitleDocument, to: Whereabouts, cause: str, paper: Paper = Paper(), *, at: datetime | None = None
) -> TitleCustody:
    """Close the open interval and open the next; `at` for what came about before it was entered.

    Raises `DomainError` for a place that is no safe or is out of use (L-30).
    """
    if cause not in CAUSE_TITLES:
        raise ValueError(f"a cause without a title: {cause}")
    place = expect_safe(to.location_id) if to.location_id is not None else None
    before = close(document)
    now = before.ends_at if before and before.ends_at else at or utc_now()  # no gap between the two
    made = TitleCustody(
        document_id=document.id,
        holder_id=to.holder_id,
        location_id=to.location_id,
        outside=to.outside,
        transfer_id=paper.transfer_id,
        voucher_id=paper.voucher_id,
        answers_id=to.holder_id or paper.answers_id,
        starts_at=now,
        cause=cause,
        caused_by=g.actor.name,
    )
    session().add(made)
    session().flush()
    record(
        TitleMoved(
            title_document_id=document.id,
            dossier_id=document.dossier_id,
            title_transfer_id=paper.transfer_id,
            title_voucher_id=paper.voucher_id,
            certificate_no=document.certificate_no,
            old=_told(before) if before else "",
            new=place.path if place else _told(made),
            cause=cause,
        )
    )
    return made


def close(document: TitleDocument) -> TitleCustody | None:
    """End the open interval and open none: a document that was entered wrongly is nowhere."""
    hold([document.id])
    before = current(document.id)
    if before:
        before.ends_at = max(utc_now(), before.starts_at)
        session().flush()
    return before


def current(document_id: int) -> TitleCustody | None:
    """The open interval; the next taker waits for it to be closed."""
    query = select(TitleCustody).where(TitleCustody.document_id == document_id, TitleCustody.ends_at.is_(None))
    return session().scalars(query.with_for_update()).one_or_none()


def expect_safe(location_id: int) -> Location:
    """Raises `DomainError` for what is no safe or slot of one, or is out of use (L-30)."""
    place = session().get(Location, location_id)
    if place is None or not place.in_use:
        raise DomainError(_("This place is not in use. Choose another."))
    if place.kind not in TITLES_ONLY:
        raise DomainError(_("Title documents lie in a safe only. Choose a safe or a slot of one."))
    return place


def path_of(document_id: int) -> Sequence[TitleCustody]:
    """Every interval, the first one first."""
    people = joinedload(TitleCustody.holder), joinedload(TitleCustody.location)
    query = select(TitleCustody).where(TitleCustody.document_id == document_id).options(*people)
    return session().scalars(query.order_by(TitleCustody.starts_at, TitleCustody.id)).all()


def answered_for(document_id: int, day: date) -> Sequence[User]:
    """Who answered for it at the end of that day; nobody before A had it and after the client has it back."""
    end = end_of(day)
    query = select(TitleCustody).where(
        TitleCustody.document_id == document_id,
        TitleCustody.starts_at < end,
        (TitleCustody.ends_at.is_(None)) | (TitleCustody.ends_at >= end),
    )
    held = session().scalars(query.order_by(TitleCustody.id.desc()).limit(1)).one_or_none()
    if held is None or held.cause in NOBODYS:
        return ()
    return [session().get_one(User, held.answers_id)] if held.answers_id is not None else custodians_on(day)


def custodians_on(day: date) -> Sequence[User]:
    """The title custodian appointed that day; with a deputy beside, both of them."""
    return session().scalars(select(User).where(User.id.in_(appointed_on(day))).order_by(User.id)).all()


def appointed_on(day: date) -> Select[int]:
    """The ids of whoever was appointed title custodian that day."""
    return select(Appointment.user_id).where(
        Appointment.role == CustodianRole.title_custodian,
        Appointment.starts <= day,
        (Appointment.ends.is_(None)) | (Appointment.ends > day),
    )


def end_of(day: date) -> datetime:
    """The first moment of the next day, at the company."""
    zone = current_app.config["SETTINGS"].timezone
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _told(custody: TitleCustody) -> str:
    if custody.location_id is not None:
        return session().get_one(Location, custody.location_id).path
    return session().get_one(User, custody.holder_id).full_name if custody.holder_id is not None else custody.outside
