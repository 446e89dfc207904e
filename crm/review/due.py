"""Which dossiers a review looks at: every living one, or those whose period is over. Clause P-19, A-19."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, func, literal, or_, select, union

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.template import CREDIT_KINDS, DossierKind
from crm.dates import months_later
from crm.policy.figures import Figure
from crm.review import checks
from crm.review.figures import OF_CUSTOMERS, OF_PROJECTS, OPENED_ON
from crm.review.models import FilingReview, ReviewedDossier, Why
from crm.tenants.filing import SUBJECT
from crm.tenants.models import Customer, CustomerKind


def living() -> ColumnElement[bool]:
    """Customers' dossiers that grow, projects' that are prepared or filed."""
    return or_(
        and_(Dossier.kind == DossierKind.property, Dossier.state == DossierState.open),
        and_(Dossier.kind.in_(CREDIT_KINDS), Dossier.state.in_((DossierState.forming, DossierState.filed))),
    )


def is_living(dossier: Dossier) -> bool:
    """As `living()`."""
    if dossier.kind is DossierKind.property:
        return dossier.state is DossierState.open
    return dossier.state in (DossierState.forming, DossierState.filed)


def of_scope(estate_id: int | None) -> ColumnElement[bool]:
    """An estate's, or the loan and guarantee company's."""
    return Dossier.estate_id.is_(None) if estate_id is None else Dossier.estate_id == estate_id


def every(estate_id: int | None, day: date) -> Select[*tuple[Any, ...]]:
    """(dossier, why), as `over`."""
    return select(Dossier.id, _because(Why.asked)).where(living(), of_scope(estate_id), Dossier.opened_on <= day)


def over(estate_id: int | None, day: date) -> Select[*tuple[Any, ...]]:
    """(dossier, why): last looked at so long ago that this month has its turn, inside its period; what presses has it
    every month."""
    return coming(day, Dossier.id, why(day)).where(of_scope(estate_id))


def coming(day: date, *columns: Any) -> Select[*tuple[Any, ...]]:
    """What has its turn in the month of `day`, or had it before. The columns are of `Dossier` and its `Customer`."""
    return select(*columns).select_from(Dossier).outerjoin(Customer, whose()).where(living(), has_its_turn(day))


def whose() -> ColumnElement[bool]:
    """Joins the dossier to its customer."""
    return and_(Customer.id == Dossier.subject_id, Dossier.subject_kind == SUBJECT)


def why(day: date) -> ColumnElement[Why]:
    return case((_presses(day), _because(Why.pressing)), else_=_because(Why.period))


def has_its_turn(day: date) -> ColumnElement[bool]:
    """On this month's day of the reviews, as long as next month's would come after the end of its period."""
    return _ended_by(months_later(day.replace(day=OPENED_ON.on(day)), 1), day)


def late(today: date) -> ColumnElement[bool]:
    """Its period is over, and nobody looked."""
    return _ended_by(today, today)


def ends_on(looked: date, why: Why, kind: CustomerKind | DossierKind | None, day: date) -> date:
    """The last day of the period of a dossier that was last looked at, or opened, on the day `looked`."""
    figures: dict[Any, Figure[int]] = {**OF_CUSTOMERS, **OF_PROJECTS}
    months = figures[kind].on(day) if why is Why.period and kind in figures else 1
    return months_later(looked, months)


def due_on(end: date, day: date) -> date:
    """The day of the reviews on which a dossier has its turn whose period ends on `end`."""
    same_month = end.replace(day=OPENED_ON.on(day))
    return same_month if same_month <= end else months_later(same_month, -1)


def _because(why: Why) -> ColumnElement[Why]:
    return literal(why, ReviewedDossier.why.type)


def last_looked() -> ColumnElement[date]:
    """The day of the dossier's last review, or on which it was opened."""
    return func.coalesce(last_review(), Dossier.opened_on)


def last_review() -> Any:
    return (
        select(func.max(FilingReview.day))
        .join(ReviewedDossier, ReviewedDossier.review_id == FilingReview.id)
        .where(ReviewedDossier.dossier_id == Dossier.id, ReviewedDossier.findings.is_not(None))
        .correlate(Dossier)
        .scalar_subquery()
    )


def _ended_by(end: date, day: date) -> ColumnElement[bool]:
    """Its period is over before `end`: by its kind, and a month of what presses on `day`. Wants `Customer` joined."""
    looked = last_looked()
    kinds = [(Customer.kind == kind, figure) for kind, figure in OF_CUSTOMERS.items()]
    kinds += [(Dossier.kind == kind, figure) for kind, figure in OF_PROJECTS.items()]
    whens = [(condition, literal(_since(end, figure.on(day)), Date)) for condition, figure in kinds]
    a_month = _since(end, 1)
    return or_(looked < case(*whens, else_=literal(a_month, Date)), and_(_presses(day), looked < a_month))


def _since(end: date, months: int) -> date:
    """The first day that many months from which `end` is reached: the 31st of May is, but for the 28th of February."""
    begins = months_later(end, -months)
    return begins if begins.day == end.day else begins + timedelta(days=1)


def _presses(day: date) -> ColumnElement[bool]:
    if not checks.pressing:
        return literal(False)
    customers = union(*(source(day) for source in checks.pressing)).subquery()
    kept = select(func.coalesce(Customer.merged_into_id, Customer.id)).where(Customer.id.in_(select(customers.c[0])))
    return and_(Dossier.subject_kind == SUBJECT, Dossier.subject_id.in_(kept.correlate(None)))
