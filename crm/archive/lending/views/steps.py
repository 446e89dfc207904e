"""One page for each step that is a form: its verb, its permission from the table."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.archive.lending import forms, service
from crm.archive.lending.models import LendingSlip
from crm.archive.lending.service import STEPS
from crm.archive.lending.views.pages import address, blueprint, load, told
from crm.steps.forms import ReasonForm, StepForm
from crm.steps.pages import Page, StepPages, said, with_said

PAGES: dict[str, Page] = {
    "change": Page(
        forms.ChangeForm,
        lambda slip, form: service.change(slip, form.wish, said(form)),
        shows=("form", "purpose", "reason", "due_on"),
    ),
    "submit": Page(StepForm, with_said(service.hand_in)),
    "hand_in": Page(StepForm, with_said(service.hand_in)),
    "approve": Page(forms.ApproveForm, with_said(service.approve)),
    "reject": Page(ReasonForm, with_said(service.reject)),
    "reshelve": Page(StepForm, with_said(service.reshelve)),
    "recall": Page(ReasonForm, with_said(service.recall)),
    "cancel": Page(ReasonForm, with_said(service.cancel)),
}


class _Pages(StepPages[LendingSlip]):
    steps, kind, argument, pages = STEPS, "lending_slip", "lending_slip_id", PAGES

    def load(self, thing_id: int) -> LendingSlip:
        return load(thing_id)

    def back_to(self, thing: LendingSlip) -> str:
        return address(thing)

    def intro(self, thing: LendingSlip) -> str:
        return told(thing)

    def intro_of(self, form: Any, thing: LendingSlip) -> str:
        """Putting back says where everything goes."""
        if type(form) is not StepForm or thing.state != "verified":
            return told(thing)
        ways = service.way_back(thing)
        places = [
            f"{back.dossier.code or back.dossier.title} → {back.place.path if back.place else '?'}" for back in ways
        ]
        return _("%(slip)s. Everything goes to: %(places)s.", slip=told(thing), places=_(", ").join(places))


_Pages().add_to(blueprint)
