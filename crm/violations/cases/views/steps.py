"""One page for each step of the workflow: its form, its verb, its permission from the table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.photos import kept
from crm.billing.deposits.queries import get_deposit
from crm.billing.deposits.service import Line
from crm.calls.places import people_of
from crm.dates import business_day
from crm.steps.forms import ReasonForm, StepForm
from crm.steps.pages import Page, StepPages, said, with_said
from crm.tenants.queries import get_customer
from crm.violations.cases import forms, photos, queries, service
from crm.violations.cases.models import SETTLEMENT_TITLES, Settlement, Violation, ViolationPhotoStage
from crm.violations.cases.service import STEPS
from crm.violations.cases.views.pages import back_to, blueprint
from crm.violations.cases.wording import done_so_far
from crm.violations.types.queries import types
from crm.web.forms import choices
from crm.web.templating import money


def _change(violation: Violation, form: Any) -> None:
    names = "type_id found wording clause customer_id person".split()
    given = {name: form[name].data for name in names}
    given["person"] = given["person"] or ""
    service.change(violation, service.Corrected(**given), said(form))


def _demand(violation: Violation, form: Any) -> service.Demand:
    """A form that asks for no clause means the violation's."""
    clause = form["clause"].data if "clause" in form else violation.clause
    return service.Demand(wording=form.wording.data, clause=clause or "", due_on=form.due_on.data)


def _inspect(violation: Violation, form: Any) -> None:
    passed = "next_on" not in form
    words = form.words.data or (_("Put right") if passed else "")
    seen = service.Seen(passed=passed, words=words, next_on=None if passed else form.next_on.data)
    STEPS.hold_unchanged(violation)
    photos.keep_photos(violation, photos.chosen(form.photos), ViolationPhotoStage.inspected, form.key.data)
    service.inspect(violation, seen, said(form))  # last: once the step stands, its form counts as done


def _escalate(violation: Violation, form: Any) -> None:
    told = {name: form[name].data or "" for name in ("address", "doc_no")}
    service.escalate(
        violation, service.Authority(name=form.authority.data, **told), _demand(violation, form), said(form)
    )


def _deduct(violation: Violation, form: Any) -> None:
    deposit = get_deposit(form.deposit_id.data)
    added = kept(form.photos.data, violation.estate_id)
    shown = [photo.upload_id for photo in queries.photos_of(violation.id)] if form.with_photos.data else []
    lines = [
        Line(
            amount=line.amount.data,
            reason=f"{violation.number} {line.reason.data}",
            clause=line.clause.data or "",
            upload_ids=list(dict.fromkeys([*shown, *added])) if place == 0 else (),
        )
        for place, line in enumerate(form.used)
    ]
    service.deduct(violation, deposit, lines, said(form))


def _settle(violation: Violation, form: Any) -> None:
    service.settle(violation, Settlement(form.settlement.data), form.words.data, said(form))


PAGES: dict[str, Page] = {
    "change": Page(forms.ChangeForm, _change, shows=("type_id", "found", "wording", "clause", "customer_id", "person")),
    "serve": Page(
        forms.ServeForm,
        lambda violation, form: service.serve(violation, _demand(violation, form), said(form)),
        shows=("wording", "clause"),
    ),
    "extend": Page(forms.ExtendForm, lambda violation, form: service.extend(violation, form.due_on.data, said(form))),
    "passed": Page(forms.PassedForm, _inspect),
    "failed": Page(forms.FailedForm, _inspect),
    "stop": Page(forms.StopForm, lambda violation, form: service.stop(violation, _demand(violation, form), said(form))),
    "escalate": Page(forms.EscalateForm, _escalate),
    "deduct": Page(forms.DeductForm, _deduct, "violations/deduct.html"),
    "settle": Page(forms.SettleForm, _settle),
    "file": Page(StepForm, with_said(service.file)),
    "drop": Page(ReasonForm, with_said(service.drop)),
}


class _Pages(StepPages[Violation]):
    steps, kind, argument, pages = STEPS, "violation", "violation_id", PAGES

    def load(self, thing_id: int) -> Violation:
        return queries.get_violation(thing_id)

    def back_to(self, thing: Violation) -> str:
        return back_to(thing)

    def intro(self, thing: Violation) -> str:
        return " · ".join(filter(None, (thing.number, thing.place, thing.type.name, thing.found)))

    def offer(self, form: Any, thing: Violation, action: str) -> None:
        if "type_id" in form:
            form.type_id.choices = choices({each.id: each.full_name for each in types(keep=thing.type_id)})
            form.customer_id.choices = choices(_whose(thing), empty=_("No customer is known"))
        if "deposit_id" in form:
            form.deposit_id.choices = choices(_deposits(thing))
        if "settlement" in form:
            form.settlement.choices = choices(_settlements(thing))
        if not form.is_submitted():
            _propose(form, thing)


def _propose(form: Any, violation: Violation) -> None:
    """What is likely, to be changed: as the type says, from today."""
    day = business_day() + timedelta(days=max(violation.type.days, 1))
    for name in ("due_on", "next_on"):
        if name in form:
            form[name].data = day
    if "authority" in form:  # the finding itself stands on the paper above
        form.wording.data = done_so_far(violation, forms.LONGEST_WORDS)
    elif "wording" in form and not form.wording.data:
        form.wording.data = violation.wording
    if "lines" in form:
        first = form.lines[0].form
        first.amount.data = violation.type.amount or None
        first.reason.data, first.clause.data = violation.type.name, violation.clause


def _whose(violation: Violation) -> dict[int, str]:
    """Whoever has the unit, and who it is noted for now."""
    found = {}
    if violation.customer_id:
        found[violation.customer_id] = get_customer(violation.customer_id).name
    if violation.unit_id:
        found |= people_of(violation.unit_id)
    return found


def _deposits(violation: Violation) -> dict[int, str]:
    return {
        each.id: " · ".join(
            filter(
                None,
                (
                    str(KINDS.title_of(each.kind)),
                    each.code,
                    each.unit.label if each.unit else "",
                    _("%(sum)s yuan left", sum=money(each.balance)),
                ),
            )
        )
        for each in queries.deposits_to_deduct_from(violation)
    }


def _settlements(violation: Violation) -> dict[Settlement, Any]:
    """Those that are possible now."""
    return {
        each: title for each, title in SETTLEMENT_TITLES.items() if not service.settlement_hindrance(violation, each)
    }


_Pages().add_to(blueprint)
