"""What is told of a case that is under way: one more caller of it, or the same one again. Whatever was typed stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from crm.complaints.cases import service
from crm.complaints.cases.models import CHANNEL_TITLES, Channel, Complaint, ComplaintState
from crm.complaints.cases.promised import promised_in_words
from crm.complaints.cases.service import Caller, Judged
from crm.complaints.cases.service.steps import STEPS, Said
from crm.complaints.categories.models import Severity
from crm.complaints.intake.forms import CallerForm, ComplaintForm
from crm.errors import DomainError

IN_WORDS = ("hotline_number", "wish", "spot", "about_user_id", "neighbour")  # a case under way has its own


def note_caller(case: Complaint, caller: Caller, form: CallerForm) -> None:
    """One more who complains of the same; sent twice, once."""
    service.note_caller(case, replace(caller, words=_words(form)))
    _follow(case, form)


def call_again(case: Complaint, form: ComplaintForm) -> None:
    """A caller of the case who complains of it once more; sent twice, once."""
    how = "" if form.channel.data == Channel.phone else str(CHANNEL_TITLES[Channel(form.channel.data)])
    words = " · ".join(filter(None, (_words(form), how)))
    said = Said(note=_("Called again: %(problem)s", problem=words), key=form.key.data or None)
    if not STEPS.is_repeat(case, said.key, "contact"):
        service.contact(case, said)
        _follow(case, form)


def _words(form: CallerForm) -> str:
    """What was said, with everything typed that nothing but a case of its own has a place for."""
    return " · ".join(filter(None, (form.words.data, *_further(form))))


def _further(form: CallerForm) -> Iterator[str]:
    for field in (form[name] for name in IN_WORDS if name in form):
        titles = {value: title for value, title, *_rest in getattr(field, "choices", ())}
        if field.data:
            yield f"{field.label.text}{_(': ')}{titles.get(field.data, field.data)}"


def _follow(case: Complaint, form: CallerForm) -> None:
    service.answer_under(case, form.hotline_number.data or "")
    _make_urgent(case, form)
    if isinstance(form, ComplaintForm):
        _answer(case, form)


def _make_urgent(case: Complaint, form: CallerForm) -> None:
    """As a case of its own would be. Raises `DomainError` where the acting person cannot classify it now."""
    urgent = form.channel.data == Channel.hotline or (isinstance(form, ComplaintForm) and form.urgent.data)
    if not urgent or case.severity is Severity.urgent:
        return
    if "reclassify" not in STEPS.offered(case):
        raise DomainError(
            _(
                "%(number)s is not urgent, and you cannot make it so now: take this one as a case of its own.",
                number=case.number,
            )
        )
    service.reclassify(case, _judged_urgent(case), Said(note=form.words.data or ""))


def _judged_urgent(case: Complaint) -> Judged:
    same: dict[str, Any] = {
        name: getattr(case, name)
        for name in ("category", "about", "about_department_id", "about_user_id", "contractor")
    }
    return Judged(severity=Severity.urgent, **same)


def _answer(case: Complaint, form: ComplaintForm) -> None:
    """The first answer where it is still to come, else a word in between; sent twice, once."""
    key = f"{form.key.data}-answer" if form.key.data else None
    if STEPS.is_repeat(case, key):
        return
    if form.answered.data and case.state is ComplaintState.received:
        told = form.answer.data or promised_in_words(case, answered=True)
        service.acknowledge(case, Said(note=told, key=key))
    elif form.answer.data:
        service.contact(case, Said(note=_("Told the caller: %(words)s", words=form.answer.data), key=key))
