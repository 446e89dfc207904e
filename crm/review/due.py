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
from crm.review.figures import OF_CUSTOMERS, OF_PROJECTS
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
    """(dossier, why): last looked at so long ago that this month has its turn; what presses has it every month."""
    return coming(day, Dossier.id, why(day)).where(of_scope(estate_id))


def coming(day: date, *columns: Any) -> Select[*tuple[Any, ...]]:
    """What has its turn in the month of `day`, or had it before. The columns are of `Dossier` and its `Customer`."""
    return select(*columns).select_from(Dossier).outerjoin(Customer, whose()).where(living(), has_its_turn(day, day))


def whose() -> ColumnElement[bool]:
    """Joins the dossier to its customer."""
    return and_(Customer.id == Dossier.subject_id, Dossier.subject_kind == SUBJECT)


def why(day: date) -> ColumnElement[Why]:
    return case((_presses(day), _because(Why.pressing)), else_=_because(Why.period))


def has_its_turn(day: date, today: date) -> ColumnElement[bool]:
    """In the month of `day` or before, pressing as it is `today`."""
    looked = last_looked()
    return or_(looked < turn(day), and_(_presses(today), looked < day.replace(day=1)))


def late(today: date) -> ColumnElement[bool]:
    """It had its turn in a month that is over."""
    return has_its_turn(today.replace(day=1) - timedelta(days=1), today)


def due_on(looked: date, why: Why, kind: CustomerKind | DossierKind | None, day: date) -> date:
    """The first day of the month that has its turn, of a dossier last looked at, or opened, on the day `looked`."""
    figures: dict[Any, Figure[int]] = {**OF_CUSTOMERS, **OF_PROJECTS}
    months = figures[kind].on(day) if why is Why.period and kind in figures else 1
    return months_later(looked.replace(day=1), months)


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


def turn(day: date) -> ColumnElement[date]:
    """A dossier last looked at before this day has its turn in the month of `day`. Wants `Customer` joined."""
    firsts = [(Customer.kind == kind, figure) for kind, figure in OF_CUSTOMERS.items()]
    firsts += [(Dossier.kind == kind, figure) for kind, figure in OF_PROJECTS.items()]
    days = [(condition, literal(_first(day, figure.on(day)), Date)) for condition, figure in firsts]
    return case(*days, else_=literal(_first(day, 1), Date))


def _first(day: date, months: int) -> date:
    return months_later(day.replace(day=1), 1 - months)


def _presses(day: date) -> ColumnElement[bool]:
    if not checks.pressing:
        return literal(False)
    customers = union(*(source(day) for source in checks.pressing)).subquery()
    kept = select(func.coalesce(Customer.merged_into_id, Customer.id)).where(Customer.id.in_(select(customers.c[0])))
    return and_(Dossier.subject_kind == SUBJECT, Dossier.subject_id.in_(kept.correlate(None)))
