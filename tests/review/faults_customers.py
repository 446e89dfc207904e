"""One fault of each kind in a customer's file, and what is like it and none: each gives the dossier's id.

Wants an application context, as ID numbers are sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from crm.dates import utc_now
from crm.identity import check_character
from crm.properties.models import Estate, UnitUse
from crm.tenants.facts import columns_of
from crm.tenants.merging.models import PairDecision
from crm.tenants.models import (
    Customer,
    EmergencyContact,
    FactField,
    Member,
    MemberRole,
    Occupancy,
    OccupancyRole,
    Phone,
    Sex,
)
from tests import factories as make
from tests.review.making import (
    File,
    before,
    change,
    clean_company,
    clean_customer,
    drop,
    kept,
    merge,
    new_mobile,
    new_unit,
    sound_credit_code,
    sound_id,
    tie,
)

Maker = Callable[[Estate], int]
NO_ID = {"id_number": None, "id_index": None, "id_masked": ""}
PARKING = {"use": UnitUse.parking, "building_id": None}


def clean(estate: Estate) -> int:
    return clean_customer(estate).dossier


def clean_firm(estate: Estate) -> int:
    return clean_company(estate).dossier


# Complete


def emergency_contact_missing(estate: Estate) -> int:
    return _without(clean_customer(estate), EmergencyContact)


def contact_of_a_merged_file(estate: Estate) -> int:
    """The telephone too."""
    file, other = clean_customer(estate), clean_customer(estate)
    _without(file, EmergencyContact, Phone)
    merge(file.customer, other, file.dossier)
    change(Occupancy, other.occupancy, ends=before(90))
    return file.dossier


def contact_ended(estate: Estate) -> int:
    file = clean_customer(estate)
    change(EmergencyContact, file.contact, ends=before(1))
    return file.dossier


def parking_alone(estate: Estate) -> int:
    """Rents a space: no card was asked for, and nobody is called."""
    role = OccupancyRole.tenant
    return _without(clean_customer(estate, role=role, unit=PARKING, **NO_ID), EmergencyContact)


def moved_in_yesterday(estate: Estate) -> int:
    file = clean_customer(estate, registered_on=before(1), phone={"verified_on": None}, **NO_ID)
    change(Occupancy, file.occupancy, starts=before(1))
    return _without(file, EmergencyContact)


def moved_in_later(estate: Estate) -> int:
    """Registered when buying, years before."""
    file = clean_customer(estate)
    change(Occupancy, file.occupancy, starts=before(1))
    return _without(file, EmergencyContact)


def child_with_a_file(estate: Estate) -> int:
    home = clean_customer(estate)
    child = clean_customer(estate, role=OccupancyRole.family, unit=home.unit, **NO_ID)
    return _without(child, EmergencyContact, Phone)


def phone_missing(estate: Estate) -> int:
    return _without(clean_customer(estate), Phone)


def _without(file: File, *parts: type[Phone] | type[EmergencyContact]) -> int:
    for part in parts:
        drop(part, file.phone if part is Phone else file.contact)
    return file.dossier


def company_facts_missing(estate: Estate) -> int:
    return clean_company(estate, headcount=None).dossier


def two_facts_missing(estate: Estate) -> int:
    return clean_company(estate, company_nature="", legal_representative="").dossier


def nobody_employed(estate: Estate) -> int:
    return clean_company(estate, headcount=0).dossier


def id_missing(estate: Estate) -> int:
    return clean_customer(estate, **NO_ID).dossier


def credit_code_missing(estate: Estate) -> int:
    return clean_company(estate, credit_code="").dossier


def unit_missing(estate: Estate) -> int:
    file = clean_customer(estate)
    drop(Occupancy, file.occupancy)
    return file.dossier


def moves_in_next_month(estate: Estate) -> int:
    file = clean_customer(estate)
    change(Occupancy, file.occupancy, starts=before(-30))
    return _without(file, Phone)


def area_missing(estate: Estate) -> int:
    return clean_customer(estate, unit={"built_area": None, "inner_area": None}).dossier


def moved_out_open(estate: Estate) -> int:
    file = clean_customer(estate, phone={"verified_on": None}, **NO_ID)
    change(Occupancy, file.occupancy, ends=before(45))
    return _without(file, EmergencyContact)


def moved_out_lately(estate: Estate) -> int:
    """With papers that have run out: nobody asks for new ones."""
    lease = {"valid_until": before(60)}
    file = clean_customer(estate, role=OccupancyRole.tenant, items={"lease": lease})
    change(Occupancy, file.occupancy, ends=before(10))
    return file.dossier


def moved_from_one_unit(estate: Estate) -> int:
    file = clean_customer(estate)
    tie(file.customer, new_unit(estate), starts=date(2019, 1, 1), ends=before(400))
    return file.dossier


# Numbers


def id_digits_wrong(estate: Estate) -> int:
    number = sound_id()
    return _with_id(estate, number[:-1] + ("1" if number[-1] != "1" else "2"))


def id_a_placeholder(estate: Estate) -> int:
    return _with_id(estate, "111111111111111111")


def passport(estate: Estate) -> int:
    return _with_id(estate, "E12345679")


def permit_of_digits(estate: Estate) -> int:
    return _with_id(estate, "02738495")


def foreigners_card(estate: Estate) -> int:
    return _with_id(estate, "91184019800102001" + check_character("91184019800102001"))


def _with_id(estate: Estate, number: str) -> int:
    return clean_customer(estate, **columns_of(FactField.id_number, number)).dossier


def id_disagrees(estate: Estate) -> int:
    return clean_customer(estate, born=date(1980, 1, 3)).dossier


def id_says_another_sex(estate: Estate) -> int:
    number = sound_id()
    other = Sex.female if int(number[16]) % 2 else Sex.male
    return clean_customer(estate, **columns_of(FactField.id_number, number), sex=other).dossier


def nothing_but_the_number(estate: Estate) -> int:
    return clean_customer(estate, born=None, sex=None).dossier


def credit_code_digits_wrong(estate: Estate) -> int:
    return clean_company(estate, credit_code="91620102MA0000001X").dossier


def duplicate_id(estate: Estate) -> int:
    return _twin(estate)[0].dossier


def twin_told_apart(estate: Estate) -> int:
    file, other = _twin(estate)
    _tell_apart(estate, file, other)
    return file.dossier


def twin_told_apart_from_another(estate: Estate) -> int:
    file, other = _twin(estate)
    _tell_apart(estate, other, clean_customer(estate))
    return file.dossier


def _tell_apart(estate: Estate, *files: File) -> None:
    one, two = sorted(file.customer for file in files)
    decided = {"apart": True, "decided_by": "周慧", "decided_at": utc_now()}
    kept(PairDecision(estate_id=estate.id, one_id=one, other_id=two, **decided))


def twin_merged(estate: Estate) -> int:
    file, other = _twin(estate)
    merge(file.customer, other, file.dossier)
    change(Occupancy, other.occupancy, ends=before(90))
    return file.dossier


def _twin(estate: Estate) -> tuple[File, File]:
    number = columns_of(FactField.id_number, sound_id())
    facts = {"sex": None} | number
    return clean_customer(estate, **facts), clean_customer(estate, **facts)


def duplicate_credit_code(estate: Estate) -> int:
    code = sound_credit_code()
    clean_company(estate, credit_code=code)
    return clean_company(estate, credit_code=code).dossier


# Telephones and whoever is called


def phone_unverified(estate: Estate) -> int:
    return clean_customer(estate, phone={"verified_on": None}).dossier


def one_of_two_verified(estate: Estate) -> int:
    file = clean_customer(estate)
    make.make_phone(Customer(id=file.customer), new_mobile())
    return file.dossier


def phone_malformed(estate: Estate) -> int:
    return clean_customer(estate, phone={"digits": "1390731"}).dossier


def phone_a_placeholder(estate: Estate) -> int:
    return clean_customer(estate, phone={"digits": "13800000000"}).dossier


def malformed_and_ended(estate: Estate) -> int:
    file = clean_customer(estate)
    make.make_phone(Customer(id=file.customer), "139", ends=before(3))
    return file.dossier


def landline(estate: Estate) -> int:
    return clean_customer(estate, phone={"digits": "09718123456"}).dossier


def member_phone_malformed(estate: Estate) -> int:
    return with_member(clean_customer(estate), phone="1380000")


def child_without_phone(estate: Estate) -> int:
    return with_member(clean_customer(estate), phone="")


def with_member(file: File, **given: object) -> int:
    kept(Member(**({"customer_id": file.customer, "name": "欧阳小雨", "role": MemberRole.child} | given)))
    return file.dossier


def emergency_contact_malformed(estate: Estate) -> int:
    file = clean_customer(estate)
    change(EmergencyContact, file.contact, phone="00000000000")
    return file.dossier


def emergency_contact_is_self(estate: Estate) -> int:
    return _calls_oneself(estate).dossier


def calls_oneself_and_another(estate: Estate) -> int:
    file = _calls_oneself(estate)
    kept(EmergencyContact(customer_id=file.customer, name="吴芳", relation="邻居", phone=new_mobile(), position=2))
    return file.dossier


def _calls_oneself(estate: Estate) -> File:
    number = new_mobile()
    file = clean_customer(estate, phone={"digits": number})
    change(EmergencyContact, file.contact, phone=number)
    return file


def contacts_old(estate: Estate) -> int:
    return clean_customer(estate, phone={"verified_on": before(800)}).dossier


FAULTS: dict[str, Maker] = {
    maker.__name__: maker
    for maker in (
        emergency_contact_missing,
        phone_missing,
        company_facts_missing,
        id_missing,
        credit_code_missing,
        unit_missing,
        area_missing,
        moved_out_open,
        id_digits_wrong,
        id_disagrees,
        credit_code_digits_wrong,
        duplicate_id,
        duplicate_credit_code,
        phone_unverified,
        phone_malformed,
        member_phone_malformed,
        emergency_contact_malformed,
        emergency_contact_is_self,
        contacts_old,
    )
}
MORE: tuple[tuple[str, Maker], ...] = (
    ("emergency_contact_missing", contact_ended),
    ("company_facts_missing", two_facts_missing),
    ("id_digits_wrong", id_a_placeholder),
    ("id_disagrees", id_says_another_sex),
    ("duplicate_id", twin_told_apart_from_another),
    ("phone_malformed", phone_a_placeholder),
)
INNOCENT: tuple[Maker, ...] = (
    clean,
    clean_firm,
    contact_of_a_merged_file,
    parking_alone,
    moved_in_yesterday,
    moved_in_later,
    child_with_a_file,
    nobody_employed,
    moves_in_next_month,
    moved_out_lately,
    moved_from_one_unit,
    passport,
    foreigners_card,
    permit_of_digits,
    nothing_but_the_number,
    twin_told_apart,
    twin_merged,
    one_of_two_verified,
    malformed_and_ended,
    landline,
    child_without_phone,
    calls_oneself_and_another,
)
