"""Taking a repair report: one short form, and what is known of the place while it is typed."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.permissions import Permission, requires
from crm.calls.entering import About, about, offer, prefilled
from crm.calls.places import Spot, homes_of, spot_of, thing_named, things_of
from crm.errors import DomainError
from crm.repairs.categories.models import PLACE_TITLES
from crm.repairs.categories.queries import get_category, problems
from crm.repairs.incidents.models import Incident
from crm.repairs.intake import taking
from crm.repairs.intake.forms import ReportForm
from crm.repairs.intake.known import Known, known_of, offered_at
from crm.repairs.orders.models import PAYER_TITLES, RepairOrder
from crm.web.forms import attempt, choices, form_page, offered

blueprint = Blueprint("intake", __name__, url_prefix="/repairs/new")
LOG = Permission.repair_log


@blueprint.route("", methods=["GET", "POST"])
@requires(LOG)
def new() -> ResponseReturnValue:
    """`customer_id`, `unit_id`, `phone`, `equipment_id` and `public_area_id` in the address say what it is about."""
    whom = about(request.args)
    form = _form(whom)
    spot, known = _known(whom, form)
    form.likely = known.likely
    if form.validate_on_submit() and (made := attempt(form, _take, whom, form, spot, known)):
        return redirect(_told(made))
    context = {"whom": whom, "known": known, "payers": PAYER_TITLES}
    return form_page(form, _("Take a repair report"), _back(whom), "repairs/intake/new.html", **context)


@blueprint.post("/known")
@requires(LOG)
def known() -> ResponseReturnValue:
    """The part below the words, asked for while they are typed."""
    whom = about(request.args)
    form = _form(whom)
    _spot, found = _known(whom, form)
    return render_template("repairs/intake/_known.html", form=form, known=found, payers=PAYER_TITLES)


def _take(whom: About, form: ReportForm, spot: Spot | None, known: Known) -> RepairOrder | Incident:
    return taking.take(whom, form, spot or spot_of(whom, form), known)


def _told(made: RepairOrder | Incident) -> str:
    if isinstance(made, Incident):
        flash(_("The caller is noted. Read out the text."))
        return url_for("incidents.show", incident_id=made.id)
    flash(_("%(number)s is entered. Tell the caller its number.", number=made.number))
    return url_for("repairs.show", repair_id=made.id)


def _back(whom: About) -> str:
    return whom.back if whom.customer or whom.unit else url_for("repairs.index")


def _form(whom: About) -> ReportForm:
    known, homes = prefilled(whom), homes_of(whom.customer.id) if whom.customer else []
    if whom.unit is None and len(homes) == 1:
        known["unit"] = homes[0]
    form = ReportForm(data={**known, "thing": thing_named(request.args), "key": secrets.token_hex(12)})
    form.homes = homes
    estates = offer(form, whom)
    form.thing.choices = choices(things_of([estate.id for estate in estates]), empty=_("None: it is in a unit"))
    form.category_id.choices = choices(_tree(whom, form), empty=_("As the words say"))
    return form


def _tree(whom: About, form: Any) -> dict[str, str]:
    tree = offered_at(whom.unit or None, offered(form.thing) or "", problems())
    return {str(each.id): f"{PLACE_TITLES[each.place]} · {each.full_name}" for each in tree}


def _known(whom: About, form: ReportForm) -> tuple[Spot | None, Known]:
    """What is known as far as it is typed; a unit that nobody knows yet is none."""
    try:
        spot = spot_of(whom, form)
    except DomainError:
        spot = None
    unit = spot.unit if spot else whom.unit
    chosen = offered(form.category_id)
    category = get_category(int(chosen)) if chosen else None
    estate_id = spot.estate_id if spot else (whom.estate.id if whom.estate else actor().estate_id or 0)
    tree = offered_at(unit, offered(form.thing) or "", problems())
    return spot, known_of(estate_id, unit, category, form.problem.data or "", tree)
