"""Letters, their runs and how they were served, read inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, String, cast, exists, func, literal, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.billing.arrears.dunning.models import Demand, DemandDelivery, DemandPrint, DemandRun, DunningStep
from crm.billing.arrears.reviews.models import Review
from crm.correspondence.serving.entries import Entries
from crm.correspondence.serving.mails import mail_called
from crm.correspondence.serving.models import SERVED
from crm.db import session
from crm.files.models import Upload
from crm.jobs.models import Job, JobState
from crm.numbering import Number
from crm.outbox.models import Mail, MailState
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer

MAIL_KEY = "demand "
PRINT_KIND = "arrears.letters"  # the background work that prints many
ENTRIES = Entries(DemandDelivery, "demand_id")
Kept = aliased(Customer)


# Single things: 404 outside the person's estates


def get_review(review_id: int) -> Review:
    found = select(Review).where(Review.id == review_id, within(Review.estate_id))
    return session().scalars(found.options(joinedload(Review.estate))).one_or_none() or abort(404)


def get_run(run_id: int) -> DemandRun:
    found = select(DemandRun).where(DemandRun.id == run_id, within(DemandRun.estate_id))
    return session().scalars(found.options(joinedload(DemandRun.estate))).one_or_none() or abort(404)


def get_demand(demand_id: int) -> Demand:
    """With its number, run, step, estate and the customer it is for."""
    found = select(Demand).where(Demand.id == demand_id, within(Demand.estate_id))
    parts = (Demand.number, Demand.run, Demand.step, Demand.estate, Demand.customer)
    return session().scalars(found.options(*map(joinedload, parts))).one_or_none() or abort(404)


def get_delivery(delivery_id: int) -> DemandDelivery:
    """With its letter and the letter's number."""
    found = select(DemandDelivery).join(Demand, Demand.id == DemandDelivery.demand_id)
    seen = found.where(DemandDelivery.id == delivery_id, within(Demand.estate_id))
    whole = seen.options(joinedload(DemandDelivery.demand).joinedload(Demand.number))
    return session().scalars(whole).one_or_none() or abort(404)


def get_proof(delivery_id: int) -> Upload:
    """The photograph or slip of an entry, with its stored file."""
    found = select(Upload).join(DemandDelivery, DemandDelivery.upload_id == Upload.id)
    found = found.join(Demand, Demand.id == DemandDelivery.demand_id)
    seen = found.where(DemandDelivery.id == delivery_id, within(Demand.estate_id))
    return session().scalars(seen.options(joinedload(Upload.stored))).one_or_none() or abort(404)


# Runs


def later_review(review: Review) -> Review | None:
    later = select(Review).where(Review.estate_id == review.estate_id, Review.month > review.month)
    return session().scalars(later.order_by(Review.month.desc()).limit(1)).one_or_none()


def runs_of(review_id: int) -> Sequence[DemandRun]:
    """The newest first."""
    found = select(DemandRun).where(DemandRun.review_id == review_id)
    return session().scalars(found.order_by(DemandRun.id.desc())).all()


def letters_of_run(run_id: int) -> Sequence[Any]:
    """id, number and customer_id, in the order of the numbers."""
    found = select(Demand.id, Number.text.label("number"), Demand.customer_id)
    return session().execute(_numbered(found).where(Demand.run_id == run_id).order_by(Demand.id)).all()


def _numbered(found: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return found.join(Number, Number.id == Demand.number_id)


def live_letters(review_id: int) -> Sequence[int]:
    """The ids of a review's letters that were not rolled back, in the order of their numbers."""
    found = select(Demand.id).join(DemandRun, DemandRun.id == Demand.run_id)
    return session().scalars(found.where(DemandRun.review_id == review_id, ~Demand.voided).order_by(Demand.id)).all()


def any_delivered(run_id: int) -> bool:
    found = select(DemandDelivery.id).join(Demand, Demand.id == DemandDelivery.demand_id)
    return session().scalar(found.where(Demand.run_id == run_id, is_live()).limit(1)) is not None


def any_mailed(run_id: int) -> bool:
    found = select(Mail.id).join(Demand, mail_of_demand()).where(Demand.run_id == run_id)
    return session().scalar(found.limit(1)) is not None


# Prints, mails and deliveries


def prints_of(demand_id: int) -> Sequence[DemandPrint]:
    found = select(DemandPrint).where(DemandPrint.demand_id == demand_id)
    return session().scalars(found.order_by(DemandPrint.id)).all()


def printed_before(ids: Sequence[int]) -> set[int]:
    return set(session().scalars(select(DemandPrint.demand_id).where(DemandPrint.demand_id.in_(ids))))


def mail_key(demand_id: int) -> str:
    """Under which the mail of a letter that counts stands in the outbox: asked for twice it goes once."""
    return f"{MAIL_KEY}{demand_id}"


def mail_of_demand() -> ColumnElement[bool]:
    condition: ColumnElement[bool] = Mail.key == literal(MAIL_KEY, String) + cast(Demand.id, String)
    return condition


def find_mail(demand_id: int) -> Mail | None:
    return mail_called(mail_key(demand_id))


def demand_of_mail(mail: Mail) -> Demand | None:
    """The letter that went with the mail, whosever estate: the outbox asks. None for one that another took over."""
    text = (mail.key or "").removeprefix(MAIL_KEY)
    if mail.key is None or not mail.key.startswith(MAIL_KEY) or not text.isdecimal():
        return None
    found = select(Demand).where(Demand.id == int(text)).options(joinedload(Demand.number))
    return session().scalars(found).one_or_none()


def is_live() -> ColumnElement[bool]:
    """An entry that takes nothing back and was not taken back."""
    return ENTRIES.is_live()


def to_print(ids: Sequence[int]) -> Sequence[Demand]:
    """Letters that are not void, with number and run, in the order of the numbers."""
    found = select(Demand).where(Demand.id.in_(ids), within(Demand.estate_id), ~Demand.voided)
    return session().scalars(found.options(*map(joinedload, (Demand.number, Demand.run))).order_by(Demand.id)).all()


def with_customers(ids: Sequence[int]) -> Sequence[Demand]:
    """Void ones too, in the order of the numbers."""
    found = select(Demand).where(Demand.id.in_(ids), within(Demand.estate_id))
    parts = (Demand.number, Demand.customer, Demand.run)
    return session().scalars(found.options(*map(joinedload, parts)).order_by(Demand.id)).all()


def mailed(ids: Sequence[int]) -> set[int]:
    """Those of the letters whose mail went out, or will."""
    found = select(Demand.id).join(Mail, mail_of_demand())
    found = found.where(Demand.id.in_(ids), Mail.state != MailState.failed)
    return set(session().scalars(found))


# Lists


def last(column: Any) -> Any:
    """Of the letter asked about: what its last live entry says; one that serves it stands before the others."""
    found = select(column).where(DemandDelivery.demand_id == Demand.id, is_live())
    serves = DemandDelivery.arrival.in_(SERVED)
    return found.order_by(serves.desc(), DemandDelivery.id.desc()).limit(1).correlate(Demand).scalar_subquery()


def channels() -> Any:
    """Every way it was brought, as codes in one text."""
    ways = select(DemandDelivery.channel).where(DemandDelivery.demand_id == Demand.id, is_live()).distinct()
    found = ways.correlate(Demand).subquery()
    return select(func.aggregate_strings(found.c.channel, ",")).scalar_subquery()


def is_served() -> ColumnElement[bool]:
    """A live entry says that it arrived, or was refused before a witness."""
    found = exists().where(DemandDelivery.demand_id == Demand.id, DemandDelivery.arrival.in_(SERVED), is_live())
    return found.correlate(Demand)


def demands() -> Select[*tuple[Any, ...]]:
    """Every letter of the estates chosen, with who got it and how."""
    said = ("arrival", "delivered_on", "person", "witness", "tracking")
    return (
        select(
            Demand.id,
            Number.text.label("number"),
            Demand.customer_id,
            Kept.name.label("customer"),
            Unit.label.label("unit"),
            DunningStep.name.label("step"),
            Estate.name.label("estate"),
            Review.month,
            Demand.day,
            Demand.pay_until,
            Demand.amount,
            Demand.voided,
            Demand.run_id,
            channels().label("channels"),
            *(last(getattr(DemandDelivery, name)).label(name) for name in said),
            Mail.state.label("mail"),
        )
        .join(Number, Number.id == Demand.number_id)
        .join(Customer, Customer.id == Demand.customer_id)
        .join(Kept, Kept.id == Customer.kept_id)
        .join(DunningStep, DunningStep.id == Demand.step_id)
        .join(DemandRun, DemandRun.id == Demand.run_id)
        .join(Review, Review.id == DemandRun.review_id)
        .join(Estate, Estate.id == Demand.estate_id)
        .outerjoin(Unit, Unit.id == Demand.unit_id)
        .outerjoin(Mail, mail_of_demand())
        .where(in_chosen_estate(Demand.estate_id))
    )


def unreached() -> Select[*tuple[Any, ...]]:
    """Letters that stand and of which nothing says that they arrived."""
    return demands().where(~Demand.voided, ~is_served())


def tally(*conditions: ColumnElement[bool]) -> Any:
    """letters made, served, unreached and void, and what the first three are about in yuan."""
    served = func.count().filter(~Demand.voided, is_served())
    made = func.count().filter(~Demand.voided)
    found = select(
        made.label("made"),
        served.label("served"),
        (made - served).label("unreached"),
        func.count().filter(Demand.voided).label("void"),
    )
    joined = found.select_from(Demand).join(DemandRun, DemandRun.id == Demand.run_id)
    return session().execute(joined.where(in_chosen_estate(Demand.estate_id), *conditions)).one()


def reviews_seen() -> Sequence[Review]:
    """The newest month first, each with its estate."""
    found = select(Review).where(in_chosen_estate(Review.estate_id)).options(joinedload(Review.estate))
    return session().scalars(found.order_by(Review.month.desc(), Review.estate_id).limit(50)).all()


def letters_of_reviews(review_ids: Sequence[int]) -> dict[int, int]:
    """How many letters stand of each review, of those that have some."""
    found = select(DemandRun.review_id, func.count()).join(Demand, Demand.run_id == DemandRun.id)
    standing = found.where(DemandRun.review_id.in_(review_ids), ~Demand.voided).group_by(DemandRun.review_id)
    return {row[0]: row[1] for row in session().execute(standing)}


def being_printed(ids: Collection[int]) -> bool:
    """Whether one of them is in a bulk print that is under way."""
    under_way = Job.state.in_([JobState.waiting, JobState.running])
    found = session().scalars(select(Job.payload).where(Job.kind == PRINT_KIND, under_way))
    return any(not set(ids).isdisjoint(payload["ids"]) for payload in found)
