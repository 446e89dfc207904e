"""One page for each step of the workflow: its form, its verb, its permission from the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.errors import DomainError
from crm.repairs.categories.models import Priority
from crm.repairs.categories.queries import get_category, problems
from crm.repairs.orders import forms, service
from crm.repairs.orders.models import Payer, RepairOrder
from crm.repairs.orders.photos import keep_photo, keep_signature
from crm.repairs.orders.queries import find_called, get_order
from crm.repairs.orders.service import Said
from crm.repairs.orders.service.steps import STEPS, hold
from crm.repairs.orders.views.pages import back_to, blueprint, from_phone
from crm.repairs.workers.queries import workers_of
from crm.steps.forms import StepForm
from crm.steps.pages import Act, Page, StepPages, said
from crm.web.forms import choices
from crm.web.offline import moment_told
from crm.worktime.clocks import PauseReason


def _said(form: Any) -> Said:
    return replace(said(form), at=moment_told(form["at"].data))


def _classify(order: RepairOrder, form: Any) -> None:
    category = get_category(form.category_id.data)
    told = Said(reason=form.note.data or "", key=form.key.data or None)
    service.classify(order, category, Priority(form.priority.data), Payer(form.payer.data), told)


def _wait(order: RepairOrder, form: Any) -> None:
    told = replace(_said(form), reason="", until=form.until.data)
    service.wait(order, PauseReason(form.reason.data), told)


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


def _with(verb: Callable[[RepairOrder, Said], Any]) -> Act:
    return lambda order, form: verb(order, _said(form))


PAGES: dict[str, Page] = {
    "triage": Page(forms.NotedForm, _with(service.triage)),
    "classify": Page(forms.ClassifyForm, _classify, shows=("category_id", "priority", "payer")),
    "assign": Page(forms.AssignForm, lambda order, form: service.assign(order, form.worker_id.data, _said(form))),
    "transfer": Page(forms.TransferForm, lambda order, form: service.transfer(order, form.worker_id.data, _said(form))),
    "grab": Page(forms.StepForm, _with(service.grab)),
    "accept": Page(forms.StepForm, _with(service.accept)),
    "arrive": Page(forms.StepForm, _with(service.arrive)),
    "start": Page(forms.StepForm, _with(service.start)),
    "wait": Page(forms.WaitForm, _wait),
    "resume": Page(forms.StepForm, _with(service.resume)),
    "finish": Page(forms.FinishForm, _finish, "repairs/finish.html"),
    "appoint": Page(forms.AppointForm, _appoint, shows=("wanted_from",)),
    "contact": Page(forms.ContactForm, _contact),
    "hand_back": Page(forms.ReasonForm, _with(service.hand_back)),
    "confirm": Page(forms.NotedForm, _with(service.confirm)),
    "redo": Page(forms.ReasonForm, _with(service.redo)),
    "cancel": Page(forms.ReasonForm, _with(service.cancel)),
    "duplicate": Page(forms.DuplicateForm, _duplicate),
}


class _Pages(StepPages[RepairOrder]):
    steps, kind, argument, pages = STEPS, "repair_order", "repair_id", PAGES

    def load(self, thing_id: int) -> RepairOrder:
        return get_order(thing_id)

    def back_to(self, thing: RepairOrder) -> str:
        return back_to(thing)

    def intro(self, thing: RepairOrder) -> str:
        return " · ".join(filter(None, (thing.number, thing.place, thing.problem)))

    def offer(self, form: Any, thing: RepairOrder, action: str) -> None:
        if "worker_id" in form:
            form.worker_id.choices = choices(workers_of([thing.estate_id]))
        if "category_id" in form:
            offered = {each.id: each.full_name for each in problems(keep=thing.category_id)}
            form.category_id.choices = choices(offered)
        if not _in_the_field(thing, action):
            form["at"].data = ""  # only a phone may have been without a network

    def is_sound(self, form: StepForm, thing: RepairOrder, action: str) -> bool:
        """What a phone sends may have been without a network: the workflow alone decides."""
        return _in_the_field(thing, action) or super().is_sound(form, thing, action)


def _in_the_field(order: RepairOrder, action: str) -> bool:
    """Whether whoever has the job, or takes it, is at it with a phone."""
    holds = action == "grab" or (action in service.BY_THE_HOLDER and order.worker_id == g.actor.user_id)
    return from_phone() and holds


_Pages().add_to(blueprint)
