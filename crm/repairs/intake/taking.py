"""From the form to the order: whom and what it is about, and what becomes of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from flask_babel import gettext as _

from crm.calls.entering import About
from crm.dates import business_day
from crm.errors import DomainError
from crm.properties.models import Equipment, PublicArea, Unit
from crm.properties.queries import get_equipment, get_public_area, get_unit_called
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
from crm.tenants.models import OccupancyRole
from crm.tenants.queries import occupancies_of_unit

RANKS = (OccupancyRole.tenant, OccupancyRole.user, OccupancyRole.owner, OccupancyRole.co_owner, OccupancyRole.family)

LONGEST_ID = 10  # digits from which on it is none of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where it is, as the form says it."""

    estate_id: int
    unit: Unit | None = None
    area: PublicArea | None = None
    equipment: Equipment | None = None


def spot_of(whom: About, form: ReportForm) -> Spot:
    """Raises `DomainError` when the estate has no such unit."""
    kind, _dash, key = str(offered(form.thing) or "").partition("-")
    area = get_public_area(int(key)) if kind == "area" else None
    equipment = get_equipment(int(key)) if kind == "equipment" else None
    estate_id = _estate_of(whom, form, area or equipment)
    unit = get_unit_called(estate_id, form.unit.data) if form.unit.data else None
    return Spot(estate_id=estate_id, unit=unit, area=area, equipment=equipment)


def _estate_of(whom: About, form: ReportForm, thing: PublicArea | Equipment | None) -> int:
    """A thing lies where it lies, whichever estate was chosen beside it. 0: none was chosen."""
    if whom.estate:
        return whom.estate.id
    chosen: int = thing.estate_id if thing else offered(form.estate_id) or 0
    return chosen


def offered(field: Any) -> Any:
    """What was chosen of what the form offers, None for anything else: parts of the page ask before it is checked."""
    return field.data if field.data in {field.coerce(choice.value) for choice in field.iter_choices()} else None


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
    customer_id = customer_of(whom, spot)
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
        customer_id=customer_of(whom, spot),
        incident=incident,
        wanted_from=form.wanted_from.data,
        wanted_until=form.wanted_until,
        key=form.key.data or None,
    )
    return service.register(spot.estate_id, reported)


def customer_of(whom: About, spot: Spot) -> int | None:
    """The customer whose card it was; where only the unit was named, whoever lives in it, else its first owner."""
    if whom.customer:
        return whom.customer.id
    if spot.unit is None:
        return None
    day = business_day()
    there = [each for each in occupancies_of_unit(spot.unit.id) if each.lasts_on(day)]
    ranked = sorted(there, key=lambda each: (RANKS.index(each.role), each.id))
    return ranked[0].customer.id if ranked else None


def digits_of(whom: About, form: Any) -> str:
    if form.number.data:
        return str(form.number.data)
    chosen = form.phone_id.data if "phone_id" in form else ""
    return next((phone.digits for phone in whom.phones if str(phone.id) == chosen), "")
