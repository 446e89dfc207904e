"""The steps of an estate, the usual ones and those of another estate."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arrears.dunning import queries, service, timeline
from crm.billing.arrears.dunning.forms import CopyForm
from crm.billing.arrears.dunning.models import STEP_KINDS, DunningStep
from crm.billing.arrears.dunning.rules import in_words
from crm.billing.arrears.dunning.views.pages import APPROVE, READ, blueprint, steps_address
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.properties.queries import get_estate, visible_estates
from crm.web.forms import attempt, choices, form_page, hindered


@blueprint.get("/steps/")
@requires(READ)
def index() -> ResponseReturnValue:
    """Of the estate chosen in the top bar, or of the first."""
    seen = [estate.id for estate in visible_estates()]
    if not seen:
        raise DomainError(_("You see no estate yet. Ask who keeps the accounts."))
    return redirect(steps_address(g.actor.estate_id if g.actor.estate_id in seen else seen[0]))


@blueprint.get("/steps/estates/<int:estate_id>")
@requires(READ)
def steps(estate_id: int) -> ResponseReturnValue:
    estate = get_estate(estate_id)
    return render_template(
        "billing/arrears/dunning/steps.html",
        estate=estate,
        tabs=[(each.name, steps_address(each.id), each.id == estate.id) for each in visible_estates()],
        steps=_told(queries.steps_of(estate.id)),
        retired=_told(queries.retired_of(estate.id)),
        kinds=STEP_KINDS,
        may_edit=g.actor.may(APPROVE),
        may_copy=g.actor.may(APPROVE) and bool(queries.estates_with_steps(estate.id)),
        events=timeline.happenings(estate.id),
    )


def _told(steps: Any) -> list[tuple[DunningStep, str]]:
    return [(step, in_words(step)) for step in steps]


@blueprint.post("/steps/estates/<int:estate_id>/usual")
@requires(APPROVE)
def usual(estate_id: int) -> ResponseReturnValue:
    estate = get_estate(estate_id)
    count = service.take_usual(estate)
    flash(_("%(count)s steps are laid. Look at each: the company and its counsel confirm them.", count=count))
    return redirect(steps_address(estate.id), 303)


@blueprint.route("/steps/estates/<int:estate_id>/copy", methods=["GET", "POST"])
@requires(APPROVE)
def copy(estate_id: int) -> ResponseReturnValue:
    estate, form = get_estate(estate_id), CopyForm()
    offered = queries.estates_with_steps(estate.id)
    form.source_id.choices = choices(offered)
    nobody = "" if offered else _("No other estate has steps yet.")
    free = not hindered(form, service.start_hindrance(estate.id) or nobody)
    if free and form.validate_on_submit() and (count := attempt(form, _copy, estate, form)):
        flash(_("%(count)s steps are copied. Look at each: they may differ here.", count=count))
        return redirect(steps_address(estate.id), 303)
    title = _("Copy the steps of another estate")
    return form_page(form, title, steps_address(estate.id), intro=estate.name, button=title)


def _copy(estate: Estate, form: Any) -> int:
    return service.copy_from(estate, get_estate(form.source_id.data))
