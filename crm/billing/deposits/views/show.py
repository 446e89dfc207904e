"""A deposit with all that became of it; its photographs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from crm.auth.permissions import requires
from crm.billing.cashier.models import ReceiptKind
from crm.billing.cashier.queries import find_receipt
from crm.billing.deposits import history, queries
from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.listings import REQUEST_TONES, STATE_TONES, what_is_asked
from crm.billing.deposits.models import (
    MOVEMENT_TITLES,
    REQUEST_TITLES,
    STATE_TITLES,
    Deposit,
    DepositMovement,
    MovementKind,
)
from crm.billing.deposits.offers import offers
from crm.billing.deposits.views.pages import READ, TAKE, blueprint
from crm.billing.ledger.models import METHOD_TITLES
from crm.files import store
from crm.money import in_capitals
from crm.web.download import attachment

SHOWN = ("application/pdf", "image/png", "image/jpeg")


@blueprint.get("/<int:deposit_id>")
@requires(READ)
def show(deposit_id: int) -> ResponseReturnValue:
    found = queries.get_deposit(deposit_id)
    state = queries.get_state(found.id)
    offered = offers(found)
    return render_template(
        "billing/deposits/show.html",
        deposit=found,
        kind=KINDS.title_of(found.kind),
        state=STATE_TITLES[state],
        tone=STATE_TONES[state],
        method=METHOD_TITLES[found.method],
        receipt=find_receipt(ReceiptKind.deposit, found.id),
        capitals=in_capitals(found.balance),
        possible=[offer for offer in offered if not offer.hindrance],
        hindered=[offer for offer in offered if offer.hindrance],
        events=history.happenings(found.id),
        **_movements(queries.movements_of(found.id)),
        **_requests(found),
    )


def _movements(rows: Sequence[DepositMovement]) -> dict[str, Any]:
    return {
        "movements": [(MOVEMENT_TITLES[row.kind], row) for row in rows],
        "undone": {row.reverses_id for row in rows},
        "methods": METHOD_TITLES,
        "moved": sum((row.amount for row in rows), 0),
        "may_take_back": g.actor.may(TAKE),
        "kept_by_us": (MovementKind.deduction, MovementKind.forfeiture),
    }


def _requests(deposit: Deposit) -> dict[str, Any]:
    rows = queries.requests_of(deposit.id)
    return {
        "requests": [(what_is_asked(row), REQUEST_TITLES[row.state], REQUEST_TONES[row.state], row) for row in rows]
    }


@blueprint.get("/photos/<int:deposit_photo_id>")
@requires(READ)
def photo(deposit_photo_id: int) -> ResponseReturnValue:
    upload = queries.get_photo(deposit_photo_id)
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in SHOWN)
