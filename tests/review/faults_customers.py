"""One fault of each kind in a customer's file, and what is like it and none: each gives the dossier's id.

Wants an application context, as ID numbers are sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from crm.archive.dossiers.models.records import AskState
from crm.dates import utc_now
from crm.properties.models import Estate, UnitStatus, UnitUse
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
    Vehicle,
)
from tests import factories as make
from tests.review.faults_dossiers import item_called
from tests.review.making import (
    File,
    before,
    change,
    clean_company,
    clean_customer,
    drop,
    file_item,
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
    return _with_member(clean_customer(estate), phone="1380000")


def child_without_phone(estate: Estate) -> int:
    return _with_member(clean_customer(estate), phone="")


def _with_member(file: File, **given: object) -> int:
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


# Units


def occupancies_overlap(estate: Estate) -> int:
    file = clean_customer(estate)
    clean_customer(estate, unit=file.unit)
    return file.dossier


def entered_twice(estate: Estate) -> int:
    file = clean_customer(estate)
    tie(file.customer, file.unit)
    return file.dossier


def bought_from_another(estate: Estate) -> int:
    file = clean_customer(estate)
    seller = clean_customer(estate)
    tie(seller.customer, file.unit, ends=before(400))
    return file.dossier


def owned_together(estate: Estate) -> int:
    """By spouses: no shares."""
    file = clean_customer(estate)
    clean_customer(estate, unit=file.unit, role=OccupancyRole.co_owner)
    return file.dossier


def twice_by_a_merge(estate: Estate) -> int:
    file = clean_customer(estate)
    other = clean_customer(estate, unit=file.unit)
    merge(file.customer, other, file.dossier)
    return file.dossier


def roles_contradict(estate: Estate) -> int:
    file = clean_customer(estate)
    tie(file.customer, file.unit, OccupancyRole.tenant)
    return file.dossier


def owner_here_tenant_there(estate: Estate) -> int:
    file, other = clean_customer(estate), clean_customer(estate)
    tie(file.customer, other.unit, OccupancyRole.tenant)
    return file.dossier


def shares_wrong(estate: Estate) -> int:
    return _halves(estate, Decimal(40))


def shares_of_the_whole(estate: Estate) -> int:
    return _halves(estate, Decimal(50))


def _halves(estate: Estate, second: Decimal) -> int:
    file = clean_customer(estate, share=Decimal(50))
    clean_customer(estate, unit=file.unit, role=OccupancyRole.co_owner, share=second)
    return file.dossier


def unit_without_owner(estate: Estate) -> int:
    return clean_customer(estate, role=OccupancyRole.tenant).dossier


def tenant_of_an_owner(estate: Estate) -> int:
    owner = clean_customer(estate)
    return clean_customer(estate, role=OccupancyRole.tenant, unit=owner.unit).dossier


def tenant_of_the_builder(estate: Estate) -> int:
    return clean_customer(estate, role=OccupancyRole.tenant, unit={"status": UnitStatus.unsold}).dossier


def tenant_of_the_company(estate: Estate) -> int:
    return clean_company(estate, role=OccupancyRole.tenant, unit={"use": UnitUse.office, "rent": 3000}).dossier


def areas_disagree(estate: Estate) -> int:
    return clean_customer(estate, unit={"inner_area": Decimal("100.5")}).dossier


def inner_area_unknown(estate: Estate) -> int:
    return clean_customer(estate, unit={"inner_area": None}).dossier


def unit_status_disagrees(estate: Estate) -> int:
    return clean_customer(estate, unit={"status": UnitStatus.let}).dossier


def vacant_with_a_tenant(estate: Estate) -> int:
    owner = clean_customer(estate, unit={"status": UnitStatus.vacant})
    return clean_customer(estate, role=OccupancyRole.tenant, unit=owner.unit).dossier


def vacant_and_owned(estate: Estate) -> int:
    return clean_customer(estate, unit={"status": UnitStatus.vacant}).dossier


def let_to_a_tenant(estate: Estate) -> int:
    owner = clean_customer(estate, unit={"status": UnitStatus.let})
    clean_customer(estate, role=OccupancyRole.tenant, unit=owner.unit)
    return owner.dossier


# The rest


def legal_representative_disagrees(estate: Estate) -> int:
    return _with_member(clean_company(estate), name="周大海", role=MemberRole.legal_representative)


def legal_representative_agrees(estate: Estate) -> int:
    return _with_member(clean_company(estate), name="陈志远", role=MemberRole.legal_representative)


def vehicle_without_space(estate: Estate) -> int:
    file, space = clean_customer(estate), new_unit(estate, **PARKING)
    tie(file.customer, space, ends=before(20))
    return _parks(file, space)


def vehicle_in_nobodys_space(estate: Estate) -> int:
    return _parks(clean_customer(estate), new_unit(estate, **PARKING))


def vehicle_in_its_space(estate: Estate) -> int:
    file, space = clean_customer(estate), new_unit(estate, **PARKING)
    tie(file.customer, space)
    return _parks(file, space)


def vehicle_in_a_relatives_space(estate: Estate) -> int:
    space = new_unit(estate, **PARKING)
    clean_customer(estate, unit=space)
    return _parks(clean_customer(estate), space)


def _parks(file: File, space: int) -> int:
    kept(Vehicle(customer_id=file.customer, plate="湘A12345", unit_id=space))
    return file.dossier


def document_expired(estate: Estate) -> int:
    return clean_customer(estate, items={"identity": {"valid_until": before(1)}}).dossier


def last_day_today(estate: Estate) -> int:
    return clean_customer(estate, items={"identity": {"valid_until": before(0)}}).dossier


def expired_and_renewed(estate: Estate) -> int:
    file = clean_customer(estate, items={"identity": {"valid_until": before(400)}})
    file_item(file.dossier, "identity", valid_until=before(-400))
    return file.dossier


def expired_and_renewed_by_another_kind(estate: Estate) -> int:
    file = clean_customer(estate, items={"identity": {"valid_until": before(400)}})
    file_item(file.dossier, "lease", valid_until=before(-400))
    return file.dossier


def expired_in_the_merged_dossier(estate: Estate) -> int:
    file, other = clean_customer(estate), clean_customer(estate, items={"lease": {"valid_until": before(40)}})
    merge(file.customer, other, file.dossier)
    return file.dossier


def day_corrected(estate: Estate) -> int:
    file = clean_customer(estate, items={"identity": {"valid_until": before(400)}})
    facts = {"field": "valid_until", "old": before(400).isoformat(), "new": before(-400).isoformat()}
    decided = {"state": AskState.approved, "decided_at": utc_now(), "decided_by_id": make.make_user().id}
    make.make_correction(item_called(file.items["identity"]), **(facts | decided))
    return file.dossier


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
        occupancies_overlap,
        roles_contradict,
        shares_wrong,
        unit_without_owner,
        areas_disagree,
        unit_status_disagrees,
        legal_representative_disagrees,
        vehicle_without_space,
        document_expired,
    )
}
MORE: tuple[tuple[str, Maker], ...] = (
    ("emergency_contact_missing", contact_ended),
    ("company_facts_missing", two_facts_missing),
    ("id_digits_wrong", id_a_placeholder),
    ("id_disagrees", id_says_another_sex),
    ("duplicate_id", twin_told_apart_from_another),
    ("phone_malformed", phone_a_placeholder),
    ("occupancies_overlap", entered_twice),
    ("unit_status_disagrees", vacant_with_a_tenant),
    ("vehicle_without_space", vehicle_in_nobodys_space),
    ("document_expired", expired_and_renewed_by_another_kind),
    ("document_expired", expired_in_the_merged_dossier),
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
    permit_of_digits,
    nothing_but_the_number,
    twin_told_apart,
    twin_merged,
    one_of_two_verified,
    malformed_and_ended,
    landline,
    child_without_phone,
    calls_oneself_and_another,
    bought_from_another,
    owned_together,
    twice_by_a_merge,
    owner_here_tenant_there,
    shares_of_the_whole,
    tenant_of_an_owner,
    tenant_of_the_builder,
    tenant_of_the_company,
    inner_area_unknown,
    vacant_and_owned,
    let_to_a_tenant,
    legal_representative_agrees,
    vehicle_in_its_space,
    vehicle_in_a_relatives_space,
    last_day_today,
    expired_and_renewed,
    day_corrected,
)
