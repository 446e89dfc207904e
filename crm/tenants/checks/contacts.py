"""准确 and 有效: whether the customer, and in an emergency somebody else, is reached by the numbers. P-10, P-11."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers.checking import Measure, finding
from crm.phones import is_placeholder_phone, normalise_phone
from crm.tenants.checks.asking import check, is_here, of_customers, of_parts, tab
from crm.tenants.models import Customer, EmergencyContact, Member, Phone
from crm.tenants.quality.figures import verified_since
from crm.tenants.quality.settled import is_settled
from crm.tenants.queries import has_part, lasts_on

SURE = 7  # digits, of which four are shown
Own, Besides = aliased(Phone), aliased(EmergencyContact)


def _unverified(day: date) -> Select[*tuple[Any, ...]]:
    """Of none it was ever said that the customer was reached."""
    verified = _has_phone(day, Phone.verified_on.is_not(None))
    return of_customers(*finding()).where(is_settled(day), _has_phone(day), ~verified)


def _old(day: date) -> Select[*tuple[Any, ...]]:
    """Of one it was, and too long ago."""
    last = select(func.max(Own.verified_on)).where(Own.customer_id == Customer.id, lasts_on(Own, day))
    columns = finding(detail=cast(last.correlate(Customer).scalar_subquery(), String))
    verified = _has_phone(day, Phone.verified_on.is_not(None))
    lately = _has_phone(day, Phone.verified_on >= verified_since(day))
    return of_customers(*columns).where(is_here(day), verified, ~lately)


def _has_phone(day: date, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return has_part(Phone, lasts_on(Phone, day), *conditions)


def _phones(day: date) -> Select[*tuple[Any, ...]]:
    return _numbers(Phone, Phone.digits, masked(Phone.digits), day)


def _members(day: date) -> Select[*tuple[Any, ...]]:
    return _numbers(Member, Member.phone, Member.name, day).where(Member.phone != "")


def _emergency_contacts(day: date) -> Select[*tuple[Any, ...]]:
    return _numbers(EmergencyContact, EmergencyContact.phone, EmergencyContact.name, day)


def _numbers(part: Any, number: Any, detail: Any, day: date) -> Select[*tuple[Any, ...]]:
    columns = finding(key=cast(part.id, String), about_id=part.id, detail=detail)
    return of_parts(part, day, *columns, number.label("number"))


def masked(digits: Any) -> ColumnElement[str]:
    """The last digits, of a short number two."""
    length = func.length(digits)
    return literal("****") + func.substr(digits, case((length >= SURE, length - 3), else_=length - 1))


def _is_no_number(row: Any) -> bool:
    return row.number != normalise_phone(row.number) or is_placeholder_phone(row.number)


def _of_oneself(day: date) -> Select[*tuple[Any, ...]]:
    """Whoever is to be called has the customer's own number, and no other of them has one of their own."""
    columns = finding(key=cast(EmergencyContact.id, String), about_id=EmergencyContact.id, detail=EmergencyContact.name)
    another = has_part(Besides, lasts_on(Besides, day), ~_is_own(Besides.phone, day))
    return of_parts(EmergencyContact, day, *columns).where(_is_own(EmergencyContact.phone, day), ~another)


def _is_own(number: Any, day: date) -> ColumnElement[bool]:
    return has_part(Own, lasts_on(Own, day), Own.digits == number)


_asked = partial(check, measure=Measure.accurate, page=tab("contacts"))

CHECKS = (
    _asked(
        "phone_unverified",
        title=_l("Nobody ever reached the customer under the numbers of the file"),
        advice=_l("Call, and note that the number is right."),
        find=_unverified,
    ),
    _asked(
        "phone_malformed",
        title=_l("This is no telephone number"),
        advice=_l("Ask for the right number, add it, and end the wrong one."),
        find=_phones,
        sieve=_is_no_number,
    ),
    _asked(
        "member_phone_malformed",
        title=_l("A person of the file has a number that is none"),
        advice=_l("Ask for the right number, enter the person anew, and end the wrong entry."),
        find=_members,
        sieve=_is_no_number,
        page=tab("people"),
    ),
    _asked(
        "emergency_contact_malformed",
        title=_l("An emergency contact has a number that is none"),
        advice=_l("Ask for the right number, enter the contact anew, and end the wrong entry."),
        find=_emergency_contacts,
        sieve=_is_no_number,
    ),
    _asked(
        "emergency_contact_is_self",
        title=_l("In an emergency nobody but the customer is called"),
        advice=_l("Ask for somebody with another number, and add them."),
        find=_of_oneself,
    ),
    _asked(
        "contacts_old",
        title=_l("The numbers were verified too long ago"),
        advice=_l("Call, and note that the number is right."),
        measure=Measure.valid,
        find=_old,
    ),
)
