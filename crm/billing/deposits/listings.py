"""The book of deposits, what is due back, what is asked for, and the days tied out with the bank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.deposits import queries
from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.models import (
    MOVEMENT_TITLES,
    REQUEST_TITLES,
    STATE_TITLES,
    Deposit,
    DepositRequest,
    DepositState,
    DepositTieOut,
    MovementKind,
    RequestState,
)
from crm.billing.deposits.models.deposit import deposit_code
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer

READ = Permission.billing_read
STATE_TONES = {
    DepositState.held: "green",
    DepositState.part: "blue",
    DepositState.returned: "grey",
    DepositState.used: "grey",
    DepositState.forfeited: "orange",
    DepositState.cancelled: "grey",
}
REQUEST_TONES = {
    RequestState.requested: "orange",
    RequestState.approved: "blue",
    RequestState.done: "green",
    RequestState.refused: "grey",
    RequestState.withdrawn: "grey",
}
WHY = {"agreed": _l("The agreed day has come"), "left": _l("The unit was left")}


def _choice(name: str, title: Any, condition: Callable[[str], Any], titles: Any) -> Filter:
    return Filter(
        name=name, title=title, condition=condition, choices=[(str(key), words) for key, words in titles.items()]
    )


def _money(name: str, title: Any, order: Any, *, total: bool = True) -> Column:
    return Column(
        name=name, title=title, value=attrgetter(name), kind="money", order=order, total=name if total else ""
    )


def _day(name: str, title: Any, order: Any = None) -> Column:
    return Column(name=name, title=title, value=attrgetter(name), kind="date", order=order)


def _deposit(row: Any) -> str:
    return url_for("deposits.show", deposit_id=row.id)


CODE = Column(name="code", title=_l("Deposit"), value=lambda row: deposit_code(row.id), order=Deposit.id, link=_deposit)
UNIT = Column(name="unit", title=_l("Unit"), value=lambda row: row.unit or "", order=Unit.sort_key)
CUSTOMER = Column(
    name="customer",
    title=_l("Customer"),
    order=queries.KEPT.name,
    link=lambda row: url_for("tenants.customer", customer_id=row.customer_id),
)
KIND = Column(name="kind", title=_l("Kind"), value=lambda row: KINDS.title_of(row.kind), order=Deposit.kind)
PAYER = Column(name="payer", title=_l("Payer"), order=Deposit.payer)
BALANCE = _money("balance", _l("Left (yuan)"), Deposit.balance)


def _kinds() -> Filter:
    titles = {entry.code: entry.title for entry in KINDS.entries()}
    return _choice("kind", _l("Kind"), lambda value: Deposit.kind == value, titles)


def _buildings() -> Filter:
    return _choice(
        "building", _l("Building"), lambda value: Unit.building_id == int(value), queries.buildings_to_choose()
    )


def _about(text: str) -> Any:
    """By unit, customer, payer, agreement or reference, or the deposit's own number."""
    found = holding(text, Unit.label, queries.KEPT.name, Deposit.payer, Deposit.agreement, Deposit.reference)
    digits = text.upper().removeprefix("BZ")
    return found | (Deposit.id == int(digits)) if digits.isdecimal() and len(digits) < 10 else found


ABOUT = Filter(name="q", title=_l("Unit, customer, payer or number"), condition=_about)


def deposits() -> Listing:
    return Listing(
        title=_l("Deposits"),
        query=queries.deposits(),
        columns=(
            CODE,
            UNIT,
            CUSTOMER,
            KIND,
            PAYER,
            _money("amount", _l("Deposit taken (yuan)"), Deposit.amount),
            BALANCE,
            Column(
                name="state",
                title=_l("State"),
                value=lambda row: str(STATE_TITLES[DepositState(row.state)]),
                kind="badge",
                tone=lambda row: STATE_TONES[DepositState(row.state)],
            ),
            _day("taken_on", _l("Taken on"), Deposit.taken_on),
            _day("due_back_on", _l("Due back on"), Deposit.due_back_on),
        ),
        filters=(
            ABOUT,
            _kinds(),
            _choice("state", _l("State"), lambda value: queries.in_state(DepositState(value)), STATE_TITLES),
            _buildings(),
        ),
        order=(Deposit.taken_on.desc(), Deposit.id.desc()),
        export_permission=READ,
        empty=_l("No deposit is in the book yet. Take one from the customer's page."),
    )


def due_back(day: date) -> Listing:
    def why(row: Any) -> str:
        return str(WHY["left"] if row.moved_out_on and row.due_since == row.moved_out_on else WHY["agreed"])

    return Listing(
        title=_l("Deposits due back"),
        query=queries.due_back(day),
        columns=(
            CODE,
            UNIT,
            CUSTOMER,
            KIND,
            PAYER,
            BALANCE,
            Column(name="why", title=_l("Why"), value=why),
            _day("due_since", _l("Due since")),
            Column(name="days", title=_l("Days"), value=lambda row: (day - row.due_since).days, kind="number"),
        ),
        filters=(
            ABOUT,
            _kinds(),
            _choice("why", _l("Why"), lambda value: queries.due_because(value, day), WHY),
            _buildings(),
        ),
        order=(queries.due_since(day), Deposit.id),
        export_permission=READ,
        empty=_l("Nothing is due back today."),
    )


def what_is_asked(row: Any) -> str:
    """Of a request: the kind of movement, or that one is to be taken back."""
    title = str(MOVEMENT_TITLES[row.kind])
    return _("%(what)s taken back", what=title) if row.takes_back else title


def _request(row: Any) -> str:
    return url_for("deposits.request", deposit_request_id=row.id)


def requests() -> Listing:
    states: dict[Any, Any] = {"live": _l("Under way"), **REQUEST_TITLES}
    return Listing(
        title=_l("Requests about deposits"),
        query=queries.requests(),
        columns=(
            Column(
                name="what", title=_l("What is asked"), value=what_is_asked, order=DepositRequest.kind, link=_request
            ),
            UNIT,
            Column(name="customer", title=_l("Customer"), order=Customer.name),
            Column(name="deposit_kind", title=_l("Deposit"), value=lambda row: KINDS.title_of(row.deposit_kind)),
            _money("amount", _l("Sum (yuan)"), DepositRequest.amount),
            Column(
                name="state",
                title=_l("State"),
                value=lambda row: str(REQUEST_TITLES[row.state]),
                kind="badge",
                tone=lambda row: REQUEST_TONES[row.state],
            ),
            _day("requested_at", _l("Asked for at"), DepositRequest.requested_at),
            Column(name="requested_by", title=_l("Asked for by")),
        ),
        filters=(
            _choice("state", _l("State"), _request_state, states),
            _choice(
                "kind", _l("What is asked"), lambda value: DepositRequest.kind == MovementKind(value), MOVEMENT_TITLES
            ),
        ),
        order=(DepositRequest.id.desc(),),
        export_permission=READ,
        empty=_l("Nobody has asked for anything."),
    )


def _request_state(value: str) -> Any:
    if value == "live":
        return DepositRequest.state.in_(queries.UNDER_WAY)
    return DepositRequest.state == RequestState(value)


def tie_outs() -> Listing:
    return Listing(
        title=_l("Deposits tied out with the bank"),
        query=queries.tie_outs(),
        columns=(
            _day("day", _l("Day"), DepositTieOut.day),
            Column(name="estate", title=_l("Estate"), order=Estate.name),
            _money("register", _l("Register (yuan)"), DepositTieOut.register, total=False),
            _money("ledger", _l("Ledger (yuan)"), DepositTieOut.ledger, total=False),
            _money("bank", _l("Bank (yuan)"), DepositTieOut.bank, total=False),
            _money("difference", _l("Bank above register (yuan)"), queries.ABOVE, total=False),
            Column(name="agrees", title=_l("Agrees"), value=_agrees, kind="badge", tone=_tone),
            Column(name="explanation", title=_l("Explanation"), kind="long"),
            Column(name="reference", title=_l("Statement")),
            Column(name="entered_by", title=_l("Entered by")),
        ),
        filters=(_choice("agrees", _l("Agrees"), queries.agrees, {"yes": _l("Yes"), "no": _l("No")}),),
        order=(DepositTieOut.day.desc(), DepositTieOut.id.desc()),
        export_permission=READ,
        empty=_l("No day has been tied out yet. Enter the bank's balance of today."),
    )


def _is_even(row: Any) -> bool:
    return bool(row.register == row.ledger == row.bank)


def _agrees(row: Any) -> str:
    return _("Yes") if _is_even(row) else _("No, explained")


def _tone(row: Any) -> str:
    return "green" if _is_even(row) else "orange"
