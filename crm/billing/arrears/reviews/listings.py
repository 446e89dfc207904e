"""The reviews, and the accounts of one: what the work list shows, for Excel and print too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.ages import AGE_TITLES, OVERDUE, Age
from crm.billing.arrears.reviews import advice, queries, worklist
from crm.billing.arrears.reviews.models import (
    ADVICE_TITLES,
    DECISION_TITLES,
    REVIEW_TITLES,
    Advice,
    ArrearsLine,
    Decision,
    Review,
    ReviewState,
)
from crm.billing.arrears.reviews.service import steps_in_use
from crm.lists.listing import Column, Filter, Listing
from crm.phones import mask_phone
from crm.properties.models import Estate

READ = Permission.arrears_read
STATE_TONES = {ReviewState.open: "orange", ReviewState.signed: "green"}
SHORT_AGES = {
    Age.over_two_years: _l("> 2 years"),
    Age.over_a_year: _l("> 1 year"),
    Age.to_365: _l("181–365 days"),
    Age.to_180: _l("91–180 days"),
    Age.to_90: _l("31–90 days"),
    Age.to_30: _l("≤ 30 days"),
}


def _column(name: str, title: Any, kind: str = "text", **given: Any) -> Column:
    return Column(name=name, title=title, value=given.pop("value", attrgetter(name)), kind=kind, **given)


def _choice(name: str, title: Any, titles: Mapping[Any, Any], condition: Callable[[str], Any]) -> Filter:
    return Filter(
        name=name, title=title, condition=condition, choices=[(str(key), said) for key, said in titles.items()]
    )


def reviews() -> Listing:
    return Listing(
        title=_l("Arrears reviews"),
        query=queries.reviews(),
        columns=(
            _column(
                "month",
                _l("Month"),
                value=lambda row: row.month.strftime("%Y-%m"),
                order=Review.month,
                link=lambda row: url_for("arrears.show", review_id=row.id),
            ),
            _column("estate", _l("Estate"), order=Estate.name),
            _column("day", _l("As of"), "date", order=Review.day),
            _column(
                "state",
                _l("State"),
                "badge",
                value=lambda row: str(REVIEW_TITLES[row.state]),
                tone=lambda row: STATE_TONES[row.state],
            ),
            _column("accounts", _l("Accounts owing"), "number", order=Review.accounts),
            _column("overdue", _l("Overdue (yuan)"), "money", order=Review.overdue),
            _column("decided", _l("Decided"), value=_decided),
            _column("signed_by", _l("Who signed")),
        ),
        filters=(_choice("state", _l("State"), REVIEW_TITLES, lambda value: Review.state == ReviewState(value)),),
        order=(Review.month.desc(), Estate.name),
        export_permission=READ,
        empty=_l("No review was opened yet. Open this month's."),
    )


def _decided(row: Any) -> str:
    return _("%(done)s of %(all)s", done=f"{row.accounts - row.undecided:,}", all=f"{row.accounts:,}")


def lines(review: Review, today: date) -> Listing:
    """The accounts of a review, the largest first; only there can one go through them page by page."""
    return Listing(
        title=_("Arrears review %(month)s, %(estate)s", month=f"{review.month:%Y-%m}", estate=review.estate.name),
        query=queries.lines(review, today),
        columns=_line_columns(review),
        filters=_line_filters(review, today),
        order=(ArrearsLine.overdue.desc(), ArrearsLine.id.desc()),
        export_permission=READ,
        empty=_l("Nobody owes anything that is overdue."),
    )


def _line_columns(review: Review) -> tuple[Column, ...]:
    return (
        _column("unit", _l("Unit"), value=lambda row: row.unit or ""),
        _column("customer", _l("Customer")),
        _column("phone", _l("Telephone"), value=lambda row: mask_phone(row.phone) if row.phone else ""),
        _column("matters", _l("Open matters of ours"), "number"),
        _column("overdue", _l("Overdue (yuan)"), "money", total="overdue"),
        *(_column(age.value, SHORT_AGES[age], "money", total=age.value) for age in reversed(OVERDUE)),
        _column("disputed", _l("Of it disputed (yuan)"), "money", total="disputed"),
        _column("owed", _l("Owed in all (yuan)"), "money"),
        _column("credit", _l("Credit (yuan)"), "money"),
        _column("deposits", _l("Deposits held (yuan)"), "money"),
        _column("talked_on", _l("Last contact"), "date"),
        _column("promise", _l("Promise"), value=worklist.promise_in_words),
        _column("advice", _l("Advice"), value=_advised),
        _column("why", _l("Why it is advised"), value=lambda row: advice.in_words(row, review.day)),
        _column("decision", _l("What is decided"), value=worklist.decision_in_words),
        _column("remark", _l("Remark")),
        _column("decided_by", _l("Decided by whom")),
    )


def _advised(row: Any) -> str:
    return str(row.step or ADVICE_TITLES[row.advice])


def _line_filters(review: Review, today: date) -> tuple[Filter, ...]:
    line = ArrearsLine
    steps = {step.id: step.name for step in steps_in_use(review.estate_id)}
    decisions: dict[Any, Any] = {"none": _l("Undecided"), "any": _l("Decided"), **DECISION_TITLES}
    return (
        Filter(name="q", title=_l("Unit or customer"), condition=queries.about),
        _choice("step", _l("Step advised"), steps, lambda value: line.step_id == int(value)),
        _choice("advice", _l("Advice"), ADVICE_TITLES, lambda value: line.advice == Advice(value)),
        _choice("decision", _l("What is decided"), decisions, _decision),
        _choice(
            "age",
            _l("Oldest debt"),
            {age: AGE_TITLES[age] for age in OVERDUE},
            lambda value: queries.of_age(Age(value)),
        ),
        _choice(
            "building", _l("Building"), queries.buildings_of(review), lambda value: queries.in_building(int(value))
        ),
        _choice("by", _l("Decided by whom"), queries.reviewers(), lambda value: line.decided_by_id == int(value)),
        _choice("due", _l("Contact rule"), {"today": _l("To contact today")}, lambda _value: queries.to_contact(today)),
        _choice("ours", _l("Our side"), {"open": _l("With open matters of ours")}, lambda _value: line.matters > 0),
    )


def _decision(value: str) -> Any:
    if value in ("none", "any"):
        return ArrearsLine.decision.is_(None) if value == "none" else ArrearsLine.decision.is_not(None)
    return ArrearsLine.decision == Decision(value)
