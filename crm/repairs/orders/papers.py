"""维修单: the job's sheet, for the worker's pocket, for the customer's signature, and for the dossier (P-14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import g, url_for
from flask_babel import force_locale

from crm.dates import business_day, utc_now
from crm.db import session
from crm.files import store
from crm.files.models import Upload
from crm.money import in_capitals
from crm.phones import mask_phone
from crm.repairs.categories.models import PRIORITY_TITLES, TRADES
from crm.repairs.orders import queries
from crm.repairs.orders.clocks import due_at
from crm.repairs.orders.figures import PROMISE_TITLES
from crm.repairs.orders.models import (
    AGREED_TITLES,
    CHANNEL_TITLES,
    LINE_TITLES,
    PAYER_TITLES,
    STATE_TITLES,
    PhotoStage,
    RepairOrder,
)
from crm.repairs.orders.terms import clocks_of, steps_of
from crm.web import pdf
from crm.web.drawing import inline
from crm.worktime.clocks import CLOCK_TITLES

PURPOSE = "dossier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the paper says. `clocks`: promise, due, kept when, in words; `signature`: the drawn one, as an address."""

    clocks: Sequence[tuple[Any, Any, Any, Any]]
    lines: Sequence[Any]
    cost: Decimal
    capitals: str
    quotes: Sequence[Any]
    visits: Sequence[Any]
    signature: str
    photos: int


def sheet_of(order: RepairOrder) -> Sheet:
    now, running = utc_now(), clocks_of(order, steps_of(order.id))
    photos = queries.photos_of(order.id)
    signed = [photo for photo in photos if photo.stage is PhotoStage.signature]
    lines = queries.lines_of(order.id)
    cost = sum((line.amount for line in lines), Decimal(0))
    return Sheet(
        clocks=[
            (PROMISE_TITLES[promise], due_at(running[promise]), running[promise].ended, _state(running[promise], now))
            for promise in running
        ],
        lines=lines,
        cost=cost,
        capitals=in_capitals(cost),
        quotes=queries.quotes_of(order.id),
        visits=queries.visits_of(order.id),
        signature=inline(store.read(session().get_one(Upload, signed[-1].upload_id))) if signed else "",
        photos=len(photos) - len(signed),
    )


def _state(clock: Any, now: Any) -> Any:
    return CLOCK_TITLES[clock.state(now)]


def pressed(order: RepairOrder) -> bytes:
    """Wants a request, for the address in its code."""
    return pdf.document(
        "repairs/order.html",
        sheet=sheet_of(order),
        order=order,
        estate=order.estate,
        number=mask_phone(order.digits) if order.digits else "",
        trade=TRADES.title_of(order.category.trade),
        titles=TITLES,
        code=pdf.qr(url_for("repairs.show", repair_id=order.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )


TITLES = {
    "priority": PRIORITY_TITLES,
    "payer": PAYER_TITLES,
    "channel": CHANNEL_TITLES,
    "state": STATE_TITLES,
    "line": LINE_TITLES,
    "agreed": AGREED_TITLES,
}


def keep_sheet(order: RepairOrder) -> Upload:
    """As it goes into the dossier: in Chinese, whoever files it."""
    whole = queries.get_order(order.id)
    with force_locale("zh_CN"):
        content = pressed(whole)
    return store.keep(content, f"{order.number}.pdf", purpose=PURPOSE, estate_id=order.estate_id)
