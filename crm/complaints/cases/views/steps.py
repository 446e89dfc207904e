"""One page for each step of the workflow: its form, its verb, its permission from the table."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.auth.queries import departments, who_may_in
from crm.complaints.cases import forms, service
from crm.complaints.cases.models import About, Complaint, Outcome
from crm.complaints.cases.queries import find_called, get_case, named_of
from crm.complaints.cases.replying import whom_to_write
from crm.complaints.cases.service import Found, Judged
from crm.complaints.cases.service.ringing import handlers_of
from crm.complaints.cases.service.steps import STEPS
from crm.complaints.cases.views.pages import address, blueprint
from crm.complaints.categories.models import CAUSES, CONTRACTORS, Severity
from crm.complaints.categories.queries import choosable, get_category
from crm.errors import DomainError
from crm.steps.pages import Page, StepPages, said, with_said
from crm.web.forms import choices

JUDGED = ("category_id", "severity", "about", "about_department_id", "about_user_id", "contractor")


def _judged(form: Any) -> Judged:
    return Judged(
        category=get_category(form.category_id.data),
        severity=Severity(form.severity.data),
        about=About(form.about.data),
        about_department_id=form.about_department_id.data,
        about_user_id=form.about_user_id.data,
        contractor=form.contractor.data or "",
    )


def _classify(case: Complaint, form: Any) -> None:
    service.classify(case, _judged(form), form.handler_id.data, said(form))


def _reclassify(case: Complaint, form: Any) -> None:
    service.reclassify(case, _judged(form), said(form))


def _assign(case: Complaint, form: Any) -> None:
    service.assign(case, form.handler_id.data, said(form))


def _plan(case: Complaint, form: Any) -> None:
    service.plan(case, form.plan.data or "", said(form))


def _reply(case: Complaint, form: Any) -> None:
    as_letter = "as_letter" in form and bool(form.as_letter.data)
    service.reply(case, form.reply.data or "", said(form), as_letter=as_letter)


def _close(case: Complaint, form: Any) -> None:
    found = Found(cause=form.cause.data, words=form.cause_words.data or "", outcome=Outcome(form.outcome.data))
    service.close(case, found, said(form))


def _join(case: Complaint, form: Any) -> None:
    main = find_called(case.estate_id, form.number.data)
    if main is None:
        raise DomainError(_("There is no complaint %(number)s in this estate.", number=form.number.data))
    service.join(case, main, said(form))


def _withdraw(case: Complaint, form: Any) -> None:
    service.withdraw(case, said(form), for_all="for_all" in form and bool(form.for_all.data))


PAGES: dict[str, Page] = {
    "acknowledge": Page(forms.AcknowledgeForm, with_said(service.acknowledge)),
    "classify": Page(forms.ClassifyForm, _classify, shows=(*JUDGED, "handler_id")),
    "reclassify": Page(forms.ReclassifyForm, _reclassify, shows=JUDGED),
    "assign": Page(forms.AssignForm, _assign, shows=("handler_id",)),
    "investigate": Page(forms.NotedForm, with_said(service.investigate)),
    "plan": Page(forms.PlanForm, _plan, shows=("plan",)),
    "approve_plan": Page(forms.NotedForm, with_said(service.approve_plan), "complaints/plan.html"),
    "act": Page(forms.NotedForm, with_said(service.act), "complaints/plan.html"),
    "reply": Page(forms.ReplyForm, _reply),
    "contact": Page(forms.ContactForm, with_said(service.contact)),
    "reopen": Page(forms.ReasonForm, with_said(service.reopen)),
    "escalate": Page(forms.ReasonForm, with_said(service.escalate)),
    "close": Page(forms.CloseForm, _close, shows=("cause", "cause_words", "outcome")),
    "file": Page(forms.StepForm, lambda case, _form: service.file_again(case), "complaints/file.html"),
    "withdraw": Page(forms.WithdrawForm, _withdraw),
    "join": Page(forms.JoinForm, _join),
}


class _Pages(StepPages[Complaint]):
    steps, kind, argument, pages = STEPS, "complaint", "complaint_id", PAGES

    def load(self, thing_id: int) -> Complaint:
        return get_case(thing_id)

    def back_to(self, thing: Complaint) -> str:
        return address(thing)

    def intro(self, thing: Complaint) -> str:
        return " · ".join(filter(None, (thing.number, thing.place, thing.words[:80])))

    def offer(self, form: Any, thing: Complaint, action: str) -> None:
        if "handler_id" in form:
            able = handlers_of(thing, thing.level)
            empty = None if action == "assign" else _("Nobody yet")
            form.handler_id.choices = choices(able, empty=empty)
        if "category_id" in form:
            _offer_judgement(form, thing)
        if "as_letter" in form:
            _offer_letter(form, thing)
        if "for_all" in form:
            _offer_all(form, thing)
        if "cause" in form:
            form.cause.choices = choices(dict(CAUSES.choices(thing.cause)), empty=_("Please choose"))


def _offer_letter(form: Any, case: Complaint) -> None:
    """Where somebody can be written to."""
    caller = whom_to_write(case)
    if caller is None:
        del form.as_letter
    else:
        whom = caller.called
        form.as_letter.description = _("To %(name)s. It is printed and brought from the letter's page.", name=whom)


def _offer_all(form: Any, case: Complaint) -> None:
    """Where several complained, who they are."""
    named = named_of(case.id)
    if len(named) < 2:
        del form.for_all
    else:
        names = _(", ").join(each.called or _("Unknown caller") for each in named)
        form.for_all.description = _("These complained: %(names)s. Ask each of them first.", names=names)


def _offer_judgement(form: Any, case: Complaint) -> None:
    form.category_id.choices = choices({each.id: each.full_name for each in choosable(keep=case.category_id)})
    form.about_department_id.choices = choices(departments(), empty=_("No department of ours"))
    form.about_user_id.choices = choices(_people(case), empty=_("Nobody by name"))
    form.contractor.choices = choices(dict(CONTRACTORS.choices(case.contractor)), empty=_("No contractor"))


def _people(case: Complaint) -> dict[int, str]:
    """Everybody at work in the estate, and whoever it is about already."""
    found: dict[int, str] = {user.id: user.full_name for user in who_may_in(case.estate_id, Permission.signed_in)}
    if case.about_user:
        found.setdefault(case.about_user.id, case.about_user.full_name)
    return dict(sorted(found.items(), key=lambda each: each[1]))


_Pages().add_to(blueprint)
