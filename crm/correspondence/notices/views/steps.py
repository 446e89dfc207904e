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


def _issue(notice: Notice, form: IssueForm) -> None:
    try:
        service.issue(notice, said(form), form.shown.data)
    except service.OthersNow as refusal:
        form.tell_anew(refusal.count)
        raise


PAGES = {
    "issue": Page(IssueForm, _issue),
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
        return about(thing)

    def intro_of(self, form: Any, thing: Notice) -> str:
        """With whom it would go to, where it is to be issued."""
        if not isinstance(form, IssueForm) or (found := form.preview) is None:
            return about(thing)
        count = _(
            "goes to %(count)s households, %(nobody)s units have nobody", count=found.households, nobody=found.nobody
        )
        return f"{about(thing)} · {count}"

    def offer(self, form: Any, thing: Notice, action: str) -> None:
        if action != "issue" or thing.issued_at:
            return
        form.preview = preview(restored(thing.audience), business_day())
        if not form.is_submitted():
            form.shown.data = form.preview.households


_Pages().add_to(blueprint)
