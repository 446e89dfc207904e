"""Notices, their households and what was noted of each, inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.correspondence.notices.models import Notice, NoticeDelivery, NoticeHousehold, NoticeState, NoticeStep, Reach
from crm.db import session
from crm.files.models import Upload
from crm.jobs.models import Job, JobState
from crm.outbox.models import Mail
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.unfiled import lies_in_a_dossier

UNREACHED = NoticeHousehold.reached_at.is_(None)
BackTaking = aliased(NoticeDelivery)
RECEIPT = "notice_household"  # what is filed: the receipt of each household that has a proof
PRINT_KIND = "notices.print"


def get_notice(notice_id: int) -> Notice:
    """With its estate. 404 outside the person's estates, as every `get_` here."""
    found = select(Notice).where(Notice.id == notice_id, within(Notice.estate_id)).options(joinedload(Notice.estate))
    return session().scalars(found).one_or_none() or abort(404)


def _households() -> Select[NoticeHousehold]:
    notice = joinedload(NoticeHousehold.notice).joinedload(Notice.estate)
    return select(NoticeHousehold).options(notice, joinedload(NoticeHousehold.customer))


def get_household(household_id: int) -> NoticeHousehold:
    """With notice, estate and customer."""
    found = _households().join(Notice, Notice.id == NoticeHousehold.notice_id)
    seen = found.where(NoticeHousehold.id == household_id, within(Notice.estate_id))
    return session().scalars(seen).one_or_none() or abort(404)


def find_household(household_id: int | str) -> NoticeHousehold | None:
    """Whoever asks: what may be done with it is the caller's affair."""
    return session().scalars(_households().where(NoticeHousehold.id == int(household_id))).one_or_none()


def households_of(ids: Collection[int]) -> Sequence[NoticeHousehold]:
    """In the order of notices and units."""
    found = _households().where(NoticeHousehold.id.in_(ids))
    return session().scalars(found.order_by(NoticeHousehold.notice_id, NoticeHousehold.position)).all()


def ids_of(notice_id: int, *conditions: ColumnElement[bool]) -> list[int]:
    found = select(NoticeHousehold.id).where(NoticeHousehold.notice_id == notice_id, *conditions)
    return list(session().scalars(found.order_by(NoticeHousehold.position)))


def mail_ids_of(notice_id: int) -> Sequence[int]:
    """The latest mail of each household that has one."""
    found = select(NoticeHousehold.mail_id).where(NoticeHousehold.notice_id == notice_id)
    return [key for key in session().scalars(found) if key is not None]


def mails_of(households: Collection[NoticeHousehold]) -> dict[int | None, Mail]:
    """By their ids, as they stand in the database now."""
    ids = {each.mail_id for each in households} - {None}
    if not ids:
        return {}
    found = select(Mail).where(Mail.id.in_(ids)).execution_options(populate_existing=True)
    return {mail.id: mail for mail in session().scalars(found)}


def running(ids: Collection[int]) -> Select[NoticeHousehold]:
    """Those of them whose notice runs."""
    found = select(NoticeHousehold).join(Notice, Notice.id == NoticeHousehold.notice_id)
    return found.where(NoticeHousehold.id.in_(ids), Notice.state == NoticeState.issued, within(Notice.estate_id))


def customers_of(notice_id: int) -> list[int]:
    found = select(NoticeHousehold.customer_id).where(NoticeHousehold.notice_id == notice_id).distinct()
    return sorted(session().scalars(found))


def deliveries_of(household_id: int) -> Sequence[NoticeDelivery]:
    """In the order they were noted."""
    found = select(NoticeDelivery).where(NoticeDelivery.notice_household_id == household_id)
    return session().scalars(found.options(joinedload(NoticeDelivery.upload)).order_by(NoticeDelivery.id)).all()


def get_delivery(delivery_id: int) -> NoticeDelivery:
    """With household, notice and estate."""
    to_notice = joinedload(NoticeDelivery.household).joinedload(NoticeHousehold.notice).joinedload(Notice.estate)
    found = (
        select(NoticeDelivery)
        .join(NoticeHousehold, NoticeHousehold.id == NoticeDelivery.notice_household_id)
        .join(Notice, Notice.id == NoticeHousehold.notice_id)
        .where(NoticeDelivery.id == delivery_id, within(Notice.estate_id))
    )
    return session().scalars(found.options(to_notice)).one_or_none() or abort(404)


def get_proof(delivery_id: int) -> Upload:
    upload_id = get_delivery(delivery_id).upload_id
    found = select(Upload).where(Upload.id == upload_id).options(joinedload(Upload.stored))
    return session().scalars(found).one_or_none() or abort(404)


def is_taken_back(delivery_id: int) -> bool:
    found = select(NoticeDelivery.id).where(NoticeDelivery.takes_back_id == delivery_id)
    return session().scalar(found) is not None


def stands() -> ColumnElement[bool]:
    """An entry that nobody took back."""
    return ~exists().where(BackTaking.takes_back_id == NoticeDelivery.id).correlate(NoticeDelivery)


def is_proof() -> ColumnElement[bool]:
    """A signature, a signed slip or a photograph, of an entry that worked and stands."""
    return and_(NoticeDelivery.worked, NoticeDelivery.upload_id.is_not(None), stands())


def proven(notice_id: int) -> list[int]:
    """The households that have a proof."""
    theirs = NoticeDelivery.notice_household_id == NoticeHousehold.id
    return ids_of(notice_id, exists().where(theirs, is_proof()).correlate(NoticeHousehold))


def is_unfiled() -> ColumnElement[bool]:
    """A notice that runs no more, with a proof that lies in no dossier."""
    left = (
        select(NoticeHousehold.id)
        .join(NoticeDelivery, NoticeDelivery.notice_household_id == NoticeHousehold.id)
        .where(NoticeHousehold.notice_id == Notice.id, is_proof(), ~lies_in_a_dossier(RECEIPT, NoticeHousehold.id))
    )
    return and_(runs_no_more(), left.correlate(Notice).exists())


def runs_no_more() -> ColumnElement[bool]:
    return Notice.state.in_((NoticeState.over, NoticeState.withdrawn))


def proofs_of(household_id: int) -> Sequence[NoticeDelivery]:
    """In the order they were noted, with their files."""
    found = select(NoticeDelivery).where(NoticeDelivery.notice_household_id == household_id, is_proof())
    whole = joinedload(NoticeDelivery.upload).joinedload(Upload.stored)
    return session().scalars(found.options(whole).order_by(NoticeDelivery.id)).all()


def tally(notice_id: int) -> Any:
    """households, reached, unreached, read, printed and mailed."""
    count = func.count()
    found = select(
        count.label("households"),
        count.filter(~UNREACHED).label("reached"),
        count.filter(UNREACHED).label("unreached"),
        count.filter(NoticeHousehold.read_at.is_not(None)).label("read"),
        count.filter(NoticeHousehold.printed_at.is_not(None)).label("printed"),
        count.filter(NoticeHousehold.mail_id.is_not(None)).label("mailed"),
    )
    return session().execute(found.where(NoticeHousehold.notice_id == notice_id)).one()


def ways_of(notice_id: int) -> dict[Reach, int]:
    """How those that are reached were reached."""
    found = select(NoticeHousehold.reached_by, func.count()).where(NoticeHousehold.notice_id == notice_id, ~UNREACHED)
    rows = session().execute(found.group_by(NoticeHousehold.reached_by))
    counted = {row[0]: row[1] for row in rows}
    return {reach: counted[reach] for reach in Reach if reach in counted}


def buildings_of(notice_id: int) -> Sequence[Any]:
    """(building, households, unreached), in the order of the buildings."""
    number = func.coalesce(Building.number, "").label("building")
    found = (
        select(number, func.count().label("households"), func.count().filter(UNREACHED).label("unreached"))
        .select_from(NoticeHousehold)
        .join(Unit, Unit.id == NoticeHousehold.unit_id)
        .outerjoin(Building, Building.id == Unit.building_id)
        .where(NoticeHousehold.notice_id == notice_id)
        .group_by(Building.number, Building.sort_key)
    )
    return session().execute(found.order_by(func.coalesce(Building.sort_key, "~"))).all()


def withdrawal_of(notice_id: int) -> str:
    """Why it was withdrawn, or ""."""
    found = select(NoticeStep.reason).where(NoticeStep.notice_id == notice_id, NoticeStep.action == "withdraw")
    return session().scalar(found) or ""


def notices() -> Select[*tuple[Any, ...]]:
    whose = NoticeHousehold.notice_id == Notice.id
    count = select(func.count()).select_from(NoticeHousehold)
    unreached = count.where(whose, UNREACHED).correlate(Notice).scalar_subquery()
    read = count.where(whose, NoticeHousehold.read_at.is_not(None)).correlate(Notice).scalar_subquery()
    return (
        select(
            Notice.id,
            Notice.number,
            Notice.subject,
            Notice.kind,
            Notice.state,
            Notice.urgent,
            Notice.issued_at,
            Notice.drafted_by,
            Notice.reach_by,
            Notice.households,
            unreached.label("unreached"),
            read.label("read"),
            Estate.name.label("estate"),
        )
        .join(Estate, Estate.id == Notice.estate_id)
        .where(in_chosen_estate(Notice.estate_id))
    )


def households(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """One row for each household of the notices chosen."""
    last = select(NoticeDelivery.note).where(NoticeDelivery.notice_household_id == NoticeHousehold.id)
    failed = last.where(~NoticeDelivery.worked, NoticeDelivery.takes_back_id.is_(None), stands())
    why = failed.order_by(NoticeDelivery.id.desc()).limit(1).correlate(NoticeHousehold).scalar_subquery()
    return (
        select(
            NoticeHousehold.id,
            NoticeHousehold.label,
            NoticeHousehold.name,
            NoticeHousehold.customer_id,
            NoticeHousehold.unit_id,
            NoticeHousehold.printed_at,
            NoticeHousehold.reached_at,
            NoticeHousehold.reached_by,
            NoticeHousehold.read_at,
            Notice.number,
            Notice.subject,
            Notice.id.label("notice_id"),
            Notice.state,
            func.coalesce(Building.number, "").label("building"),
            case((UNREACHED, why)).label("why_not"),
            Mail.state.label("mail"),
        )
        .join(Notice, Notice.id == NoticeHousehold.notice_id)
        .join(Unit, Unit.id == NoticeHousehold.unit_id)
        .outerjoin(Building, Building.id == Unit.building_id)
        .outerjoin(Mail, Mail.id == NoticeHousehold.mail_id)
        .where(within(Notice.estate_id), *conditions)
    )


def on_the_board(day: date) -> Sequence[Notice]:
    """What hangs on the board of the estates chosen, urgent ones first."""
    hung = Notice.board_from <= day, Notice.board_until >= day
    shown = Notice.state.in_((NoticeState.issued, NoticeState.withdrawn))
    found = select(Notice).where(in_chosen_estate(Notice.estate_id), shown, *hung).options(joinedload(Notice.estate))
    return session().scalars(found.order_by(Notice.urgent.desc(), Notice.issued_at.desc(), Notice.id.desc())).all()


def building_numbers(estate_id: int | None) -> Sequence[str]:
    """Of an estate, else of those chosen."""
    here = in_chosen_estate(Building.estate_id) if estate_id is None else Building.estate_id == estate_id
    found = select(Building.number).where(here).distinct()
    return session().scalars(found.order_by(Building.number)).all()


def of_customer(whose: ColumnElement[bool], most: int) -> Sequence[Any]:
    """The latest notices a customer got; `whose` says which households are the customer's."""
    found = households(whose).add_columns(Notice.issued_at)
    return session().execute(found.order_by(Notice.issued_at.desc(), NoticeHousehold.id.desc()).limit(most)).all()


def being_printed(ids: Collection[int]) -> bool:
    """Whether one of them is in a print that is under way."""
    under_way = Job.state.in_([JobState.waiting, JobState.running])
    found = session().scalars(select(Job.payload).where(Job.kind == PRINT_KIND, under_way))
    return any(not set(ids).isdisjoint(payload["ids"]) for payload in found)


def kept_customer(household: NoticeHousehold) -> int:
    """In whose dossier it stands now."""
    return session().scalars(select(Customer.kept_id).where(Customer.id == household.customer_id)).one()
