"""One page for each step of a notice."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.correspondence.audience.chosen import restored
from crm.correspondence.audience.queries import preview
from crm.correspondence.notices import queries, service
from crm.correspondence.notices.forms import IssueForm
from crm.correspondence.notices.models import Notice
from crm.correspondence.notices.service import STEPS
from crm.correspondence.notices.views.pages import about, back_to, blueprint
from crm.dates import business_day
from crm.steps.forms import NotedForm, ReasonForm
from crm.steps.pages import Page, StepPages, said, with_said

PAGES = {
    "issue": Page(IssueForm, lambda notice, form: service.issue(notice, said(form), form.shown.data)),
    "end": Page(NotedForm, with_said(service.end)),
    "withdraw": Page(ReasonForm, with_said(service.withdraw)),
    "drop": Page(ReasonForm, with_said(service.drop)),
}


class _Pages(StepPages[Notice]):
    steps, kind, argument, pages = STEPS, "household_notice", "household_notice_id", PAGES

    def load(self, thing_id: int) -> Notice:
        return queries.get_notice(thing_id)

    def back_to(self, thing: Notice) -> str:
        return back_to(thing)

    def intro(self, thing: Notice) -> str:
        if thing.issued_at:
            return about(thing)
        found = preview(restored(thing.audience), business_day())
        count = _(
            "goes to %(count)s households, %(nobody)s units have nobody", count=found.households, nobody=found.nobody
        )
        return f"{about(thing)} · {count}"

    def offer(self, form: Any, thing: Notice, action: str) -> None:
        if action == "issue" and not form.is_submitted():
            form.shown.data = preview(restored(thing.audience), business_day()).households


_Pages().add_to(blueprint)
