"""Whom and what a call is about: what the address says of it, what the form is prefilled with, what was entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.calls.forms import CallForm
from crm.calls.models import Direction
from crm.calls.queries import owners_of_number, units_of
from crm.calls.service import Said
from crm.dates import business_day
from crm.phones import mask_phone
from crm.properties.forms import estate_choices
from crm.properties.models import Estate, Unit
from crm.properties.queries import get_unit, get_unit_called, visible_estates
from crm.tenants.models import Customer, Phone
from crm.tenants.queries import get_customer
from crm.web.forms import choices

LONGEST = 60  # signs of a number as a soft-phone hands it over


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """As far as it is known before anybody types: `number` is the one at the other end, as it was handed over."""

    customer: Customer | None
    unit: Unit | None
    caller: str
    number: str
    phones: Sequence[Phone]  # the customer's
    units: Sequence[str]  # the labels of the customer's

    @property
    def estate(self) -> Estate | None:
        whose = self.customer or self.unit
        return whose.estate if whose else None

    @property
    def back(self) -> str:
        if self.customer:
            return url_for("tenants.customer", customer_id=self.customer.id)
        return url_for("tenants.unit", unit_id=self.unit.id) if self.unit else url_for("calls.index")

    @property
    def masked_phones(self) -> dict[str, str]:
        return {str(phone.id): mask_phone(phone.digits) for phone in self.phones}


def about(args: Mapping[str, str]) -> About:
    """404 for a customer or unit outside the person's estates."""
    customer_id, unit_id = _id(args.get("customer_id", "")), _id(args.get("unit_id", ""))
    customer = get_customer(customer_id, Customer.phones) if customer_id is not None else None
    number = args.get("phone", "").strip()[:LONGEST]
    return About(
        customer=customer,
        unit=get_unit(unit_id) if unit_id is not None else None,
        caller=_caller(customer, number) if customer else "",
        number=number,
        phones=[phone for phone in customer.phones if phone.lasts_on(business_day())] if customer else [],
        units=[label for label, _role in units_of([customer.id]).get(customer.id, [])] if customer else [],
    )


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _caller(customer: Customer, number: str) -> str:
    """The customer, or the member or emergency contact of the household whose number it is."""
    owners, _numbers = owners_of_number(number)
    return next((owner.by_way_of for owner in owners if owner.id == customer.id), "") or customer.name


def prefilled(whom: About) -> dict[str, Any]:
    """The number that calls is chosen where it stands in the file, else typed in; without one the file's first is."""
    _owners, numbers = owners_of_number(whom.number)
    held = next((phone for phone in whom.phones if phone.digits in numbers), None)
    first = whom.phones[0] if whom.phones and not whom.number else None
    known, unit = held or first, whom.unit.label if whom.unit else ""
    return {
        "caller": whom.caller,
        "phone_id": str(known.id) if known else "",
        "number": "" if held else whom.number,
        "unit": unit or (whom.units[0] if len(whom.units) == 1 else ""),
        "estate_id": actor().estate_id,
    }


def entered(whom: About, form: CallForm) -> tuple[int, Said, int | None]:
    """Estate, words and unit of the call. Raises `DomainError` when the estate has no such unit."""
    estate_id = whom.estate.id if whom.estate else form.estate_id.data
    unit = get_unit_called(estate_id, form.unit.data) if form.unit.data else None
    said = Said(
        direction=Direction(form.direction.data),
        digits=digits_of(whom, form),
        caller=form.caller.data or "",
        reason=form.reason.data,
        outcome=form.outcome.data,
        note=form.note.data or "",
    )
    return estate_id, said, unit.id if unit else None


def digits_of(whom: About, form: Any) -> str:
    """The number that was typed, else the one that was chosen of the file."""
    if form.number.data:
        return str(form.number.data)
    chosen = form.phone_id.data if "phone_id" in form else ""
    return next((phone.digits for phone in whom.phones if str(phone.id) == chosen), "")


def offer(form: Any, whom: About) -> list[Estate]:
    """Give the form's lists what can be chosen, and leave out what is known already; the estates it can be about."""
    estates = [whom.estate] if whom.estate else visible_estates()
    form.estate_id.choices = estate_choices(estates)
    form.phone_id.choices = choices(whom.masked_phones, empty=_("Another number"))
    if whom.estate:
        del form.estate_id
    if whom.phones:
        form.number.label.text = _("Another number")
    else:
        del form.phone_id
    return estates
