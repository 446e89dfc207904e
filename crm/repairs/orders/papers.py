"""维修单: the job's sheet, for the worker's pocket, for the customer's signature, and for the dossier (P-14)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import g, render_template, url_for
from flask_babel import force_locale

from crm.dates import business_day, utc_now
from crm.db import session
from crm.files import store
from crm.files.models import StoredFile, Upload
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
    PRIORITY_REASONS,
    STATE_TITLES,
    PhotoStage,
    RepairOrder,
)
from crm.repairs.orders.terms import clocks_of, steps_of
from crm.web import pdf
from crm.worktime.clocks import CLOCK_TITLES

PURPOSE = "dossier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the paper says. `clocks`: promise, due, kept when, in words; `signature`: the drawn one, as an address."""

    order: RepairOrder
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
    cost = queries.cost_of(order.id)
    return Sheet(
        order=order,
        clocks=[
            (PROMISE_TITLES[promise], due_at(running[promise]), running[promise].ended, _state(running[promise], now))
            for promise in running
        ],
        lines=queries.lines_of(order.id),
        cost=cost,
        capitals=in_capitals(cost),
        quotes=queries.quotes_of(order.id),
        visits=queries.visits_of(order.id),
        signature=_drawn(signed[-1].upload_id) if signed else "",
        photos=len(photos) - len(signed),
    )


def _state(clock: Any, now: Any) -> Any:
    return CLOCK_TITLES[clock.state(now)]


def _drawn(upload_id: int) -> str:
    """The picture itself, since the press fetches nothing."""
    content = store.read(session().get_one(Upload, upload_id))
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def html(order: RepairOrder) -> str:
    """Wants a request, for the address in its code."""
    return render_template(
        "document/repairs/order.html",
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
    "why": PRIORITY_REASONS,
    "payer": PAYER_TITLES,
    "channel": CHANNEL_TITLES,
    "state": STATE_TITLES,
    "line": LINE_TITLES,
    "agreed": AGREED_TITLES,
}


def pressed(order: RepairOrder) -> bytes:
    return pdf.press(html(order))


def keep_sheet(order: RepairOrder) -> Upload:
    """As it goes into the dossier: in Chinese, whoever files it."""
    whole = queries.get_order(order.id)
    with force_locale("zh_CN"):
        content = pressed(whole)
    return store.keep(content, f"{order.number}.pdf", purpose=PURPOSE, estate_id=order.estate_id)


def media_type(upload: Upload) -> str:
    return session().get_one(StoredFile, upload.sha256).media_type
