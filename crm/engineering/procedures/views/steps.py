"""One page for each step of a version."""

from __future__ import annotations

from typing import Any

from crm.dates import business_day
from crm.engineering.procedures import forms, queries, service
from crm.engineering.procedures.models import ProcedureVersion
from crm.engineering.procedures.service import STEPS
from crm.engineering.procedures.views.pages import address, blueprint, propose_review, written
from crm.steps.forms import NotedForm, ReasonForm
from crm.steps.pages import Page, StepPages, said, with_said

PAGES: dict[str, Page] = {
    "change": Page(
        forms.ChangeForm,
        lambda version, form: service.change(version, written(form), said(form)),
        shows=("text", "changes", "review_by"),
    ),
    "hand_in": Page(NotedForm, with_said(service.hand_in)),
    "send_back": Page(ReasonForm, with_said(service.send_back)),
    "approve": Page(
        forms.ApproveForm, lambda version, form: service.approve(version, form.valid_from.data, said(form))
    ),
    "confirm": Page(forms.ConfirmForm, lambda version, form: service.confirm(version, form.review_by.data, said(form))),
    "withdraw": Page(ReasonForm, with_said(service.withdraw)),
    "drop": Page(ReasonForm, with_said(service.drop)),
}


class _Pages(StepPages[ProcedureVersion]):
    steps, kind, argument, pages = STEPS, "procedure_version", "procedure_version_id", PAGES

    def load(self, thing_id: int) -> ProcedureVersion:
        return queries.get_version(thing_id)

    def back_to(self, thing: ProcedureVersion) -> str:
        return address(thing.procedure_id)

    def intro(self, thing: ProcedureVersion) -> str:
        return f"{thing.number} {thing.procedure.title}"

    def offer(self, form: Any, thing: ProcedureVersion, action: str) -> None:
        if action == "confirm":
            propose_review(form)
        if action == "approve" and not form.is_submitted():
            form.valid_from.data = business_day()


_Pages().add_to(blueprint)
