"""A review beside those before it: what came in, who is cured, who is new, whose debt grew older, who kept a promise.

A review is compared with the one before it of the same estate. Accounts are the same when one file stands for both
today, so that merged files count once. Each figure is defined in `MEANINGS`, which stand on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Subquery, and_, case, cast, func, null, select

from crm.billing.ages import OVERDUE
from crm.billing.arrears.contacts.models import NOT_TALKED, Contact
from crm.billing.arrears.promises.models import Promise, PromiseState
from crm.billing.arrears.promises.standing import promise_states
from crm.billing.arrears.reviews.models import ArrearsLine, Review
from crm.billing.arrears.reviews.queries import latest_reviews, reviews_before
from crm.billing.arrears.reviews.rates import Rates
from crm.billing.ledger.invariants import whole
from crm.dates import months_later
from crm.db import session
from crm.money import from_fen
from crm.properties.models import Building, Unit
from crm.tenants.models import Customer

SHOWN = 6  # reviews
NOUGHT = Decimal(0)
MEANINGS = (
    (
        _l("Collection rate"),
        _l("Of the bills due in the month before, void ones left out: paid ÷ (charged − waived), on the review's day."),
    ),
    (
        _l("Old debt collected"),
        _l("Of what was open of earlier bills when that month began: paid since ÷ open then, on the review's day."),
    ),
    (_l("Cured"), _l("Accounts of the review before that owe nothing overdue in this one, with what they owed then.")),
    (_l("New"), _l("Accounts of this review that were not in the one before.")),
    (_l("Rolled"), _l("Accounts in both whose oldest debt has moved into an older age.")),
    (
        _l("Promises"),
        _l("Made: given since the review before. Kept and broken: of those due since then, by what was paid."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Accounts, and yuan overdue."""

    lines: int = 0
    overdue: Decimal = NOUGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    owing: Moved = Moved()
    cured: Moved = Moved()
    new: Moved = Moved()
    rolled: Moved = Moved()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    made: int = 0
    kept: int = 0
    broken: int = 0

    @property
    def kept_rate(self) -> Decimal | None:
        """Per cent of those that are decided."""
        over = self.kept + self.broken
        return (Decimal(self.kept) * 100 / over).quantize(Decimal("0.1")) if over else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`has_before`: there is an earlier review, else nothing is cured, new or rolled."""

    review: Review
    rates: Rates
    has_before: bool
    moves: Moves
    promised: Promised


@dataclass(frozen=True, slots=True, kw_only=True)
class OfBuilding:
    title: str
    rates: Rates | None
    moves: Moves


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCollector:
    """What one person did: accounts decided in this review, contacts and promises since the one before."""

    name: str
    decided: Moved
    contacts: int
    promised: Promised


def compared(review: Review, most: int = SHOWN) -> list[Compared]:
    """This one and those before it, the newest first."""
    found = reviews_before(review, most + 1)
    pairs = [*pairwise(found)] + ([(found[-1], None)] if len(found) <= most else [])
    return [_compared(now, before) for now, before in pairs]


def estates() -> list[Compared]:
    """The newest review of each estate one works in."""
    return [compared(review, 1)[0] for review in latest_reviews()]


def _compared(now: Review, before: Review | None) -> Compared:
    return Compared(
        review=now,
        rates=Rates.restored(now.figures),
        has_before=before is not None,
        moves=_moves(now, before).get(None, Moves()),
        promised=_total_promised(_promises(now, before).values()),
    )


def _total_promised(promised: Any) -> Promised:
    each = list(promised)
    return Promised(
        made=sum(one.made for one in each),
        kept=sum(one.kept for one in each),
        broken=sum(one.broken for one in each),
    )


def _rank() -> Any:
    """How old the oldest debt of a line is: 6 for more than two years, 1 for up to 30 days."""
    return case(
        *((getattr(ArrearsLine, age.value) != NOUGHT, len(OVERDUE) - position) for position, age in enumerate(OVERDUE)),
        else_=0,
    )


def _accounts(now: Review, before: Review | None, building: Any) -> Subquery:
    """building, here, there (fen overdue in each review) and how old both are; files merged since are one account."""
    in_now = ArrearsLine.review_id == now.id
    sums = {
        "here": func.sum(case((in_now, whole(ArrearsLine.overdue)), else_=0)),
        "there": func.sum(case((in_now, 0), else_=whole(ArrearsLine.overdue))),
        "rank": func.max(case((in_now, _rank()), else_=0)),
        "rank_before": func.max(case((in_now, 0), else_=_rank())),
    }
    both = [now.id, *([before.id] if before else [])]
    found = (
        select(building.label("building"), *(sum_.label(name) for name, sum_ in sums.items()))
        .select_from(ArrearsLine)
        .join(Customer, Customer.id == ArrearsLine.customer_id)
        .where(ArrearsLine.review_id.in_(both))
        .group_by(Customer.kept_id)
    )
    return found.subquery("account")


def _moves(now: Review, before: Review | None, *, split_up: bool = False) -> dict[int | None, Moves]:
    """Of the whole estate under None, or by building; without a review before nothing is new, cured or rolled."""
    its_building = select(Unit.building_id).where(Unit.id == ArrearsLine.unit_id).scalar_subquery()
    each = _accounts(now, before, func.max(its_building) if split_up else null())
    is_here, was_there = each.c.here > 0, each.c.there > 0
    kinds = {
        "owing": (is_here, each.c.here),
        "cured": (~is_here, each.c.there),
        "new": (and_(is_here, ~was_there), each.c.here),
        "rolled": (and_(is_here, was_there, each.c.rank > each.c.rank_before), each.c.here),
    }
    sums = [
        column
        for condition, fen in kinds.values()
        for column in (func.count(case((condition, 1))), _fen(case((condition, fen))))
    ]
    rows = session().execute(select(each.c.building, *sums).group_by(each.c.building))
    return {building: _told([*zip(figures[::2], figures[1::2], strict=True)], before) for building, *figures in rows}


def _told(figures: Sequence[tuple[int, int]], before: Review | None) -> Moves:
    owing, cured, new, rolled = (Moved(lines=lines, overdue=from_fen(int(fen))) for lines, fen in figures)
    return Moves(owing=owing, cured=cured, new=new if before else Moved(), rolled=rolled)


def _fen(column: Any) -> Any:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _since(now: Review, before: Review | None) -> date:
    """The day after which something counts for this review: the one before's, else a month earlier."""
    return before.day if before else months_later(now.day, -1)


def _promises(now: Review, before: Review | None) -> dict[str, Promised]:
    """By whoever took them down; one that was withdrawn counts as made, and no more."""
    since = _since(now, before)
    states = (
        promise_states(now.day)
        .add_columns(Promise.recorded_by)
        .where(
            Promise.estate_id == now.estate_id,
            (Promise.made_on > since) | (Promise.due_on >= since),
            Promise.made_on <= now.day,
        )
    )
    each = states.subquery("promised")
    was_due = and_(each.c.due_on >= since, each.c.due_on < now.day)
    is_kept = and_(was_due, each.c.state == PromiseState.kept.value)
    is_broken = and_(was_due, each.c.state == PromiseState.broken.value)
    columns = [func.count(case((condition, 1))) for condition in (each.c.made_on > since, is_kept, is_broken)]
    rows = session().execute(select(each.c.recorded_by, *columns).group_by(each.c.recorded_by))
    return {name: Promised(made=made, kept=kept, broken=broken) for name, made, kept, broken in rows}


def by_building(review: Review, rates: dict[str, Rates]) -> list[OfBuilding]:
    """In the order of the buildings; `rates` by their numbers."""
    moves = _moves(review, _before(review), split_up=True)
    found = select(Building.id, Building.number).where(Building.estate_id == review.estate_id)
    buildings = session().execute(found.order_by(Building.sort_key)).all()
    return [
        OfBuilding(title=number or _("No unit"), rates=rates.get(number), moves=moves.get(key, Moves()))
        for key, number in (*buildings, (None, ""))
        if key in moves or number in rates
    ]


def _before(review: Review) -> Review | None:
    found = reviews_before(review, 2)
    return found[1] if len(found) > 1 else None


def by_collector(review: Review) -> list[OfCollector]:
    """Everybody who decided, talked or took a promise down."""
    before = _before(review)
    promised, decided, contacts = _promises(review, before), _decided(review), _contacts(review, before)
    return [
        OfCollector(
            name=name,
            decided=decided.get(name, Moved()),
            contacts=contacts.get(name, 0),
            promised=promised.get(name, Promised()),
        )
        for name in sorted({*promised, *decided, *contacts})
    ]


def _decided(review: Review) -> dict[str, Moved]:
    line = ArrearsLine
    found = select(line.decided_by, func.count(), func.sum(line.overdue)).where(line.review_id == review.id)
    rows = session().execute(found.where(line.decided_by != "").group_by(line.decided_by))
    return {name: Moved(lines=lines, overdue=overdue) for name, lines, overdue in rows}


def _contacts(review: Review, before: Review | None) -> dict[str, int]:
    """In which somebody was reached."""
    found = select(Contact.made_by, func.count().label("contacts")).where(
        Contact.estate_id == review.estate_id,
        Contact.contacted_on > _since(review, before),
        Contact.contacted_on <= review.day,
        Contact.outcome.not_in(NOT_TALKED),
    )
    return {row.made_by: row.contacts for row in session().execute(found.group_by(Contact.made_by))}


def rate_bars(rows: Sequence[Compared]) -> list[dict[str, Any]]:
    """The rates as the chart draws them, the oldest first."""
    return [
        {
            "title": f"{row.review.month:%Y-%m}",
            "current": row.rates.current.per_cent or NOUGHT,
            "old": row.rates.old.per_cent or NOUGHT,
        }
        for row in reversed(rows)
    ]
