"""A deposit's timeline, read from the log in words; `crm.wiring` hands them to the customer's timeline too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.models import MOVEMENT_TITLES, REQUEST_TITLES, MovementKind, RequestState
from crm.billing.ledger.models import METHOD_TITLES, Method
from crm.db import session
from crm.web.templating import money

EVENT_TITLES = {
    "DepositTaken": _l("Deposit taken"),
    "DepositActRequested": _l("Asked for, about a deposit"),
    "DepositActDecided": _l("Decided about a deposit"),
    "DepositMoved": _l("Deposit moved"),
    "DepositsTiedOut": _l("Deposits tied out with the bank"),
}
TONES = {"DepositTaken": "green", "DepositMoved": "blue", "DepositActRequested": "orange"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Happening):
    tone: str


def happenings(deposit_id: int) -> Sequence[Step]:
    """The last entries about a deposit, newest first; of other packages only their kind."""
    return [
        Step(
            at=entry.at,
            who=entry.actor,
            title=str(EVENT_TITLES.get(entry.kind, entry.kind)),
            text=EVENT_DETAILS[entry.kind](entry.data) if entry.kind in EVENT_DETAILS else "",
            tone=TONES.get(entry.kind, "grey"),
        )
        for entry in session().scalars(timeline("deposit", deposit_id))
    ]


def _taken(data: Mapping[str, Any]) -> str:
    told = (KINDS.title_of(data["deposit_kind"]), _sum(data), METHOD_TITLES[Method(data["method"])], data["payer"])
    return " · ".join(map(str, told))


def _sum(data: Mapping[str, Any], name: str = "amount") -> str:
    return money(Decimal(data[name]))


def _what(data: Mapping[str, Any]) -> str:
    title = str(MOVEMENT_TITLES[MovementKind(data["kind"])])
    return _("%(what)s taken back", what=title) if data.get("takes_back") else title


def _asked(data: Mapping[str, Any]) -> str:
    return " · ".join((_what(data), _sum(data), data["reason"]))


def _decided(data: Mapping[str, Any]) -> str:
    told = (_what(data), _sum(data), str(REQUEST_TITLES[RequestState(data["decision"])]), data["remark"])
    return " · ".join(filter(None, told))


def _moved(data: Mapping[str, Any]) -> str:
    left = _("%(sum)s left", sum=_sum(data, "balance"))
    return " · ".join((str(MOVEMENT_TITLES[MovementKind(data["kind"])]), _sum(data), data["reason"], left))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "DepositTaken": _taken,
    "DepositActRequested": _asked,
    "DepositActDecided": _decided,
    "DepositMoved": _moved,
}
