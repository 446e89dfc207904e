"""The plan of a renovation's patrols, what is due, and who goes there."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.lists import listing
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import get_renovation
from crm.renovations.patrols import listings, queries, service
from crm.renovations.patrols.forms import PlanForm
from crm.renovations.patrols.service.planning import patrollers
from crm.renovations.patrols.views.pages import CHECK, PATROL, READ, blueprint, of_renovation
from crm.web.forms import attempt, choices, form_page, opened_on, stand_on


@blueprint.get("/due")
@requires(READ)
def due() -> ResponseReturnValue:
    return listing.answer(listings.due(business_day()))


@blueprint.route("/of/<int:renovation_id>/plan", methods=["GET", "POST"])
@requires(CHECK)
def plan(renovation_id: int) -> ResponseReturnValue:
    """How often, when next, by whom."""
    renovation, found = get_renovation(renovation_id), queries.get_plan(renovation_id)
    form: Any = PlanForm(obj=found)
    named = {user.id: user.full_name for user in patrollers(renovation.estate_id)}
    form.patroller_id.choices = choices(named, empty=_("Whoever walks there"))
    stand_on(form, found)
    if form.validate_on_submit() and opened_on(form, found) and attempt(form, _change, found, form):
        flash(_("Saved."))
        return redirect(of_renovation(renovation))
    told = f"{renovation.number} {renovation.unit.label}"
    return form_page(form, _("Plan of patrols"), of_renovation(renovation), intro=told)


def _change(found: Any, form: Any) -> None:
    service.change(found, form.every.data, form.patroller_id.data, form.next_on.data)


@blueprint.post("/of/<int:renovation_id>/take")
@requires(PATROL)
def take(renovation_id: int) -> ResponseReturnValue:
    renovation = get_renovation(renovation_id)
    service.take_over(queries.get_plan(renovation.id))
    return _back(renovation)


@blueprint.post("/of/<int:renovation_id>/leave")
@requires(PATROL)
def leave(renovation_id: int) -> ResponseReturnValue:
    renovation = get_renovation(renovation_id)
    service.give_up(queries.get_plan(renovation.id))
    return _back(renovation)


def _back(renovation: Renovation) -> ResponseReturnValue:
    """To the page that was asked from: the walk, or the renovation's."""
    on_foot = request.args.get("from") == "phone"
    return redirect(url_for(".my", until="all") if on_foot else of_renovation(renovation))
