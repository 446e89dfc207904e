"""How households are reached: entries by people and by the outbox; `reached_…` follows from those that stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.audit.log import record
from crm.bulk import pour
from crm.correspondence.notices import queries
from crm.correspondence.notices.events import NoticeReached, NoticeReachTakenBack, NoticesBrought
from crm.correspondence.notices.models import Notice, NoticeDelivery, NoticeHousehold, Reach
from crm.correspondence.notices.service.steps import STEPS
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere

RUNNING_ON: Any = {"read": True}  # many deliver at once; whoever ends the notice waits for them
BY_HAND = (Reach.hand, Reach.counter)  # somebody took it
BY_PEOPLE = (Reach.hand, Reach.door, Reach.mailbox, Reach.counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """As it is entered; `note`: of an attempt that failed, why. `upload_id`: photograph of the door, or signature."""

    reach: Reach
    worked: bool = True
    person: str = ""
    note: str = ""
    upload_id: int | None = None
    key: str | None = None


def note(household: NoticeHousehold, said: Reached) -> NoticeDelivery:
    """Entered once however often the form is sent; `notice` loaded. Raises `DomainError` for what proves nothing."""
    hold(household)
    if standing := find_entered(household, said.key):
        return standing
    STEPS.expect(household.notice, "deliver")
    if fault := fault_of(said):
        raise DomainError(fault)
    return enter(household, said)


def hold(household: NoticeHousehold) -> None:
    """Nobody else notes anything about it, or ends its notice, until the unit of work ends; `notice` loaded."""
    session().flush()
    session().refresh(household, ["reached_at", "reached_by", "read_at", "mail_id"], with_for_update=True)
    session().refresh(household.notice, ["state", "version"], with_for_update=RUNNING_ON)


def find_entered(household: NoticeHousehold, key: str | None) -> NoticeDelivery | None:
    """What a form with this key has entered already. Raises `UsedElsewhere` for another household's."""
    found = session().scalars(select(NoticeDelivery).filter_by(key=key)).one_or_none() if key else None
    if found and found.notice_household_id != household.id:
        raise UsedElsewhere
    return found


def fault_of(said: Reached) -> str:
    """What is missing, or ""."""
    if said.reach not in BY_PEOPLE:
        return _("That is noted by itself: by the mail server, or by whoever reads it.")
    if not said.worked:
        return "" if said.note.strip() else _("Write why it did not work.")
    if said.reach in BY_HAND and not said.person.strip():
        return _("Write who took it.")
    if said.reach is Reach.door and said.upload_id is None:
        return _("Take the photograph of the notice at the door.")
    if said.reach is Reach.counter and said.upload_id is None:
        return _("Let the customer sign.")
    return ""


def enter(household: NoticeHousehold, said: Reached) -> NoticeDelivery:
    """Also what the outbox and the reader's own click say; the household is held."""
    made = NoticeDelivery(
        notice_household_id=household.id,
        reach=said.reach,
        worked=said.worked,
        person=said.person.strip(),
        note=said.note.strip(),
        upload_id=said.upload_id,
        key=said.key or None,
        noted_by=g.actor.name if g.actor else household.name,
        noted_at=utc_now(),
    )
    session().add(made)
    session().flush()
    reckon(household)
    record(
        NoticeReached(
            household_notice_id=household.notice_id,
            customer_id=household.customer_id,
            unit_id=household.unit_id,
            number=household.notice.number or "",
            reach=made.reach,
            worked=made.worked,
            person=made.person,
            note=made.note,
        )
    )
    return made


def reckon(household: NoticeHousehold) -> None:
    """Reached by the first entry that worked and stands; not at all where there is none."""
    entries = queries.deliveries_of(household.id)
    undone = {each.takes_back_id for each in entries}
    first = next((each for each in entries if each.worked and each.id not in undone), None)
    household.reached_at = first.noted_at if first else None
    household.reached_by = first.reach if first else None
    session().flush()


def take_back_hindrance(delivery: NoticeDelivery) -> str:
    """Why the entry cannot be taken back, or ""; its household and notice loaded."""
    if delivery.takes_back_id is not None:
        return _("This entry takes another one back.")
    if delivery.reach is Reach.reading:
        return _("The customer has read it: nobody can take that back.")
    if queries.is_taken_back(delivery.id):
        return _("This entry was taken back already.")
    return STEPS.hindrance(delivery.household.notice, "deliver")


def take_back(delivery: NoticeDelivery, reason: str) -> NoticeDelivery:
    """Both entries stay. Raises `DomainError`."""
    household = delivery.household
    hold(household)
    if refusal := take_back_hindrance(delivery):
        raise DomainError(refusal)
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    made = NoticeDelivery(
        notice_household_id=household.id,
        reach=delivery.reach,
        worked=False,
        note=reason.strip(),
        takes_back_id=delivery.id,
        noted_by=g.actor.name,
        noted_at=utc_now(),
    )
    session().add(made)
    session().flush()
    reckon(household)
    record(
        NoticeReachTakenBack(
            household_notice_id=household.notice_id,
            customer_id=household.customer_id,
            unit_id=household.unit_id,
            number=household.notice.number or "",
            reach=delivery.reach,
            reason=made.note,
        )
    )
    return made


def bring_many(ids: Sequence[int], reach: Reach, remark: str = "") -> int:
    """Note for many households at once that it was brought, of any notices that run; how many. Whoever was reached
    meanwhile is left out: sent twice, it is noted once."""
    held = queries.running(ids).order_by(NoticeHousehold.id).with_for_update(of=NoticeHousehold)
    session().scalars(held.execution_options(populate_existing=True)).all()
    of_these = select(NoticeHousehold.notice_id).where(NoticeHousehold.id.in_(ids))
    session().execute(select(Notice.id).where(Notice.id.in_(of_these)).order_by(Notice.id).with_for_update(read=True))
    found = session().scalars(queries.running(ids).where(queries.UNREACHED).order_by(NoticeHousehold.id)).all()
    said = {"reach": reach, "worked": True, "note": remark.strip(), "noted_by": g.actor.name, "noted_at": utc_now()}
    pour(NoticeDelivery, [{"notice_household_id": each.id, **said} for each in found])
    reached = update(NoticeHousehold).where(NoticeHousehold.id.in_([each.id for each in found]))
    session().execute(reached.values(reached_at=said["noted_at"], reached_by=reach))
    _tell(found, reach, remark.strip())
    return len(found)


def _tell(found: Sequence[NoticeHousehold], reach: Reach, remark: str) -> None:
    notices: dict[int, list[NoticeHousehold]] = {}
    for each in found:
        notices.setdefault(each.notice_id, []).append(each)
    for notice_id, theirs in notices.items():
        record(
            NoticesBrought(
                household_notice_id=notice_id,
                customer_ids=sorted({each.customer_id for each in theirs}),
                number=session().get_one(Notice, notice_id).number or "",
                reach=reach,
                households=len(theirs),
                note=remark,
            )
        )
