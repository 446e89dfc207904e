"""Reviews and their lines within the acting person's estates: the work list, one line, what a filter can choose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased, join, joinedload, outerjoin

from crm.auth.actor import within
from crm.auth.models import User, UserRole
from crm.auth.permissions import ROLES, Permission
from crm.billing.ages import OVERDUE, Age
from crm.billing.arrears.contacts.figures import AFTER, EVERY
from crm.billing.arrears.contacts.models import NOT_TALKED, Contact
from crm.billing.arrears.dunning.models import DunningStep
from crm.billing.arrears.promises.models import Promise
from crm.billing.arrears.promises.standing import promise_state
from crm.billing.arrears.reviews.models import Advice, ArrearsLine, Review
from crm.dates import months_later
from crm.db import session
from crm.lists.asking import Asked
from crm.lists.holding import holding
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer, Phone
from crm.tenants.queries import in_file, in_same_file, lasts_on

FILE = aliased(Customer)
KEPT = aliased(Customer)  # the file that stands for the customer today
DECIDED_STEP = aliased(DunningStep)
LINES = ArrearsLine
NOUGHT = type_coerce(0, LINES.overdue.type)


def get_review(review_id: int) -> Review:
    found = select(Review).where(Review.id == review_id, within(Review.estate_id)).options(joinedload(Review.estate))
    return session().scalars(found).one_or_none() or abort(404)


def get_line(arrears_line_id: int) -> ArrearsLine:
    """With its review and estate, customer, unit and steps."""
    whole = (
        joinedload(LINES.review).joinedload(Review.estate),
        joinedload(LINES.customer),
        joinedload(LINES.unit),
        joinedload(LINES.step),
        joinedload(LINES.decided_step),
    )
    found = select(LINES).where(LINES.id == arrears_line_id, within(LINES.estate_id)).options(*whole)
    return session().scalars(found).one_or_none() or abort(404)


def reviews() -> Select[*tuple[Any, ...]]:
    """Every review of the estate one works in, with how much of it is not decided."""
    undecided = select(func.count()).where(LINES.review_id == Review.id, LINES.decision.is_(None)).scalar_subquery()
    return (
        select(
            Review.id,
            Review.month,
            Review.day,
            Review.state,
            Review.accounts,
            Review.overdue,
            Review.signed_by,
            Review.signed_at,
            Review.opened_by,
            Estate.name.label("estate"),
            undecided.label("undecided"),
        )
        .join(Estate, Estate.id == Review.estate_id)
        .where(in_chosen_estate(Review.estate_id))
    )


def undecided_count(review: Review) -> int:
    found = select(func.count()).where(LINES.review_id == review.id, LINES.decision.is_(None))
    return session().scalar(found) or 0


def lines(review: Review, today: date) -> Select[*tuple[Any, ...]]:
    """The accounts of a review as they stood then, with what was said since: contacts and promises as of `today`."""
    return (
        select(
            *(getattr(LINES, column.name) for column in LINES.__table__.columns if column.name != "promise_id"),
            type_coerce(LINES.overdue - LINES.disputed, LINES.overdue.type).label("collectable"),
            KEPT.id.label("kept_id"),
            KEPT.name.label("customer"),
            Unit.label.label("unit"),
            DunningStep.name.label("step"),
            DECIDED_STEP.name.label("decided_step"),
            _phone(today).label("phone"),
            _last_contact().label("talked_on"),
            _newest_promise(Promise.due_on).label("promised_until"),
            _newest_promise(Promise.amount).label("promised"),
            _newest_promise(promise_state(today)).label("promise"),
        )
        .select_from(_surroundings())
        .where(LINES.review_id == review.id)
    )


def _surroundings() -> Any:
    """The lines joined with whom and what they are about; one object, so that sums over a list can take it as it is."""
    found = join(join(LINES, FILE, FILE.id == LINES.customer_id), KEPT, KEPT.id == FILE.kept_id)
    for other, condition in (
        (Unit, Unit.id == LINES.unit_id),
        (DunningStep, DunningStep.id == LINES.step_id),
        (DECIDED_STEP, DECIDED_STEP.id == LINES.decided_step_id),
    ):
        found = outerjoin(found, other, condition)
    return found


def _newest_promise(column: Any) -> Any:
    """Of the account's promise that was given last and not withdrawn."""
    theirs = in_file(Promise.customer_id, KEPT.id)  # a file is of one estate: to ask for it leads to the wrong index
    found = select(column).select_from(Promise).where(theirs, Promise.withdrawn_at.is_(None))
    last = found.order_by(Promise.made_on.desc(), Promise.id.desc()).limit(1)
    return last.correlate(LINES, KEPT).scalar_subquery()


def _talks() -> Any:
    """Contacts of the account in which somebody was reached."""
    return and_(in_same_file(Contact.customer_id, LINES.customer_id), Contact.outcome.not_in(NOT_TALKED))


def _last_contact() -> Any:
    return select(func.max(Contact.contacted_on)).where(_talks()).correlate(LINES).scalar_subquery()


def _phone(today: date) -> Any:
    numbers = select(Phone.digits).where(in_file(Phone.customer_id, KEPT.id), lasts_on(Phone, today))
    return numbers.order_by(Phone.position, Phone.id).limit(1).correlate(KEPT).scalar_subquery()


def to_contact(today: date) -> ColumnElement[bool]:
    """Overdue for so long that they are to be talked to, and not talked to for as many days as the rule allows."""
    long_ago, lately = today - timedelta(days=AFTER.on(today)), today - timedelta(days=EVERY.on(today))
    return and_(LINES.oldest_due <= long_ago, ~exists().where(_talks(), Contact.contacted_on > lately))


def of_age(age: Age) -> ColumnElement[bool]:
    """The oldest of what is overdue has this age."""
    older = OVERDUE[: OVERDUE.index(age)]
    has = getattr(LINES, age.value) > NOUGHT
    return and_(has, *(getattr(LINES, each.value) == NOUGHT for each in older))


def about(text: str) -> ColumnElement[bool]:
    """The unit or the customer is called so."""
    units = select(Unit.id).where(holding(text, Unit.label))
    files, kept = aliased(Customer), aliased(Customer)
    people = select(files.id).join(kept, kept.id == files.kept_id).where(holding(text, kept.name))
    return or_(LINES.unit_id.in_(units), LINES.customer_id.in_(people))


def ids_of(asked: Asked) -> Select[Any]:
    """The lines that a list's filters leave: they ask for nothing but the lines themselves."""
    return select(LINES.id).where(asked.rows.whereclause)  # type: ignore[arg-type]


def in_building(building_id: int) -> ColumnElement[bool]:
    return LINES.unit_id.in_(select(Unit.id).where(Unit.building_id == building_id))


def held_until(review: Review) -> date:
    """The last day of a hold that was advised without one: a month after the review."""
    return months_later(review.day, 1)


def is_late(review: Review, today: date) -> ColumnElement[bool]:
    """A hold was advised until a day that has passed."""
    until = func.coalesce(LINES.advised_until, held_until(review))
    return and_(LINES.advice == Advice.hold, until < today)


def get_step(review: Review, step_id: int) -> DunningStep | None:
    """One in use in the review's estate; None for any other."""
    found = select(DunningStep).where(DunningStep.id == step_id, DunningStep.estate_id == review.estate_id)
    return session().scalars(found.where(DunningStep.active)).one_or_none()


def step_names(review: Review) -> dict[int, str]:
    """Of every step the estate ever had."""
    found = select(DunningStep.id, DunningStep.name).where(DunningStep.estate_id == review.estate_id)
    return {row.id: row.name for row in session().execute(found.order_by(DunningStep.position, DunningStep.id))}


def buildings_of(review: Review) -> dict[int, str]:
    found = select(Building.id, Building.number).where(Building.estate_id == review.estate_id)
    return {row.id: row.number for row in session().execute(found.order_by(Building.sort_key))}


def reviewers() -> dict[int, str]:
    """Whoever may decide."""
    roles = [role for role, permissions in ROLES.items() if Permission.arrears_review in permissions]
    found = select(User.id, User.full_name).join(UserRole, UserRole.user_id == User.id).where(UserRole.role.in_(roles))
    return {row.id: row.full_name for row in session().execute(found.distinct().order_by(User.full_name))}


def reviews_before(review: Review, most: int) -> Sequence[Review]:
    """The last `most` of the estate up to this one, the newest first."""
    found = select(Review).where(Review.estate_id == review.estate_id, Review.month <= review.month)
    return session().scalars(found.order_by(Review.month.desc()).limit(most)).all()


def latest_reviews() -> Sequence[Review]:
    """The newest of each estate one works in."""
    later = aliased(Review)
    newer = exists().where(later.estate_id == Review.estate_id, later.month > Review.month)
    found = select(Review).where(in_chosen_estate(Review.estate_id), ~newer).options(joinedload(Review.estate))
    return session().scalars(found.join(Estate, Estate.id == Review.estate_id).order_by(Estate.name)).all()
