"""One page for each step that somebody takes; those of bringing follow from the entries."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.auth.queries import departments
from crm.correspondence.letters import forms, queries, service
from crm.correspondence.letters.content import Written
from crm.correspondence.letters.models import Letter
from crm.correspondence.letters.service.steps import STEPS
from crm.correspondence.letters.views.pages import address, begun, blueprint, told
from crm.correspondence.wordings.models import WordingKind
from crm.correspondence.wordings.queries import in_use
from crm.steps.forms import NotedForm, ReasonForm, StepForm
from crm.steps.pages import Page, StepPages, said, with_said
from crm.web.forms import choices

OURS = ("handler_id", "department_id", "reply_due_on")
ANSWER = "answer"  # the kind of a letter that answers one


def _pass_on(letter: Letter, form: Any) -> None:
    service.pass_on(letter, form.handler_id.data, form.department_id.data, form.reply_due_on.data, said(form))


def _whose(letter: Letter, at: str = "") -> dict[str, Any]:
    """Whose the answer is, as `Written` has it."""
    return {
        "customer": letter.customer,
        "unit": letter.unit,
        "party": letter.party,
        "address": at or letter.address,
        "reply_to": letter,
    }


def _answer(letter: Letter, form: Any) -> Letter:
    whose = _whose(letter, form.address.data or "")
    written = Written(kind=ANSWER, subject=form.subject.data, body=form.body.data, **whose)
    return service.answer(letter, written, said(form))


PAGES = {
    "pass_on": Page(forms.PassOnForm, _pass_on, shows=OURS),
    "answer": Page(forms.AnswerForm, _answer, "letters/answer.html"),
    "note": Page(NotedForm, with_said(service.note)),
    "send": Page(NotedForm, with_said(service.send)),
    "file_unproved": Page(ReasonForm, with_said(service.file_unproved)),
    "file": Page(StepForm, with_said(service.file)),
    "void": Page(ReasonForm, with_said(service.void)),
}


class _Pages(StepPages[Letter]):
    steps, kind, argument, pages = STEPS, "letter", "letter_id", PAGES

    def load(self, thing_id: int) -> Letter:
        return queries.get_letter(thing_id)

    def back_to(self, thing: Letter) -> str:
        return address(thing)

    def intro(self, thing: Letter) -> str:
        return told(thing)

    def offer(self, form: Any, thing: Letter, action: str) -> None:
        if action == "pass_on":
            handlers = queries.handlers_in(thing.estate_id)
            if thing.handler and thing.handler.id not in handlers:
                handlers[thing.handler.id] = thing.handler.full_name
            form.handler_id.choices = choices(handlers, empty=_("No one yet"))
            form.department_id.choices = choices(departments(), empty=_("None yet"))
        if action == "answer":
            _begin(form, thing)


def _begin(form: Any, letter: Letter) -> None:
    """With the words that the address names; what is known stands in them already."""
    form.wordings = in_use(WordingKind.letter)
    if not form.is_submitted():
        for name, text in begun(letter.estate, **_whose(letter)).items():
            form[name].data = text


_Pages().add_to(blueprint)
