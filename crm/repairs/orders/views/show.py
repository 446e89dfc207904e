"""The list of jobs, a job's own page, its pictures, its paper, and a number in full."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import Happening
from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.calls.forms import NumberForm
from crm.dates import business_day, utc_now
from crm.errors import NotEntitled
from crm.files import store
from crm.lists import listing
from crm.phones import mask_phone
from crm.repairs.categories.models import PRIORITY_TITLES, TRADES
from crm.repairs.orders import listings, papers, queries, service
from crm.repairs.orders.clocks import TAKEN_OVER, due_at
from crm.repairs.orders.costs import costs_of
from crm.repairs.orders.figures import PROMISE_TITLES
from crm.repairs.orders.forms import PhotoForm
from crm.repairs.orders.history import reason_in_words
from crm.repairs.orders.models import (
    CHANNEL_TITLES,
    OURS,
    PAYER_TITLES,
    PRIORITY_REASONS,
    STAGE_TITLES,
    STATE_TITLES,
    STATE_TONES,
    WORKFLOW,
    RepairOrder,
    RepairStep,
)
from crm.repairs.orders.photos import hindrance, keep_photo
from crm.repairs.orders.terms import clocks_of, steps_of
from crm.repairs.orders.views.pages import READ, back_to, blueprint
from crm.repairs.orders.wording import left_in_words, tone_of
from crm.tenants.queries import get_customer
from crm.web.download import attachment
from crm.web.forms import attempt
from crm.web.revealing import number_page
from crm.web.templating import moment
from crm.worktime.wording import clock_faces

TITLES = {
    "state": STATE_TITLES,
    "tone": STATE_TONES,
    "priority": PRIORITY_TITLES,
    "why": PRIORITY_REASONS,
    "payer": PAYER_TITLES,
    "channel": CHANNEL_TITLES,
    "stage": STAGE_TITLES,
}
MAIN = "triage assign grab accept arrive consent start resume finish confirm file".split()  # the first stands out
VISITS = ("satisfied", "unsatisfied", "unreached")  # on a page of their own


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    logs = g.actor.may(Permission.repair_log)
    new = url_for("intake.new") if logs else None
    return listing.answer(listings.jobs(utc_now()), new_url=new, new_text=_("Take a repair report"))


@blueprint.get("/<int:repair_id>")
@requires(READ)
def show(repair_id: int) -> ResponseReturnValue:
    return _page(queries.get_order(repair_id), PhotoForm())


def _page(order: RepairOrder, form: PhotoForm) -> ResponseReturnValue:
    now, steps = utc_now(), steps_of(order.id)
    number = queries.number_of(order, business_day())
    running = clocks_of(order, steps)
    offered = service.offered(order)
    page = render_template(
        "repairs/show.html",
        order=order,
        titles=TITLES,
        customer=get_customer(order.customer_id) if order.customer_id else None,
        number=mask_phone(number) if number else "",
        trade=TRADES.title_of(order.category.trade),
        clocks=clock_faces(running, PROMISE_TITLES, now, due_at),
        left=left_in_words(order, now),
        tone=tone_of(order, now),
        actions=[(name, WORKFLOW[name].title) for name in offered if name not in VISITS],
        main=next((name for name in MAIN if name in offered), ""),
        may_visit="satisfied" in offered,
        may_reveal=bool(number) and may_call(order),
        costs=costs_of(order),
        photos=queries.photos_of(order.id),
        may_photograph=not hindrance(order),
        visits=queries.visits_of(order.id),
        events=_told(steps),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


def may_call(order: RepairOrder) -> bool:
    """Whoever has the job may see whom to call while there is something to do, without a right to other numbers."""
    has_it = order.worker_id == g.actor.user_id and order.state in OURS
    return bool(g.actor.may(Permission.customer_reveal) or has_it)


def _told(steps: Any) -> list[Happening]:
    """The steps in words, the newest first."""
    return [Happening(at=step.taken_at, who=step.taken_by, title=_title(step), text=_words(step)) for step in steps][
        ::-1
    ]


def _title(step: RepairStep) -> str:
    if step.action in WORKFLOW:
        return str(WORKFLOW[step.action].title)
    return _("Taken over from another system") if step.action == TAKEN_OVER else _("Reported")


def _words(step: RepairStep) -> str:
    return " · ".join(filter(None, (reason_in_words(step.reason), _until(step), step.note)))


def _until(step: RepairStep) -> str:
    """What was agreed on, or when a pause was expected to end."""
    if step.until is None:
        return ""
    if step.action == "wait":
        return _("expected to go on at %(moment)s", moment=moment(step.until))
    return _("agreed for %(moment)s", moment=moment(step.until))


@blueprint.post("/<int:repair_id>/photos")
@requires(Permission.repair_read)
def add_photo(repair_id: int) -> ResponseReturnValue:
    order, form = queries.get_order(repair_id), PhotoForm()
    if reason := hindrance(order):
        raise NotEntitled(reason)
    if not form.validate():
        return _page(order, form)
    made = attempt(form, keep_photo, order, form.photo, form.stage.data, form.key.data or None)
    if form.form_errors:
        return _page(order, form)
    flash(_("The photo is kept.") if made is not True else _("Choose a photo first."), "success")
    return redirect(back_to(order))


@blueprint.get("/photos/<int:photo_id>")
@requires(READ)
def photo(photo_id: int) -> ResponseReturnValue:
    found = queries.get_photo(photo_id)
    content = store.read(found.upload)
    return attachment(content, found.upload.name, found.upload.stored.media_type, inline=True)


@blueprint.get("/<int:repair_id>/sheet.pdf")
@requires(READ)
def sheet(repair_id: int) -> ResponseReturnValue:
    order = queries.get_order(repair_id)
    return attachment(papers.pressed(order), f"{order.number}.pdf", "application/pdf", inline=True)


@blueprint.route("/<int:repair_id>/number", methods=["GET", "POST"])
@requires(Permission.repair_read)
@confirmed
def number(repair_id: int) -> ResponseReturnValue:
    """The number of whoever reported it, once, for a reason that is logged. GET only asks for the reason."""
    order, form = queries.get_order(repair_id), NumberForm()
    if not may_call(order):
        abort(403)
    digits = service.show_number(order, form.text) if form.validate_on_submit() else ""
    return number_page(form, digits, [(_("Repairs"), url_for(".index")), (order.number, back_to(order))])
