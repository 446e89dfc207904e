"""One page for each step of the workflow: its form, its verb, its permission from the table."""

from __future__ import annotations

from typing import Any

from crm.dates import business_day
from crm.renovations.cases import forms, planning, queries, service
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.service import STEPS
from crm.renovations.cases.views.pages import address, blueprint
from crm.steps.forms import NotedForm, ReasonForm, StepForm
from crm.steps.pages import Page, StepPages, said, with_said

PLAN = (
    "description area contractor contractor_licence contractor_lead contractor_phone contact contact_phone starts_on "
    "ends_on"
).split()


def _change(renovation: Renovation, form: Any) -> None:
    service.change(renovation, planning.plan_of(form, renovation.customer_id), said(form))


def _examine(renovation: Renovation, form: Any) -> None:
    service.examine(renovation, form.conditions.data or "", said(form))


def _sign(renovation: Renovation, form: Any) -> None:
    agreed = service.Agreed(on=form.agreed_on.data, deposit=form.deposit.data, reason=form.deposit_reason.data or "")
    service.sign(renovation, forms.files_of(form.files), agreed, said(form))


def _permit(renovation: Renovation, form: Any) -> None:
    wish = service.Permit(
        valid_from=form.valid_from.data, valid_to=form.valid_to.data, owed_reason=form.owed_reason.data or ""
    )
    service.permit(renovation, wish, said(form))


PAGES: dict[str, Page] = {
    "change": Page(forms.ChangeForm, _change, "renovations/change.html", shows=tuple(PLAN)),
    "complete": Page(NotedForm, with_said(service.complete)),
    "examine": Page(forms.ExamineForm, _examine),
    "give_back": Page(ReasonForm, with_said(service.give_back)),
    "refuse": Page(ReasonForm, with_said(service.refuse)),
    "sign": Page(forms.SignForm, _sign),
    "permit": Page(forms.PermitForm, _permit, "renovations/permit.html"),
    "begin": Page(forms.BeginForm, lambda renovation, form: service.begin(renovation, form.day.data, said(form))),
    "extend": Page(
        forms.ExtendForm, lambda renovation, form: service.ask_extension(renovation, form.until.data, said(form))
    ),
    "stop": Page(ReasonForm, with_said(service.stop)),
    "resume": Page(NotedForm, with_said(service.resume)),
    "withdraw": Page(ReasonForm, with_said(service.withdraw)),
}


class _Pages(StepPages[Renovation]):
    steps, kind, argument, pages = STEPS, "renovation", "renovation_id", PAGES

    def load(self, thing_id: int) -> Renovation:
        return queries.get_renovation(thing_id)

    def back_to(self, thing: Renovation) -> str:
        return address(thing)

    def intro(self, thing: Renovation) -> str:
        return " · ".join((thing.number, thing.unit.label, thing.description))

    def offer(self, form: Any, thing: Renovation, action: str) -> None:
        if action == "change":
            ids = [work.id for work in thing.works]
            planning.offer_works(form.work_ids, ids)
            if not form.is_submitted():
                form.work_ids.data = ids
            form.groups = planning.groups_of(form.work_ids)
        elif not form.is_submitted():
            _propose(form, thing, action)


def _propose(form: StepForm, renovation: Renovation, action: str) -> None:
    """What is likely, to be changed."""
    day = business_day()
    if action == "sign":
        form["agreed_on"].data, form["deposit"].data = day, renovation.deposit_asked
    elif action == "permit":
        first = max(day, renovation.starts_on)
        form["valid_from"].data, form["valid_to"].data = first, service.last_day(first)
    elif action == "begin":
        form["day"].data = day
    elif action == "extend" and renovation.valid_to:
        form["until"].data = service.last_day(renovation.valid_to)


_Pages().add_to(blueprint)
