"""One page for each step of a pass: its form, its verb, its permission from the table."""

from __future__ import annotations

from typing import Any

from crm.renovations.passes import queries, service
from crm.renovations.passes.forms import ExtendForm, LoseForm
from crm.renovations.passes.models import RenovationPass
from crm.renovations.passes.service import STEPS
from crm.renovations.passes.views.pages import address, blueprint
from crm.steps.forms import NotedForm, ReasonForm
from crm.steps.pages import Page, StepPages, said, with_said

PAGES: dict[str, Page] = {
    "extend": Page(ExtendForm, lambda found, form: service.extend(found, form.until.data, said(form))),
    "withdraw": Page(ReasonForm, with_said(service.withdraw)),
    "lose": Page(LoseForm, lambda found, form: service.lose(found, said(form), again=form.again.data)),
    "hand_in": Page(NotedForm, with_said(service.hand_in)),
}


class _Pages(StepPages[RenovationPass]):
    steps, kind, argument, pages = STEPS, "renovation_pass", "renovation_pass_id", PAGES

    def load(self, thing_id: int) -> RenovationPass:
        return queries.get_pass(thing_id)

    def back_to(self, thing: RenovationPass) -> str:
        return address(thing)

    def intro(self, thing: RenovationPass) -> str:
        return " · ".join((thing.number, thing.worker.name, thing.renovation.unit.label))

    def offer(self, form: Any, thing: RenovationPass, action: str) -> None:
        """Until the permit's last day, which is proposed; a card that was withdrawn is not made out anew."""
        if "until" in form and not form.is_submitted():
            form.until.data = thing.renovation.valid_to
        if "again" in form and not form.is_submitted():
            form.again.data = thing.state.value == "issued" and not service.hindrance(thing.renovation)


_Pages().add_to(blueprint)
