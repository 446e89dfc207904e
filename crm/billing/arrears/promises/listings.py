"""The register of promises, how many of them were kept, and the instalment plans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.arrears.contacts.models import CONTACT_CHANNELS
from crm.billing.arrears.promises import queries
from crm.billing.arrears.promises.models import (
    PLAN_TITLES,
    PROMISE_TITLES,
    STANDING_TITLES,
    InstalmentPlan,
    PlanStanding,
    PlanState,
    Promise,
    PromiseState,
    plan_code,
    promise_code,
)
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate

READ = Permission.arrears_read
PROMISE_TONES = {
    PromiseState.pending: "blue",
    PromiseState.kept: "green",
    PromiseState.broken: "red",
    PromiseState.withdrawn: "grey",
}
PLAN_TONES: dict[Any, str] = {
    PlanState.requested: "orange",
    PlanState.refused: "grey",
    PlanState.withdrawn: "grey",
    PlanState.ended: "grey",
    PlanStanding.kept: "green",
    PlanStanding.broken: "red",
    PlanStanding.paid_off: "blue",
}
PROMISE_DAYS = {
    "today": _l("Today"),
    "yesterday": _l("Yesterday"),
    "week": _l("Within seven days"),
}
INSTALMENT_DAYS = {"soon": _l("Within three days")}
SOON = 3  # days in which an instalment that is due is brought to mind


def _choice(name: str, title: Any, condition: Callable[[str], Any], titles: Any) -> Filter:
    return Filter(
        name=name, title=title, condition=condition, choices=[(str(key), words) for key, words in titles.items()]
    )


def _money(name: str, title: Any, order: Any = None, *, total: bool = True) -> Column:
    return Column(
        name=name, title=title, value=attrgetter(name), kind="money", order=order, total=name if total else ""
    )


def _day(name: str, title: Any, order: Any = None) -> Column:
    return Column(name=name, title=title, value=attrgetter(name), kind="date", order=order)


CUSTOMER = Column(
    name="customer",
    title=_l("Customer"),
    order=queries.Kept.name,
    link=lambda row: url_for("arrears_account.show", customer_id=row.customer_id),
)
ESTATE = Column(name="estate", title=_l("Estate"), order=Estate.name)


PROMISE_COLUMNS = (
    Column(
        name="code",
        title=_l("Promise"),
        value=lambda row: promise_code(row.id),
        order=Promise.id,
        link=lambda row: url_for("promises.show", promise_id=row.id),
    ),
    CUSTOMER,
    _money("amount", _l("Promised (yuan)"), Promise.amount),
    _day("due_on", _l("Due on"), Promise.due_on),
    Column(
        name="state",
        title=_l("State"),
        value=lambda row: str(PROMISE_TITLES[PromiseState(row.state)]),
        kind="badge",
        tone=lambda row: PROMISE_TONES[PromiseState(row.state)],
    ),
    _money("paid", _l("Paid in time (yuan)"), total=False),
    _day("made_on", _l("Made on"), Promise.made_on),
    Column(name="given_by", title=_l("Promised by")),
    Column(name="channel", title=_l("How"), value=lambda row: str(CONTACT_CHANNELS[row.channel])),
    Column(name="recorded_by", title=_l("Noted by"), order=Promise.recorded_by),
    ESTATE,
)


def promises(day: date) -> Listing:
    listed = queries.promises(day)
    state = listed.selected_columns.state
    return Listing(
        title=_l("Promises to pay"),
        query=listed,
        columns=PROMISE_COLUMNS,
        filters=(
            Filter(
                name="q",
                title=_l("Customer or who promised"),
                condition=lambda text: holding(text, queries.Kept.name, Promise.given_by),
            ),
            _choice("state", _l("State"), lambda value: state == PromiseState(value).value, PROMISE_TITLES),
            _choice("due", _l("Due on"), lambda value: _due(value, day), PROMISE_DAYS),
            _choice(
                "collector",
                _l("Noted by"),
                lambda value: Promise.recorded_by == value,
                {name: name for name in queries.collectors()},
            ),
        ),
        order=(Promise.due_on.desc(), Promise.id.desc()),
        export_permission=READ,
        empty=_l("Nobody has promised anything yet. Note a contact and what was promised."),
    )


def _due(value: str, day: date) -> Any:
    days = {
        "today": (day, day),
        "yesterday": (day - timedelta(days=1), day - timedelta(days=1)),
        "week": (day, day + timedelta(days=7)),
    }
    return Promise.due_on.between(*days[value])


RATES = {"month": _l("Month"), "estate": _l("Estate"), "collector": _l("Noted by")}


def in_per_cent(kept: int, due: int) -> str:
    return f"{Decimal(100) * kept / due:.1f} %" if due else ""


def kept_rates(by: str, day: date) -> Listing:
    """`by`: one of RATES."""
    listed = queries.kept_rates(by, day)
    labels = list(listed.selected_columns)[: 2 if by == "month" else 1]
    return Listing(
        title=_l("Promises kept"),
        query=listed,
        columns=(
            Column(name="label", title=RATES[by], value=_label_of(by)),
            Column(name="kept", title=_l("Kept"), kind="number", total="kept"),
            Column(name="due", title=_l("Fell due"), kind="number", total="due"),
            Column(name="rate", title=_l("Kept-rate"), value=lambda row: in_per_cent(row.kept, row.due)),
            _money("promised", _l("Promised (yuan)")),
        ),
        order=[label.desc() if by == "month" else label for label in labels],
        export_permission=READ,
        empty=_l("No promise has fallen due yet."),
    )


def _label_of(by: str) -> Callable[[Any], Any]:
    return (lambda row: f"{int(row.year)}-{int(row.month):02d}") if by == "month" else attrgetter("label")


def plan_state(row: Any) -> Any:
    """What people decided; of an agreed plan how it stands."""
    return PlanStanding(row.standing) if row.state is PlanState.agreed else row.state


def plan_words(row: Any) -> str:
    state = plan_state(row)
    return str(STANDING_TITLES[state] if isinstance(state, PlanStanding) else PLAN_TITLES[state])


def _plan_columns(columns: Any) -> tuple[Column, ...]:
    return (
        Column(
            name="code",
            title=_l("Plan"),
            value=lambda row: plan_code(row.id),
            order=InstalmentPlan.id,
            link=lambda row: url_for("plans.show", plan_id=row.id),
        ),
        CUSTOMER,
        _money("total", _l("In all (yuan)"), InstalmentPlan.total),
        Column(
            name="state",
            title=_l("State"),
            value=plan_words,
            kind="badge",
            tone=lambda row: PLAN_TONES[plan_state(row)],
        ),
        _money("settled", _l("Paid so far (yuan)"), total=False),
        _day("next_on", _l("Next instalment on"), columns.next_on),
        Column(
            name="next_amount",
            title=_l("To be paid by then (yuan)"),
            value=lambda row: None if row.next_amount is None else max(row.next_amount, Decimal(0)),
            kind="money",
        ),
        _day("missed_on", _l("Missed on")),
        _day("agreed_on", _l("Agreed on"), InstalmentPlan.agreed_on),
        Column(name="requested_by", title=_l("Asked for by")),
        ESTATE,
    )


def plans(day: date) -> Listing:
    listed = queries.plans(day)
    columns = listed.selected_columns
    return Listing(
        title=_l("Instalment plans"),
        query=listed,
        columns=_plan_columns(columns),
        filters=(
            Filter(name="q", title=_l("Customer"), condition=lambda text: holding(text, queries.Kept.name)),
            _choice("state", _l("State"), lambda value: _in_state(value, columns), PLAN_TITLES | STANDING_TITLES),
            _choice(
                "next",
                _l("Next instalment on"),
                lambda _value: columns.next_on <= day + timedelta(days=SOON),
                INSTALMENT_DAYS,
            ),
        ),
        order=(InstalmentPlan.id.desc(),),
        export_permission=READ,
        empty=_l("No instalment plan was asked for yet. Ask for one on the customer's page."),
    )


def _in_state(value: str, columns: Any) -> Any:
    if value in set(PlanStanding):
        return (InstalmentPlan.state == PlanState.agreed) & (columns.standing == value)
    return InstalmentPlan.state == PlanState(value)
