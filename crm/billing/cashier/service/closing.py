"""日结: counted blind, then compared; what differs is explained, and somebody else signs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import plain, record
from crm.billing.cashier import queries
from crm.billing.cashier.events import DayCloseSigned, DrawerCounted, DrawerCountedAgain, VarianceExplained
from crm.billing.cashier.models import WORKFLOW, CloseState, DayClose
from crm.billing.ledger.models import AT_THE_COUNTER, Method
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.properties.models import Estate

CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Yuan by method as they were counted; `pieces` of cash: face value in fen -> how many."""

    sums: Mapping[Method, Decimal]
    pieces: Mapping[int, int] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, str]:
        return _told(self.sums)

    @property
    def told_pieces(self) -> dict[str, int]:
        return {str(face): many for face, many in self.pieces.items() if many}


def _told(sums: Mapping[Method, Decimal]) -> dict[str, str]:
    """Every method of the counter, in yuan with two decimals."""
    return {method.value: str(sums.get(method, Decimal(0)).quantize(CENTS)) for method in AT_THE_COUNTER}


def total(told: Mapping[str, str]) -> Decimal:
    return sum((Decimal(amount) for amount in told.values()), Decimal(0))


def differs(counted: Mapping[str, str], expected: Mapping[str, str]) -> bool:
    """By method: too much cash does not make up for a transfer that is missing."""
    return dict(counted) != dict(expected)


def count(estate: Estate, counted: Count) -> DayClose:
    """Close the acting cashier's drawer with this count. What comes in from now on belongs to the next close.

    Raises `DomainError` when nothing came in or went out since the last one.
    """
    documents = queries.drawer_documents(g.actor.user_id, estate.id)
    if not documents:
        raise DomainError(_("Nothing to close: no money came in or went out since the last close."))
    expected = _told(_by_method(documents))
    agrees = not differs(counted.told, expected)
    made = DayClose(
        estate_id=estate.id,
        cashier_id=g.actor.user_id,
        day=business_day(),
        counted=counted.told,
        pieces=counted.told_pieces,
        recounts=[],
        expected=expected,
        variance=total(counted.told) - total(expected),
        state=CloseState.counted if agrees else CloseState.unexplained,
        closed_at=utc_now(),
    )
    session().add(made)
    session().flush()
    for flow, ids in _by_flow(documents).items():
        queries.stamp(flow, ids, made.id)
    record(
        DrawerCounted(
            day_close_id=made.id, estate_id=estate.id, day=made.day, counted=made.counted, variance=made.variance
        )
    )
    return made


def _by_method(documents: Any) -> dict[Method, Decimal]:
    sums: dict[Method, Decimal] = defaultdict(Decimal)
    for document in documents:
        sums[document.method] += document.amount
    return sums


def _by_flow(documents: Any) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = defaultdict(list)
    for document in documents:
        ids[document.flow].append(document.id)
    return ids


def count_again(close: DayClose, counted: Count) -> None:
    """The count was wrong: it stays readable beside the new one."""
    _expect_own(close)
    WORKFLOW.expect(close, "recount")
    former = {"at": utc_now(), "counted": close.counted, "pieces": close.pieces}
    old = close.counted
    close.recounts = [*close.recounts, plain(former)]
    close.counted, close.pieces = counted.told, counted.told_pieces
    close.variance = total(close.counted) - total(close.expected)
    if not differs(close.counted, close.expected):
        close.state = CloseState.counted
    session().flush()
    record(
        DrawerCountedAgain(
            day_close_id=close.id, estate_id=close.estate_id, old=old, new=close.counted, variance=close.variance
        )
    )


def explain(close: DayClose, explanation: str) -> None:
    _expect_own(close)
    if not explanation.strip():
        raise DomainError(_("Write where the difference comes from, as far as you know."))
    close.explanation = explanation
    WORKFLOW.take(close, "explain")
    session().flush()
    record(
        VarianceExplained(
            day_close_id=close.id, estate_id=close.estate_id, variance=close.variance, explanation=explanation
        )
    )


def sign(close: DayClose, remark: str = "") -> None:
    """Raises `DomainError` for one's own close; the view asks for the password."""
    if close.cashier_id == g.actor.user_id:
        raise DomainError(_("Somebody else must sign your own close."))
    WORKFLOW.take(close, "sign")
    close.signed_by_id, close.signed_at, close.remark = g.actor.user_id, utc_now(), remark
    session().flush()
    record(
        DayCloseSigned(
            day_close_id=close.id, estate_id=close.estate_id, day=close.day, variance=close.variance, remark=remark
        )
    )


def _expect_own(close: DayClose) -> None:
    if close.cashier_id != g.actor.user_id:
        raise DomainError(_("Only the cashier who counted does this."))
