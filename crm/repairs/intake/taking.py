"""From the form to the order: whom and what it is about, and what becomes of the report."""

from __future__ import annotations

from typing import NoReturn

from flask_babel import gettext as _

from crm.calls.entering import About, digits_of
from crm.calls.places import Spot, customer_of
from crm.errors import DomainError
from crm.repairs.categories.models import RepairCategory
from crm.repairs.categories.queries import get_category
from crm.repairs.incidents.models import Incident
from crm.repairs.incidents.service import Calling, note_caller
from crm.repairs.intake.forms import ReportForm
from crm.repairs.intake.known import Known
from crm.repairs.orders import service
from crm.repairs.orders.models import Channel, RepairOrder
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.service import Reported


def category_of(form: ReportForm, known: Known) -> RepairCategory:
    """What was chosen, else the likeliest: the form is refused where there is neither."""
    return get_category(int(form.category_id.data)) if form.category_id.data else known.likely[0]


def take(whom: About, form: ReportForm, spot: Spot, known: Known) -> RepairOrder | Incident:
    """A job of its own, or what the report is noted with: the job of the same fault, or the incident."""
    if standing := service.find_reported(form.key.data):
        return standing
    kind, _dash, key = (form.attach.data or "").partition("-")
    if kind == "caller":
        incident = next((each for each in known.incidents if str(each.id) == key), None)
        return _called(whom, form, spot, incident) if incident else _gone()
    if kind == "again":
        same = next((each for each in known.under_way if str(each.id) == key), None)
        return _called_again(form, same.id) if same else _gone()
    return _own(whom, form, spot, known)


def _gone() -> NoReturn:
    raise DomainError(_("It is over by now: look at what is known, and choose anew."))


def _called(whom: About, form: ReportForm, spot: Spot, incident: Incident) -> Incident:
    customer_id = customer_of(whom, spot.unit)
    told = Calling(
        unit=spot.unit,
        customer_id=customer_id,
        name=form.caller.data or "",
        digits=digits_of(whom, form),
        wants_word=bool(customer_id or digits_of(whom, form)),
    )
    note_caller(incident, told)
    return incident


def _called_again(form: ReportForm, order_id: int) -> RepairOrder:
    order = get_order(order_id)
    if not service.is_repeat(order, form.key.data, "contact"):
        service.contact(order, _("Called again: %(problem)s", problem=form.problem.data), form.key.data or None)
    return order


def _own(whom: About, form: ReportForm, spot: Spot, known: Known) -> RepairOrder:
    """Raises `DomainError` where somebody must look at what is known first; an emergency waits for nothing."""
    category = category_of(form, known)
    if known.warns and not form.emergency.data and form.attach.data != "own" and form.seen.data != known.mark:
        raise DomainError(_("Something is known about this already: look below, then choose."))
    attach = form.attach.data or ""
    incident = next((each for each in known.incidents if f"joined-{each.id}" == attach), None)
    if attach.startswith("joined-") and incident is None:
        _gone()
    reported = Reported(
        category=category,
        problem=form.problem.data or "",
        emergency=bool(form.emergency.data),
        channel=Channel(form.channel.data),
        caller=form.caller.data or "",
        digits=digits_of(whom, form),
        spot=form.spot.data or "",
        unit=spot.unit,
        public_area=spot.area,
        equipment=spot.equipment,
        customer_id=customer_of(whom, spot.unit),
        incident=incident,
        wanted_from=form.wanted_from.data,
        wanted_until=form.wanted_until,
        key=form.key.data or None,
    )
    return service.register(spot.estate_id, reported)
