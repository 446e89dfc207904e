"""One step: adding, changing, taking out of use, and its letter with sample values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.billing.arrears.dunning import queries, service
from crm.billing.arrears.dunning.forms import RetireForm, StepForm
from crm.billing.arrears.dunning.models import STEP_KINDS, DunningStep, StepKind
from crm.billing.arrears.dunning.rules import in_words, rule_of
from crm.billing.arrears.dunning.sample import Sample, sample
from crm.billing.arrears.dunning.views.pages import APPROVE, READ, blueprint, steps_address
from crm.billing.arrears.dunning.wording import PLACEHOLDERS, to_begin_with
from crm.dates import business_day
from crm.errors import IllegalTransition
from crm.properties.models import Estate
from crm.properties.queries import get_estate
from crm.web.forms import attempt, form_page, hindered, is_current, opened_on, stand_on

STEP_PAGE = "billing/arrears/dunning/step.html"


@blueprint.route("/steps/estates/<int:estate_id>/new", methods=["GET", "POST"])
@requires(APPROVE)
def new_step(estate_id: int) -> ResponseReturnValue:
    estate = get_estate(estate_id)
    words = to_begin_with(StepKind.letter, again=queries.has_letter(estate.id))
    form = StepForm(data={"kind": "letter", "gap": 0, "pay_within": 15, **asdict(words)})
    if form.validate_on_submit() and not _looks() and attempt(form, service.add, estate, form.rule):
        flash(_("The step is laid."))
        return redirect(steps_address(estate.id), 303)
    return _page(form, _("Add a step"), estate)


@blueprint.route("/steps/<int:dunning_step_id>/edit", methods=["GET", "POST"])
@requires(APPROVE)
def edit_step(dunning_step_id: int) -> ResponseReturnValue:
    """A step that was used stays as it was; what it comes to mean is a step of its own."""
    found = queries.get_step(dunning_step_id)
    form = StepForm(obj=found)
    free = not hindered(form, _out_of_use(found))
    sent = free and form.validate_on_submit() and not _looks() and _is_current(form, found)
    if sent and attempt(form, service.change, found, form.rule):
        flash(_("The step is changed."))
        return redirect(steps_address(found.estate_id), 303)
    return _page(form, _("Change %(step)s", step=found.name), found.estate, used=queries.is_used(found))


def _is_current(form: Any, step: DunningStep) -> bool:
    return is_current(form, step, timeline("dunning_step", step.id))


def _out_of_use(step: DunningStep) -> str:
    return "" if step.active else _("This step is out of use.")


def _looks() -> bool:
    """Whether the letter is only to be looked at: nothing is saved."""
    return "look" in request.form


def _page(form: Any, title: str, estate: Estate, *, used: bool = False) -> ResponseReturnValue:
    letter = _letter(form, estate) if _looks() and not form.errors else None
    context = {"intro": estate.name, "placeholders": PLACEHOLDERS, "letter": letter, "used": used, "estate": estate}
    back = steps_address(estate.id)
    if letter:
        return render_template(STEP_PAGE, form=form, title=title, back=back, **context)
    return form_page(form, title, back, STEP_PAGE, **context)


def _letter(form: Any, estate: Estate) -> Sample | None:
    """What is typed as a letter, or above the form why it is none."""
    made = sample(form.rule, estate, business_day())
    if made is None:
        form.form_errors.append(_("Nothing is written at this step."))
    return made


@blueprint.get("/steps/<int:dunning_step_id>/letter")
@requires(READ)
def letter(dunning_step_id: int) -> ResponseReturnValue:
    found = queries.get_step(dunning_step_id)
    seen = sample(rule_of(found), found.estate, business_day())
    if seen is None:
        raise IllegalTransition(_("Nothing is written at this step."))
    return render_template("billing/arrears/dunning/letter.html", step=found, letter=seen, estate=found.estate)


@blueprint.route("/steps/<int:dunning_step_id>/retire", methods=["GET", "POST"])
@requires(APPROVE)
def retire_step(dunning_step_id: int) -> ResponseReturnValue:
    found, form = queries.get_step(dunning_step_id), RetireForm()
    stand_on(form, found)
    free = not hindered(form, _out_of_use(found))
    if free and form.validate_on_submit() and opened_on(form, found) and attempt(form, service.retire, found):
        flash(_("The step is out of use."))
        return redirect(steps_address(found.estate_id), 303)
    return form_page(
        form,
        _("Take %(step)s out of use", step=found.name),
        steps_address(found.estate_id),
        "billing/arrears/dunning/retire.html",
        intro=found.estate.name,
        facts=[(_("What is done"), STEP_KINDS[found.kind]), (_("When"), in_words(found))],
        button=_("Take it out of use"),
    )
