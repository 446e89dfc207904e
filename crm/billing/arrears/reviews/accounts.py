"""What is to be known of every account with something overdue, in one SELECT each; `snapshot` puts them together.

The open bills are read once, from the index that holds nothing else; what only few have is looked up for those alone.
Every SELECT names its account by customer_id: the file that stands for the customer. Sums are fen.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Subquery, case, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from crm.billing.ages import OVERDUE, due_days
from crm.billing.arrears.cases.models import CaseState, LegalCase
from crm.billing.arrears.dunning.models import DunningExclusion
from crm.billing.arrears.matters import sources
from crm.billing.arrears.reviews.models import ArrearsLine, Decision, Review
from crm.billing.deposits.models import Deposit
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Bill, Dispute, Payment
from crm.billing.ledger.queries import NOUGHT
from crm.tenants.models import Customer
from crm.tenants.queries import in_same_file

File, Other = aliased(Customer), aliased(Bill)
LaterLine, LaterReview = aliased(ArrearsLine), aliased(Review)


def _sum(column: Any) -> Any:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _by_account(found: Any, **columns: Any) -> Subquery:
    """`columns` over `found` (customer_id, …), merged files together."""
    named = (column.label(name) for name, column in columns.items())
    joined = select(Customer.kept_id.label("customer_id"), *named).join(found, found.c.customer_id == Customer.id)
    return joined.group_by(Customer.kept_id).subquery()


def owing(estate_id: int, day: date) -> Subquery:
    """file_id and last_file_id (the files that owe: mostly one), oldest_due, bills, owed, overdue and each age."""
    is_overdue = Bill.due_on < literal(day, Date)
    figures = {"owed": whole(Bill.open), "overdue": case((is_overdue, whole(Bill.open)))}
    for age in OVERDUE:
        first, last = due_days(day, age)
        figures[age.value] = case((Bill.due_on.between(literal(first, Date), literal(last, Date)), whole(Bill.open)))
    files = (
        select(
            Bill.customer_id,
            func.min(Bill.due_on).label("oldest_due"),
            func.count(case((is_overdue, 1))).label("bills"),
            *(_sum(figure).label(name) for name, figure in figures.items()),
        )
        .where(Bill.estate_id == estate_id, Bill.open > NOUGHT)
        .group_by(Bill.customer_id)
        .having(func.min(Bill.due_on) < literal(day, Date))
        .subquery()
    )
    sums = {name: _sum(files.c[name]) for name in ("bills", *figures)}
    oldest = func.min(files.c.oldest_due)
    return _by_account(
        files,
        file_id=func.min(files.c.customer_id),
        last_file_id=func.max(files.c.customer_id),
        oldest_due=oldest,
        **sums,
    )


def _parked(estate_id: int, day: date) -> Any:
    """The bills that somebody disputes on `day`."""
    return (
        select(Dispute.bill_id)
        .join(Bill, Bill.id == Dispute.bill_id)
        .where(Dispute.released_at.is_(None), Dispute.until >= day, Bill.estate_id == estate_id)
    )


def disputed(estate_id: int, day: date) -> Subquery:
    """disputed: what is overdue of disputed lines."""
    parked = _parked(estate_id, day).distinct().subquery()
    lines = select(Bill.customer_id, whole(Bill.open).label("open")).join(parked, parked.c.bill_id == Bill.id)
    overdue = lines.where(Bill.open > NOUGHT, Bill.due_on < day).subquery()
    return _by_account(overdue, disputed=_sum(overdue.c.open))


def undisputed_due(estate_id: int, day: date, customer_id: Any) -> Any:
    """The oldest due day of one account's lines that nobody disputes; for the few with disputes."""
    its = or_(File.id == customer_id, File.merged_into_id == customer_id)
    found = select(func.min(Other.due_on)).join(File, File.id == Other.customer_id)
    overdue = found.where(its, Other.estate_id == estate_id, Other.open > NOUGHT, Other.due_on < day)
    return overdue.where(Other.id.not_in(_parked(estate_id, day))).correlate_except(Other, File).scalar_subquery()


def unit_of_oldest(estate_id: int, account: Any) -> Any:
    """Of an account of `owing`; its merged files are gone through only where several owe."""
    its = or_(File.id == account.customer_id, File.merged_into_id == account.customer_id)
    several = Other.customer_id.in_(select(File.id).where(its).correlate_except(File))
    by_itself = account.file_id == account.last_file_id
    return case(
        (by_itself, _unit_of_oldest(estate_id, Other.customer_id == account.file_id)),
        else_=_unit_of_oldest(estate_id, several),
    )


def _unit_of_oldest(estate_id: int, its: Any) -> Any:
    found = select(Other.unit_id).where(its, Other.estate_id == estate_id, Other.open > NOUGHT)
    return found.order_by(Other.due_on, Other.id).limit(1).correlate_except(Other).scalar_subquery()


def credit(estate_id: int) -> Subquery:
    """credit: what was paid and no bill has taken yet."""
    unused = select(Payment.customer_id, whole(Payment.open).label("open"))
    found = unused.where(Payment.estate_id == estate_id, Payment.open > NOUGHT).subquery()
    return _by_account(found, credit=_sum(found.c.open))


def deposits(estate_id: int) -> Subquery:
    """deposits: what we hold of the customer's money."""
    held = select(Deposit.customer_id, whole(Deposit.balance).label("balance"))
    found = held.where(Deposit.estate_id == estate_id, Deposit.balance > NOUGHT).subquery()
    return _by_account(found, deposits=_sum(found.c.balance))


def matters(estate_id: int) -> Subquery | None:
    """matters: how many of ours are open with the customer; None where no package has any."""
    if not sources:
        return None
    each = (source.rows(estate_id).subquery() for source in sources.values())
    found = union_all(*(select(rows.c.customer_id) for rows in each)).subquery()
    return _by_account(found, matters=func.count())


def excluded(estate_id: int, day: date) -> Subquery:
    """until: the last day, None for good."""
    found = select(DunningExclusion.customer_id, DunningExclusion.until).where(
        DunningExclusion.estate_id == estate_id,
        DunningExclusion.ended_at.is_(None),
        or_(DunningExclusion.until.is_(None), DunningExclusion.until >= day),
    )
    spared = found.subquery()
    return _by_account(spared, until=func.max(spared.c.until))


def at_lawyer(estate_id: int) -> Subquery:
    """case_id: asked to be, or being, in a lawyer's hands."""
    live = LegalCase.state.in_((CaseState.requested, CaseState.handed_over))
    found = select(LegalCase.customer_id, LegalCase.id.label("case_id")).where(LegalCase.estate_id == estate_id, live)
    cases = found.subquery()
    return _by_account(cases, case_id=func.max(cases.c.case_id))


def held(estate_id: int, day: date) -> Subquery:
    """hold_until: what was decided of the account last, if that is to hold it, and still holds on `day`."""
    holds = ArrearsLine.decision == Decision.hold, ArrearsLine.hold_until >= day
    found = select(ArrearsLine.customer_id, ArrearsLine.hold_until).join(Review, Review.id == ArrearsLine.review_id)
    since = select(LaterLine.id).join(LaterReview, LaterReview.id == LaterLine.review_id)
    decided_since = since.where(
        in_same_file(LaterLine.customer_id, ArrearsLine.customer_id),
        LaterLine.decision.is_not(None),
        LaterReview.month > Review.month,
    )
    replaced = decided_since.correlate(ArrearsLine, Review).exists()
    lines = found.where(ArrearsLine.estate_id == estate_id, *holds, ~replaced).subquery()
    return _by_account(lines, hold_until=func.max(lines.c.hold_until))
