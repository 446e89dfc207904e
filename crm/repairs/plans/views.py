"""Plans of maintenance: the list, what is due, a plan's own page, and keeping it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.lists import listing
from crm.properties.queries import get_equipment
from crm.repairs.categories.models import Place
from crm.repairs.categories.queries import problems
from crm.repairs.plans import listings, queries, service
from crm.repairs.plans.forms import JobForm, PlanForm
from crm.repairs.plans.present import jobs_in_words
from crm.repairs.plans.rhythm import Every
from crm.web.forms import attempt, choices, form_page, is_current

blueprint = Blueprint("maintenance", __name__, url_prefix="/repairs/plans")
P = Permission
JOBS_SHOWN = 50


@blueprint.get("/")
@requires(P.repair_read)
def index() -> ResponseReturnValue:
    new_url = url_for(".new") if g.actor.may(P.repair_keep) else None
    return listing.answer(listings.plans(business_day()), new_url=new_url, new_text=_("New plan"))


@blueprint.route("/due", methods=["GET", "POST"])
@requires(P.repair_read)
def due() -> ResponseReturnValue:
    return listing.answer(listings.due(business_day()))


@blueprint.get("/<int:maintenance_plan_id>")
@requires(P.repair_read)
def show(maintenance_plan_id: int) -> ResponseReturnValue:
    plan = queries.get_plan(maintenance_plan_id)
    row = queries.stand_of(plan.id)
    return render_template(
        "repairs/plans/show.html",
        plan=plan,
        row=row,
        standing=listings.standing(row, business_day()),
        how_often=listings.rhythm_in_words(plan.every, plan.unit),
        steps=plan.steps.splitlines(),
        jobs=jobs_in_words(queries.jobs_of(plan.id, JOBS_SHOWN)),
        form=JobForm(due_on=plan.next_due_on.isoformat()),
        not_now=service.not_now(plan, row.waiting_for),
        may_keep=g.actor.may(P.repair_keep),
        may_make=g.actor.may(P.repair_dispatch),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(P.repair_keep)
def new() -> ResponseReturnValue:
    """`equipment_id` in the address proposes the machine."""
    form = PlanForm(equipment_id=request.args.get("equipment_id", type=int))
    form.equipment_id.choices = choices(queries.machines())
    _offer_categories(form, None)
    if form.validate_on_submit():
        machine = get_equipment(form.equipment_id.data)
        if made := attempt(form, service.add_plan, machine, _values(form)):
            flash(_("The plan is made. Its next day is %(day)s.", day=made.next_due_on.isoformat()))
            return redirect(url_for(".show", maintenance_plan_id=made.id))
    return form_page(form, _("New plan"), url_for(".index"))


@blueprint.route("/<int:maintenance_plan_id>/edit", methods=["GET", "POST"])
@requires(P.repair_keep)
def edit(maintenance_plan_id: int) -> ResponseReturnValue:
    plan = queries.get_plan(maintenance_plan_id)
    form, back = PlanForm(obj=plan), url_for(".show", maintenance_plan_id=plan.id)
    del form.equipment_id
    _offer_categories(form, plan.category_id)
    if (
        form.validate_on_submit()
        and is_current(form, plan, timeline("maintenance_plan", plan.id))
        and attempt(form, service.change_plan, plan, _values(form))
    ):
        flash(_("Saved."))
        return redirect(back)
    return form_page(form, _("Change the plan"), back, intro=f"{plan.equipment.name} · {plan.title}")


@blueprint.post("/<int:maintenance_plan_id>/retire")
@requires(P.repair_keep)
def retire(maintenance_plan_id: int) -> ResponseReturnValue:
    plan = queries.get_plan(maintenance_plan_id)
    service.retire(plan)
    flash(_("No more jobs are made. Those that are there go on."))
    return redirect(url_for(".show", maintenance_plan_id=plan.id))


@blueprint.post("/<int:maintenance_plan_id>/restore")
@requires(P.repair_keep)
def restore(maintenance_plan_id: int) -> ResponseReturnValue:
    plan = queries.get_plan(maintenance_plan_id)
    service.restore(plan)
    flash(_("Jobs are made again. The next day is %(day)s.", day=plan.next_due_on.isoformat()))
    return redirect(url_for(".show", maintenance_plan_id=plan.id))


@blueprint.post("/<int:maintenance_plan_id>/job")
@requires(P.repair_dispatch)
def make_job(maintenance_plan_id: int) -> ResponseReturnValue:
    """Ahead of the clock; sent twice, it is one job."""
    plan, form = queries.get_plan(maintenance_plan_id), JobForm()
    order = service.make_next(plan, form.day)
    flash(_("Job %(number)s is made.", number=order.number))
    return redirect(url_for(".show", maintenance_plan_id=plan.id))


def _offer_categories(form: PlanForm, keep: int | None) -> None:
    form.category_id.choices = choices({each.id: each.full_name for each in problems(Place.equipment, keep)})


def _values(form: PlanForm) -> dict[str, Any]:
    besides = {"csrf_token", "version", "equipment_id"}
    given = {name: value for name, value in form.data.items() if name not in besides}
    return given | {"unit": Every(given["unit"])}
