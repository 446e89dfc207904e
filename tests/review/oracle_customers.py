"""What is wrong with a customer's file: what it does not say, and numbers that cannot be right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidTag

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.db import session
from crm.identity import (
    Paper,
    birth_date,
    credit_code_fault,
    id_number_fault,
    is_placeholder_id,
    paper_fault,
    sex_of,
    tidy_number,
)
from crm.phones import is_placeholder_phone, normalise_phone
from crm.properties.models import Unit, UnitUse
from crm.secrecy import unseal
from crm.tenants.merging.models import PairDecision
from crm.tenants.models import Customer, CustomerKind, EmergencyContact, Member, MemberRole, Occupancy, Phone
from crm.tenants.models import OccupancyRole as Role
from crm.tenants.quality.figures import CLOSING_DAYS, COMPLETE_DAYS, verified_since
from tests.review.oracle_books import Books, rows
from tests.review.oracle_dossiers import Ask, lacking

NAMED = (Role.owner, Role.co_owner, Role.tenant)
SPEAKS = (Role.owner, Role.tenant, Role.user)
LIVED_IN = (UnitUse.home, UnitUse.shop, UnitUse.office, UnitUse.dormitory)


def _settled(books: Books, roles: tuple[Role, ...] = SPEAKS, uses: tuple[UnitUse, ...] = tuple(UnitUse)) -> bool:
    """Known, and with a unit, for long enough."""
    since = books.before(COMPLETE_DAYS.on(books.day))
    if books.customer.registered_on > since:
        return False
    old = [tie for tie in books.ties if tie.role in roles and (tie.starts is None or tie.starts <= since)]
    return any(session().get_one(Unit, tie.unit_id).use in uses for tie in old)


def _is_company(books: Books) -> bool:
    return books.customer.kind is CustomerKind.company


def document_missing(books: Books) -> Iterator[str]:
    return lacking(books) if _settled(books, (*NAMED, Role.user)) else iter(())


def emergency_contact_missing(books: Books) -> bool:
    return _settled(books, (*NAMED, Role.user), LIVED_IN) and not books.live(EmergencyContact)


def phone_missing(books: Books) -> bool:
    return _settled(books) and not books.live(Phone)


def company_facts_missing(books: Books) -> Iterator[str]:
    if _is_company(books) and _settled(books):
        for field in ("company_nature", "legal_representative", "headcount"):
            if getattr(books.customer, field) in ("", None):
                yield field


def id_missing(books: Books) -> bool:
    return not _is_company(books) and not books.customer.id_index and _settled(books, NAMED, LIVED_IN)


def credit_code_missing(books: Books) -> bool:
    return _is_company(books) and books.customer.credit_code == "" and _settled(books)


def unit_missing(books: Books) -> bool:
    long_known = books.customer.registered_on <= books.before(COMPLETE_DAYS.on(books.day))
    return long_known and not books.of_files(Occupancy)


def moved_out_open(books: Books) -> bool:
    ends = [tie.ends for tie in books.of_files(Occupancy)]
    return bool(ends) and all(end and end <= books.before(CLOSING_DAYS.on(books.day)) for end in ends)


# Numbers


def _number(books: Books) -> str | None:
    """ "" where nobody can read it any more."""
    sealed = books.customer.id_number
    if _is_company(books) or sealed is None or not books.is_here:
        return None
    try:
        return unseal(sealed)
    except InvalidTag:
        return ""


def id_digits_wrong(books: Books) -> bool:
    """Passports and permits of few digits have no check digit."""
    number = _number(books)
    if not number:
        return number == ""
    digits = tidy_number(number).removesuffix("X")
    foreigner = paper_fault(Paper.foreigner, number, books.day) == ""
    resident = digits.isdigit() and len(digits) >= 12 and not foreigner
    return is_placeholder_id(number) or (resident and bool(id_number_fault(number, books.day)))


def id_disagrees(books: Books) -> Iterator[str]:
    number, customer = _number(books), books.customer
    if number and not id_number_fault(number, books.day):
        if customer.sex is not None and customer.sex != sex_of(number):
            yield "sex"
        if customer.born is not None and customer.born != birth_date(number):
            yield "born"


def credit_code_digits_wrong(books: Books) -> bool:
    code = books.customer.credit_code
    return _is_company(books) and code != "" and books.is_here and bool(credit_code_fault(code))


def duplicate_id(books: Books) -> bool:
    return _has_twin(books.customer, "id_index")


def duplicate_credit_code(books: Books) -> bool:
    return _has_twin(books.customer, "credit_code")


def _has_twin(customer: Customer, number: str) -> bool:
    """With a living dossier of its own, of the same estate, and nobody said that they are two customers."""
    if not getattr(customer, number):
        return False
    same: dict[str, Any] = {number: getattr(customer, number), "estate_id": customer.estate_id}
    others = [other for other in rows(Customer, **same) if other.id != customer.id and other.merged_into_id is None]
    return any(_is_open(other) and not _are_two(customer, other) for other in others)


def _is_open(customer: Customer) -> bool:
    theirs = rows(Dossier, subject_kind="customer", subject_id=customer.id)
    return any(dossier.state is DossierState.open for dossier in theirs)


def _are_two(one: Customer, other: Customer) -> bool:
    """By what was decided last."""
    first, second = sorted((one.id, other.id))
    said = rows(PairDecision, one_id=first, other_id=second)
    return bool(said) and said[-1].apart


# Telephones


def _verified(books: Books) -> list[date]:
    return [phone.verified_on for phone in books.live(Phone) if phone.verified_on]


def phone_unverified(books: Books) -> bool:
    return _settled(books) and bool(books.live(Phone)) and not _verified(books)


def contacts_old(books: Books) -> bool:
    days = _verified(books)
    return books.is_here and bool(days) and max(days) < verified_since(books.day)


def _is_no_number(digits: str) -> bool:
    return digits != normalise_phone(digits) or is_placeholder_phone(digits)


def _malformed(books: Books, parts: list[Any], field: str) -> list[int]:
    return [part.id for part in parts if _is_no_number(getattr(part, field))] if books.is_here else []


def phone_malformed(books: Books) -> list[int]:
    return _malformed(books, books.live(Phone), "digits")


def member_phone_malformed(books: Books) -> list[int]:
    return _malformed(books, [member for member in books.live(Member) if member.phone], "phone")


def emergency_contact_malformed(books: Books) -> list[int]:
    return _malformed(books, books.live(EmergencyContact), "phone")


def emergency_contact_is_self(books: Books) -> list[int]:
    """Nobody of them has a number of their own."""
    own = {phone.digits for phone in books.live(Phone)}
    called = books.live(EmergencyContact)
    alone = books.is_here and all(contact.phone in own for contact in called)
    return [contact.id for contact in called] if alone else []


def legal_representative_disagrees(books: Books) -> bool:
    named = books.customer.legal_representative
    people = {member.name for member in books.live(Member) if member.role is MemberRole.legal_representative}
    return _is_company(books) and named != "" and books.is_here and bool(people) and named not in people


CUSTOMERS: dict[str, Ask] = {
    ask.__name__: ask
    for ask in (
        document_missing,
        emergency_contact_missing,
        phone_missing,
        company_facts_missing,
        id_missing,
        credit_code_missing,
        unit_missing,
        moved_out_open,
        id_digits_wrong,
        id_disagrees,
        credit_code_digits_wrong,
        duplicate_id,
        duplicate_credit_code,
        phone_unverified,
        contacts_old,
        phone_malformed,
        member_phone_malformed,
        emergency_contact_malformed,
        emergency_contact_is_self,
        legal_representative_disagrees,
    )
}
