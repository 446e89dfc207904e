"""One page for each step of the workflow: its form, its verb, its permission from the table."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.errors import DomainError
from crm.repairs.categories.models import Priority
from crm.repairs.categories.queries import get_category, problems
from crm.repairs.orders import forms, service
from crm.repairs.orders.models import WORKFLOW, Payer, RepairOrder
from crm.repairs.orders.photos import keep_photo, keep_signature
from crm.repairs.orders.queries import find_called, get_order
from crm.repairs.orders.service import Said
from crm.repairs.orders.service.steps import hold
from crm.repairs.orders.views.pages import back_to, blueprint, from_phone
from crm.repairs.workers.queries import workers_of
from crm.web.forms import attempt, choices, form_page, hindered, is_current
from crm.worktime.clocks import PauseReason

Act = Callable[[RepairOrder, Any], Any]


@dataclass(frozen=True, slots=True)
class Page:
    """`act` carries out what the form says."""

    form: type[forms.StepForm]
    act: Act
    template: str = "_layout/form.html"


def _said(form: Any) -> Said:
    reason = form["reason"].data if "reason" in form else ""
    note = form["note"].data if "note" in form else ""
    return Said(reason=reason or "", note=note or "", key=form["key"].data or None, at=_moment(form["at"].data))


def _classify(order: RepairOrder, form: Any) -> None:
    category = get_category(form.category_id.data)
    said = Said(reason=form.note.data or "", key=form.key.data or None)
    service.classify(order, category, Priority(form.priority.data), Payer(form.payer.data), said)


def _wait(order: RepairOrder, form: Any) -> None:
    said = replace(_said(form), reason="", until=form.until.data)
    service.wait(order, PauseReason(form.reason.data), said)


def _duplicate(order: RepairOrder, form: Any) -> None:
    other = find_called(order.estate_id, form.number.data or "")
    if other is None:
        raise DomainError(_("There is no job %(number)s in this estate.", number=form.number.data))
    service.mark_duplicate(order, other, form.key.data or None)


def _appoint(order: RepairOrder, form: Any) -> None:
    service.appoint(order, form.wanted_from.data, form.ends, key=form.key.data or None)


def _contact(order: RepairOrder, form: Any) -> None:
    service.contact(order, form.note.data or "", form.key.data or None)


def _finish(order: RepairOrder, form: Any) -> None:
    """With the photo and the signature that the phone sends along; sent twice at once, it is finished once."""
    hold(order)
    if service.find_step(form.key.data):
        return
    signed = keep_signature(order, form.drawing.drawn, form.key.data)
    keep_photo(order, form.after, "after", form.key.data)
    service.finish(order, form.note.data or "", _said(form), signed=signed is not None)


def _moment(text: str | None) -> datetime | None:
    """As a phone writes it; None for anything else."""
    try:
        told = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return told if told.tzinfo else None


def _with(verb: Callable[[RepairOrder, Said], Any]) -> Act:
    return lambda order, form: verb(order, _said(form))


PAGES: dict[str, Page] = {
    "triage": Page(forms.NotedForm, _with(service.triage)),
    "classify": Page(forms.ClassifyForm, _classify),
    "assign": Page(forms.AssignForm, lambda order, form: service.assign(order, form.worker_id.data, _said(form))),
    "transfer": Page(forms.TransferForm, lambda order, form: service.transfer(order, form.worker_id.data, _said(form))),
    "grab": Page(forms.StepForm, _with(service.grab)),
    "accept": Page(forms.StepForm, _with(service.accept)),
    "arrive": Page(forms.StepForm, _with(service.arrive)),
    "start": Page(forms.StepForm, _with(service.start)),
    "wait": Page(forms.WaitForm, _wait),
    "resume": Page(forms.StepForm, _with(service.resume)),
    "finish": Page(forms.FinishForm, _finish, "repairs/finish.html"),
    "appoint": Page(forms.AppointForm, _appoint),
    "contact": Page(forms.ContactForm, _contact),
    "hand_back": Page(forms.ReasonForm, _with(service.hand_back)),
    "confirm": Page(forms.NotedForm, _with(service.confirm)),
    "redo": Page(forms.ReasonForm, _with(service.redo)),
    "cancel": Page(forms.ReasonForm, _with(service.cancel)),
    "duplicate": Page(forms.DuplicateForm, _duplicate),
}


def _view(action: str) -> Callable[[int], ResponseReturnValue]:
    page = PAGES[action]

    def view(repair_id: int) -> ResponseReturnValue:
        order = get_order(repair_id)
        form = page.form(obj=_now(order, action))
        _offer(form, order)
        if not _in_the_field(order, action):
            form["at"].data = ""  # only a phone may have been without a network
        back = back_to(order)
        if form.is_submitted() and service.is_repeat(order, form["key"].data, action):
            return redirect(back)
        if _sound(form, order, action) and attempt(form, page.act, order, form):
            flash(_("%(number)s: %(step)s.", number=order.number, step=WORKFLOW[action].title))
            return redirect(back)
        if form.is_submitted() and service.find_step(form["key"].data):  # sent twice at once: the other one did it
            return redirect(back)
        return form_page(form, str(WORKFLOW[action].title), back, page.template, intro=_intro(order), order=order)

    view.__name__ = action
    return view


def _sound(form: forms.StepForm, order: RepairOrder, action: str) -> bool:
    """Whether the form was sent whole, on the present state, for a step that is possible."""
    if hindered(form, service.hindrance(order, action)) or not form.validate_on_submit():
        return False
    if _in_the_field(order, action):  # it may have been without a network: the workflow alone decides
        return True
    return is_current(form, order, timeline("repair_order", order.id), fields=("priority", "payer", "category_id"))


def _in_the_field(order: RepairOrder, action: str) -> bool:
    """Whether whoever has the job, or takes it, is at it with a phone."""
    holds = action == "grab" or (action in service.BY_THE_HOLDER and order.worker_id == g.actor.user_id)
    return from_phone() and holds


class _Present:
    """What a form shows of the order: its own facts where it changes them, else nothing."""

    def __init__(self, order: RepairOrder, names: tuple[str, ...]) -> None:
        for name in names:
            setattr(self, name, getattr(order, name))


def _now(order: RepairOrder, action: str) -> _Present:
    shown = {"classify": ("category_id", "priority", "payer"), "appoint": ("wanted_from",)}
    return _Present(order, ("version", *shown.get(action, ())))


def _offer(form: Any, order: RepairOrder) -> None:
    if "worker_id" in form:
        form.worker_id.choices = choices(workers_of([order.estate_id]))
    if "category_id" in form:
        offered = {each.id: each.full_name for each in problems(keep=order.category_id)}
        form.category_id.choices = choices(offered)
    if not form["key"].data:
        form["key"].data = secrets.token_hex(12)


def _intro(order: RepairOrder) -> str:
    return " · ".join(filter(None, (order.number, order.place, order.problem)))


for name in PAGES:
    guarded = requires(WORKFLOW[name].permission)(_view(name))  # type: ignore[arg-type]
    blueprint.add_url_rule(f"/<int:repair_id>/{name}", name, guarded, methods=["GET", "POST"])
