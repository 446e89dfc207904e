"""Times down (clause P-17): how long from the issue of a notice until its households are reached, month by month."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, case, func, literal, select

from crm.correspondence.notices.models import Notice, NoticeHousehold
from crm.dates import beginning_of, months_later
from crm.db import UtcDateTime, session
from crm.lists.months import months_between
from crm.properties.queries import in_chosen_estate
from crm.sql import seconds_between
from crm.web.excel import Workbook
from crm.web.figures import TENTH, Ratio

HOUR = Decimal(3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Of the notices issued in a month. `median` and `ninth`: hours; `in_time` of `with_day` households."""

    month: str
    notices: int
    households: int
    reached: int
    read: int
    with_day: int
    in_time: int
    median: Decimal | None
    ninth: Decimal | None

    @property
    def unreached(self) -> int:
        return self.households - self.reached

    @property
    def share_reached(self) -> Decimal | None:
        return Ratio(self.reached, self.households).per_cent

    @property
    def share_in_time(self) -> Decimal | None:
        return Ratio(self.in_time, self.with_day).per_cent


def times(first: date, last: date) -> list[Times]:
    """The months from `first` to `last`, both included, of the estates chosen; without those that had no notice."""
    month = _month(first, last)
    counted = session().execute(_counts(month, first, last)).all()
    slow = {row.month: row for row in session().execute(_percentiles(month, first, last))}
    return [_times(row, slow.get(row.month)) for row in counted]


def times_of_estates(estate_ids: Collection[int], first: date, last: date) -> dict[tuple[int, str], Times]:
    """By estate and month (2026-11), without how long it took."""
    rows = session().execute(_counts(_month(first, last), first, last, estate_ids))
    return {(row.estate_id, row.month): _times(row, None) for row in rows}


def _times(row: Any, slow: Any) -> Times:
    return Times(
        month=row.month,
        notices=row.notices,
        households=row.households,
        reached=row.reached,
        read=row.read,
        with_day=row.with_day,
        in_time=row.in_time,
        median=_hours(slow.median) if slow else None,
        ninth=_hours(slow.ninth) if slow else None,
    )


def _hours(seconds: Any) -> Decimal | None:
    return None if seconds is None else (Decimal(int(seconds)) / HOUR).quantize(TENTH)


def _month(first: date, last: date) -> ColumnElement[str]:
    """In the company's time zone, in which month it was issued."""
    months = months_between(first, last)
    since = [(month, beginning_of(month), beginning_of(months_later(month, 1))) for month in months]
    whens = [
        (and_(Notice.issued_at >= begins, Notice.issued_at < ends), f"{each:%Y-%m}") for each, begins, ends in since
    ]
    return case(*whens, else_=literal("")).label("month")


def _issued(query: Any, first: date, last: date, estate_ids: Collection[int] | None = None) -> Any:
    """Of these estates, or of those chosen."""
    here = in_chosen_estate(Notice.estate_id) if estate_ids is None else Notice.estate_id.in_(estate_ids)
    begins, ends = beginning_of(first), beginning_of(months_later(last, 1))
    joined = query.select_from(Notice).join(NoticeHousehold, NoticeHousehold.notice_id == Notice.id)
    return joined.where(here, Notice.issued_at >= begins, Notice.issued_at < ends)


def _counts(month: ColumnElement[str], first: date, last: date, estate_ids: Collection[int] | None = None) -> Any:
    """By month; of `estate_ids` by estate as well."""
    count = func.count()
    found = select(
        month,
        func.count(Notice.id.distinct()).label("notices"),
        count.label("households"),
        count.filter(NoticeHousehold.reached_at.is_not(None)).label("reached"),
        count.filter(NoticeHousehold.read_at.is_not(None)).label("read"),
        count.filter(Notice.reach_by.is_not(None)).label("with_day"),
        count.filter(NoticeHousehold.reached_at < _end_of_day(first, last)).label("in_time"),
    )
    if estate_ids is None:
        return _issued(found, first, last).group_by(month).order_by(month)
    apart = found.add_columns(Notice.estate_id.label("estate_id"))
    return _issued(apart, first, last, estate_ids).group_by(Notice.estate_id, month)


def _end_of_day(first: date, last: date) -> ColumnElement[Any]:
    """The moment at which the day that the notice names is over, at the company."""
    begins, ends = beginning_of(first), beginning_of(months_later(last, 1))
    named = select(Notice.reach_by).where(Notice.issued_at >= begins, Notice.issued_at < ends)
    days = session().scalars(named.where(Notice.reach_by.is_not(None)).distinct()).all()
    over = {day: literal(beginning_of(day + timedelta(days=1)), UtcDateTime()) for day in days if day}
    return case(over, value=Notice.reach_by) if over else literal(None, UtcDateTime())


def _percentiles(month: ColumnElement[str], first: date, last: date) -> Any:
    """By the nearest rank: so many in a hundred were reached within that time, of those that were reached."""
    took = seconds_between(Notice.issued_at, NoticeHousehold.reached_at).label("took")
    place = func.row_number().over(partition_by=month, order_by=took).label("place")
    whole = func.count().over(partition_by=month).label("whole")
    reached = _issued(select(month, took, place, whole), first, last)
    each = reached.where(NoticeHousehold.reached_at.is_not(None)).subquery()

    def within(per_cent: int) -> Any:
        rank = (each.c.whole * per_cent + 99) // 100
        return func.max(case((each.c.place == rank, each.c.took)))

    return select(each.c.month, within(50).label("median"), within(90).label("ninth")).group_by(each.c.month)


def meanings() -> list[tuple[str, str]]:
    return [
        (_("Households"), _("All that the notices issued in the month were for, withdrawn ones too.")),
        (_("Reached"), _("Households of which an entry that stands, a sent mail or a reading says that it arrived.")),
        (_("Unreached"), _("Households less those that were reached.")),
        (
            _("Half within (hours)"),
            _("The median: half of the reached households were reached within so many hours after the issue."),
        ),
        (_("Nine in ten within (hours)"), _("The same for nine in ten of the reached households.")),
        (
            _("In time"),
            _(
                "Households reached up to the end of the day that the notice names, of all households of notices "
                "that name one."
            ),
        ),
        (_("Has read it"), _("Households that said by the link that they have read it.")),
    ]


def headings() -> list[str]:
    return [
        _("Month"),
        _("Notices to households"),
        _("Households"),
        _("Reached"),
        _("Unreached"),
        _("Reached, per cent"),
        _("Half within (hours)"),
        _("Nine in ten within (hours)"),
        _("In time"),
        _("With a day"),
        _("In time, per cent"),
        _("Has read it"),
    ]


def row_of(each: Times) -> tuple[Any, ...]:
    return (
        each.month,
        each.notices,
        each.households,
        each.reached,
        each.unreached,
        each.share_reached,
        each.median,
        each.ninth,
        each.in_time,
        each.with_day,
        each.share_in_time,
        each.read,
    )


KINDS = ("text", *("number",) * 4, "area", "area", "area", "number", "number", "area", "number")


def as_workbook(found: Sequence[Times]) -> bytes:
    buffer = BytesIO()
    with Workbook(buffer, _("Times of notices"), headings(), KINDS) as book:
        book.add(row_of(each) for each in found)
        book.begin(_("What these figures mean"), (_("Key figure"), _("What it means")), ("long", "long"))
        book.add(meanings())
    return buffer.getvalue()
