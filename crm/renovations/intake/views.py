"""Applying for a renovation, from a customer's card, a unit, or by typing a room."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.permissions import Permission, requires
from crm.calls.entering import About, about
from crm.calls.places import homes_of, household_of, people_of
from crm.dates import business_day
from crm.errors import DomainError
from crm.properties.forms import estate_choices
from crm.properties.models import Unit
from crm.properties.queries import get_unit_called, visible_estates
from crm.renovations.cases import service
from crm.renovations.cases.models import ADDRESS, Renovation
from crm.renovations.cases.planning import groups_of, ids_ticked, offer_works, plan_of
from crm.renovations.intake.forms import ApplyForm
from crm.renovations.intake.known import DAYS, Known, known_of
from crm.web.forms import attempt, choices, form_page, offered

blueprint = Blueprint("renovation_intake", __name__, url_prefix="/renovations/new")
LOG = Permission.renovation_log


@blueprint.route("", methods=["GET", "POST"])
@requires(LOG)
def new() -> ResponseReturnValue:
    """`customer_id` or `unit_id` in the address say whose it is."""
    asked = _Asked()
    form = asked.form()
    if form.validate_on_submit() and (made := attempt(form, asked.apply, form)):
        flash(_("%(number)s is entered. Now the papers.", number=made.number))
        return redirect(ADDRESS.format(made.id))
    context = {"whom": asked.whom, "known": asked.known(form), "groups": groups_of(form.work_ids)}
    return form_page(form, _("Apply for a renovation"), asked.back, "renovations/intake/new.html", **context)


@blueprint.post("/known")
@requires(LOG)
def known() -> ResponseReturnValue:
    """The part below, asked for while it is ticked and typed."""
    asked = _Asked()
    form = asked.form()
    return render_template("renovations/intake/_known.html", form=form, known=asked.known(form))


class _Asked:
    """What the address says of it. 404 for what is outside the person's estates."""

    def __init__(self) -> None:
        self.whom: About = about(request.args)

    @property
    def back(self) -> str:
        return self.whom.back if self.whom.customer or self.whom.unit else url_for("renovations.index")

    def form(self) -> ApplyForm:
        form = ApplyForm(data=self._proposed())
        offer_works(form.work_ids)
        form.homes = homes_of(self.whom.customer.id) if self.whom.customer else []
        if not form.is_submitted() and not form.unit.data and len(form.homes) == 1:
            form.unit.data = form.homes[0]
        form.estate_id.choices = estate_choices([self.whom.estate] if self.whom.estate else visible_estates())
        if self.whom.estate:
            del form.estate_id
        form.customer.choices = self._people(form)
        return form

    def _proposed(self) -> dict[str, Any]:
        day, unit = business_day(), self.whom.unit
        return {
            "key": secrets.token_hex(12),
            "unit": unit.label if unit else "",
            "customer": str(self.whom.customer.id) if self.whom.customer else "",
            "estate_id": actor().estate_id,
            "starts_on": day,
            "ends_on": day + timedelta(days=DAYS - 1),
        }

    def _people(self, form: ApplyForm) -> Sequence[Any]:
        unit, whose = self.unit(form), self.whom.customer
        held = people_of(unit.id) if unit else {}
        if whose:
            held = {whose.id: whose.name, **held}
        titles = {str(key): name for key, name in held.items()}
        return choices(titles, empty=_("Whoever has the unit"))

    def unit(self, form: ApplyForm) -> Unit | None:
        """As far as it is typed; one that nobody knows yet is none."""
        try:
            return self._unit(form)
        except DomainError:
            return None

    def _unit(self, form: ApplyForm) -> Unit | None:
        estate_id = self.whom.estate.id if self.whom.estate else offered(form.estate_id)
        return get_unit_called(estate_id, form.unit.data) if estate_id and form.unit.data else None

    def customer_id(self, form: ApplyForm, unit: Unit | None) -> int | None:
        if chosen := offered(form.customer):
            return int(chosen)
        return household_of(unit.id) if unit else None

    def known(self, form: ApplyForm) -> Known:
        unit, work_ids = self.unit(form), ids_ticked(form.work_ids)
        return known_of(unit, self.customer_id(form, unit), work_ids, by_firm=bool(form.contractor.data))

    def apply(self, form: ApplyForm) -> Renovation:
        unit = self._unit(form)
        customer_id = self.customer_id(form, unit)
        if unit is None or customer_id is None:
            raise DomainError(_("Nobody is known in this unit: register the customer first."))
        plan = plan_of(form, customer_id)
        return service.apply(unit, customer_id, plan, key=form.key.data or None, besides=form.besides.data)
