"""Materials, labour and quotes of a job as its pages show them; `crm.repairs.costs` enters them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.repairs.orders.models import AGREED_TITLES, LINE_TITLES, STATE_TITLES, OrderState, RepairLine, RepairOrder
from crm.repairs.orders.models import RepairQuote as Quote
from crm.repairs.orders.queries import lines_of, quotes_of
from crm.repairs.orders.service import steps

S = OrderState
ENTERED_IN = (S.accepted, S.on_site, S.quoted, S.consented, S.working, S.waiting)


def entering_hindrance(order: RepairOrder) -> str:
    """Why the acting person can enter or take back no material or labour now, or "" (rights aside).

    From the moment somebody has accepted the job, who may fetch materials on the way, until the work is finished: then
    the sum is charged, and stands. While a quote waits for its answer what was used before is still entered.
    """
    if order.state not in ENTERED_IN:
        return _(
            "Materials and labour are entered from acceptance until the work is finished; the job is “%(state)s”.",
            state=STATE_TITLES[order.state],
        )
    return steps.not_the_holder(order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """`taken_back`: the lines that another undoes; `agreed`: what the customer agreed to last."""

    lines: Sequence[RepairLine]
    taken_back: frozenset[int]
    quotes: Sequence[Quote]
    total: Decimal
    agreed: Decimal
    may_enter: bool
    hindrance: str
    line_titles = LINE_TITLES
    agreed_titles = AGREED_TITLES


def costs_of(order: RepairOrder) -> Costs:
    lines, quotes, reason = lines_of(order.id), quotes_of(order.id), entering_hindrance(order)
    last = quotes[0] if quotes else None
    return Costs(
        lines=lines,
        taken_back=frozenset(line.takes_back_id for line in lines if line.takes_back_id),
        quotes=quotes,
        total=sum((line.amount for line in lines), Decimal(0)),
        agreed=last.total if last and last.answer and last.answer.agreed else Decimal(0),
        may_enter=not reason and actor().may(Permission.repair_work),
        hindrance=reason,
    )
