"""The worker's phone: one column, one thumb, one next step; what is done without a network is sent later."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.dates import business_day, utc_now
from crm.phones import mask_phone
from crm.repairs.categories.models import PRIORITY_TITLES
from crm.repairs.orders import queries, service
from crm.repairs.orders.forms import FinishForm, PhotoForm
from crm.repairs.orders.listings import PRIORITY_TONES
from crm.repairs.orders.models import (
    PAYER_TITLES,
    STAGE_TITLES,
    STATE_TITLES,
    STATE_TONES,
    WORKFLOW,
    OrderState,
    RepairOrder,
)
from crm.repairs.orders.photos import hindrance
from crm.repairs.orders.queries import place_of
from crm.repairs.orders.views.show import may_call
from crm.repairs.orders.wording import left_in_words, tone_of
from crm.repairs.work.queries import mine, to_take
from crm.web.offline import worker_of

blueprint = Blueprint("work", __name__, url_prefix="/repairs/my")
WORK = Permission.repair_work
S = OrderState
AHEAD = {  # one tap each, in their order: a phone without a network takes them one after the other
    S.dispatched: ("accept", "arrive", "start"),
    S.accepted: ("arrive", "start"),
    S.on_site: ("start",),
    S.consented: ("start",),
    S.waiting: ("resume",),
}
WORKS = ("start", "resume")


@blueprint.get("/")
@requires(WORK)
def today() -> ResponseReturnValue:
    now = utc_now()
    jobs, free = ([_shown(row, now) for row in rows] for rows in (mine(), to_take()))
    return render_template("repairs/work/today.html", jobs=jobs, free=free)


def _shown(row: Any, now: Any) -> dict[str, Any]:
    return {
        "row": row,
        "place": place_of(row),
        "state": STATE_TITLES[row.state],
        "state_tone": STATE_TONES[row.state],
        "priority": PRIORITY_TITLES[row.priority],
        "priority_tone": PRIORITY_TONES[row.priority],
        "left": left_in_words(row, now),
        "tone": tone_of(row, now),
        "key": secrets.token_hex(12),
    }


@blueprint.get("/<int:repair_id>")
@requires(WORK)
def job(repair_id: int) -> ResponseReturnValue:
    order, now = queries.get_order(repair_id), utc_now()
    offered = service.offered(order)
    number = queries.number_of(order, business_day())
    held = order.worker_id == g.actor.user_id and order.state in (*AHEAD, S.working)
    unpaid = bool(WORKFLOW["finish"].hindrance(order))
    ahead = [name for name in _ahead(order) if held and not (unpaid and name in WORKS)]
    finish, photo = FinishForm(formdata=None), PhotoForm(formdata=None)
    return render_template(
        "repairs/work/job.html",
        order=order,
        state=STATE_TITLES[order.state],
        state_tone=STATE_TONES[order.state],
        priority=PRIORITY_TITLES[order.priority],
        priority_tone=PRIORITY_TONES[order.priority],
        payer=PAYER_TITLES[order.payer],
        left=left_in_words(order, now),
        tone=tone_of(order, now),
        number=mask_phone(number) if number else "",
        offered=offered,
        ahead=[(name, WORKFLOW[name].title, secrets.token_hex(12)) for name in ahead],
        held=held,
        may_finish=held and not unpaid,
        finish=finish,
        finish_key=secrets.token_hex(12),
        photo=photo,
        photo_key=secrets.token_hex(12),
        photos=queries.photos_of(order.id),
        may_reveal=may_call(order),
        may_photograph=not hindrance(order),
        lines=queries.lines_of(order.id),
        cost=queries.cost_of(order.id),
        titles={"stage": STAGE_TITLES, "workflow": {name: step.title for name, step in WORKFLOW.items()}},
    )


def _ahead(order: RepairOrder) -> tuple[str, ...]:
    """Paused before anybody was there, a job goes on with the arrival."""
    paused_before = order.state is S.waiting and order.arrived_at is None
    return AHEAD[S.accepted] if paused_before else AHEAD.get(order.state, ())


@blueprint.get("/offline.js")
@requires(WORK)
def offline() -> ResponseReturnValue:
    """The script that keeps these pages on the phone; it may only look after the addresses below its own."""
    return worker_of(url_for(".today"))
