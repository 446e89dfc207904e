"""The demo company: the same every time, consistent in itself, and with the people screens look up."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from crm.demo.cast import CAST, DEMO_PASSWORD
from crm.demo.company import Company, company
from crm.demo.facts import Customer, Occupancy, Status, Unit, Use
from crm.demo.people import MOBILE_PREFIXES, mobile, plate
from crm.identity import credit_code_fault, id_number_fault, sex_of
from crm.phones import is_placeholder_phone, normalise_phone

TODAY = date(2026, 11, 24)


class Told:
    """All facts of a company in lists."""

    def __init__(self, told: Company) -> None:
        self.company = told
        self.parts = list(told.parts())
        self.units = {unit.key: unit for part in self.parts for unit in part.units}
        self.spaces = {space.key: space for part in self.parts for space in part.parking_spaces}
        self.customers = {customer.key: customer for part in self.parts for customer in part.customers}
        self.occupancies = [occupancy for part in self.parts for occupancy in part.occupancies]
        self.history = [change for part in self.parts for change in part.history]

    def named(self, name: str) -> list[Customer]:
        return [customer for customer in self.customers.values() if customer.name == name]

    def units_of(self, customer: Customer) -> set[str]:
        mine = [one for one in self.occupancies if one.customer == customer.key and one.place_kind == "unit"]
        return {one.place for one in mine if one.ends is None}


@pytest.fixture(scope="module")
def told() -> Told:
    return Told(company(today=TODAY))


def runs(occupancy: Occupancy, day: date = TODAY) -> bool:
    return occupancy.starts <= day and (occupancy.ends is None or day < occupancy.ends)


def repeated(values: Iterable[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]


def test_the_same_seed_tells_the_same() -> None:
    one, same, other = (company(units=350, seed=seed, today=TODAY) for seed in (7, 7, 8))
    assert list(one.parts()) == list(same.parts())
    assert list(one.customers()) != list(other.customers())


def test_a_building_alone_is_as_in_the_row(told: Told) -> None:
    estate = told.company.estates[1]
    building = told.company.buildings_of(estate)[4]
    alone = told.company.building_part(estate, building, 4)
    assert alone in told.parts


def test_size(told: Told) -> None:
    assert [estate.name for estate in told.company.estates] == ["阳光花园", "锦绣江南", "科创大厦"]
    assert 1190 <= len(told.units) <= 1230
    assert len(told.units) == sum(building.units for building in told.company.buildings)


@pytest.mark.parametrize("units", [0, 350, 700, 2000, 9000, 100_000])
def test_it_grows_by_buildings_then_by_estates(units: int) -> None:
    planned = company(units=units, today=TODAY)
    count = sum(building.units for building in planned.buildings)
    assert max(units, 300) * 0.95 <= count <= max(units, 320) + 144
    for values in ("code", "name"):
        assert repeated(getattr(estate, values) for estate in planned.estates) == []
    assert max(Counter(building.estate for building in planned.buildings).values()) <= 40


def test_further_estates_are_whole() -> None:
    big = company(units=100_000, today=TODAY)
    estate = big.estates[-2]
    part = big.building_part(estate, big.buildings_of(estate)[3], 3)
    assert len(part.units) == part.building.units if part.building else False
    assert all(customer.estate == estate.code for customer in part.customers)


def test_every_kind_of_unit_occurs(told: Told) -> None:
    assert {unit.use for unit in told.units.values()} == set(get_args(Use))
    assert {unit.status for unit in told.units.values()} == set(get_args(Status))
    assert {occupancy.role for occupancy in told.occupancies} == {"owner", "co_owner", "tenant", "family", "user"}


def test_keys_are_unique(told: Told) -> None:
    assert len(told.units) == sum(len(part.units) for part in told.parts)
    assert len(told.spaces) == sum(len(part.parking_spaces) for part in told.parts)
    assert len(told.customers) == sum(len(part.customers) for part in told.parts)
    assert repeated(machine.code for part in told.parts for machine in part.equipment) == []
    assert repeated((area.estate, area.name) for part in told.parts for area in part.public_areas) == []


def test_references_hold_and_never_point_ahead(told: Told) -> None:
    known: set[str] = set()
    for part in told.parts:
        known |= {customer.key for customer in part.customers}
        here = {unit.key for unit in part.units} | {space.key for space in part.parking_spaces}
        assert {occupancy.place for occupancy in part.occupancies} <= here
        assert {occupancy.customer for occupancy in part.occupancies} | {one.customer for one in part.history} <= known
        assert {unit.entrance for unit in part.units} <= {entrance.number for entrance in part.entrances}


def test_areas(told: Told) -> None:
    for unit in told.units.values():
        assert Decimal(5) < unit.inner_area < unit.built_area < Decimal(400)
        assert unit.built_area.as_tuple().exponent == unit.inner_area.as_tuple().exponent == -2


def test_handover_goes_with_the_status(told: Told) -> None:
    for unit in told.units.values():
        assert (unit.handover_on is None) == (unit.status in ("unsold", "sold"))
        assert unit.handover_on is None or unit.handover_on < TODAY


def test_periods(told: Told) -> None:
    assert all(one.ends is None or one.starts < one.ends for one in told.occupancies)
    assert all(one.starts <= TODAY for one in told.occupancies)
    assert sum(one.ends is not None and one.ends <= TODAY for one in told.occupancies) > 100


def test_shares_add_up_to_the_whole_on_any_day(told: Told) -> None:
    owners: dict[str, list[Occupancy]] = defaultdict(list)
    for occupancy in told.occupancies:
        assert (occupancy.share is None) == (occupancy.role not in ("owner", "co_owner"))
        if occupancy.share is not None:
            owners[occupancy.place].append(occupancy)
    for held in owners.values():
        days = {one.starts for one in held} | {TODAY}
        assert {sum(one.share or 0 for one in held if runs(one, day)) for day in days} == {Decimal(100)}
    assert set(told.units) <= set(owners)


def test_let_units_have_a_tenant_and_others_none(told: Told) -> None:
    let = {one.place for one in told.occupancies if one.role == "tenant" and runs(one)}
    assert let == {unit.key for unit in told.units.values() if unit.status == "let"}


def test_people_own_several_units_and_companies_sit_in_offices(told: Told) -> None:
    homes = Counter(one.customer for one in told.occupancies if one.place_kind == "unit" and one.role == "owner")
    assert sum(count > 1 for customer, count in homes.items() if "/0/" not in customer) > 20
    in_offices = [
        told.customers[one.customer].kind for one in told.occupancies if one.place.startswith("KC/") and runs(one)
    ]
    assert in_offices.count("company") > in_offices.count("person")


def test_parking(told: Told) -> None:
    taken = [one for one in told.occupancies if one.place_kind == "space"]
    assert repeated(one.place for one in taken) == []
    assert {one.role for one in taken} == {"owner", "user"}
    assert len(taken) < len(told.spaces)
    for customer in told.customers.values():
        for vehicle in customer.vehicles:
            assert vehicle.space is None or f"{customer.estate}/{vehicle.space}" in told.spaces


def test_papers(told: Told) -> None:
    people = [customer for customer in told.customers.values() if customer.id_number]
    for customer in people:
        assert id_number_fault(customer.id_number or "", TODAY) == ""
        assert sex_of(customer.id_number or "") == customer.sex
    firms = [customer.credit_code for customer in told.customers.values() if customer.credit_code]
    assert {credit_code_fault(code) for code in firms} == {""}
    assert repeated(customer.id_number for customer in people) == repeated(firms) == []
    plates = [vehicle.plate for customer in told.customers.values() for vehicle in customer.vehicles]
    assert repeated(plates) == []


def test_a_customer_is_a_person_or_a_company(told: Told) -> None:
    for customer in told.customers.values():
        if customer.kind == "company":
            assert (customer.sex, customer.born, customer.id_number) == (None, None, None)
            assert customer.company_nature
            assert customer.legal_representative in {person.name for person in customer.people}
        else:
            assert (customer.credit_code, customer.company_nature, customer.legal_representative) == (None, None, None)


def test_phones_are_numbers_nobody_has(told: Told) -> None:
    numbers = {phone.number for customer in told.customers.values() for phone in customer.phones}
    for number in numbers:
        assert re.fullmatch(r"1\d\d000\d{5}|0971-000\d{4}", number)
        assert normalise_phone(number) == number.replace("-", "")
        assert not is_placeholder_phone(number.replace("-", ""))


def test_running_numbers_never_meet() -> None:
    many = range(1, 200_000)
    assert len({mobile(serial) for serial in many}) == len(many)
    assert len({plate(serial, electric=serial % 5 == 0) for serial in many}) == len(many)
    assert {mobile(serial)[:3] for serial in many} == set(MOBILE_PREFIXES)


def test_imperfections(told: Told) -> None:
    living = [customer for customer in told.customers.values() if customer.kind == "person" and customer.people]
    assert any(customer.id_number is None for customer in living)
    assert any(not customer.emergency for customer in living)
    verified = [phone.verified_on for customer in living for phone in customer.phones]
    assert any(day is None for day in verified)
    assert sum(day is not None and (TODAY - day).days > 365 for day in verified) > 50
    assert all(day is None or day <= TODAY for day in verified)
    owners = Counter(phone.number for customer in living for phone in customer.phones)
    assert len(
        repeated(number for customer in told.customers.values() for number in {p.number for p in customer.phones})
    )
    assert owners


def test_emergency_contacts_are_called_in_order(told: Told) -> None:
    for customer in told.customers.values():
        assert [one.order for one in customer.emergency] == list(range(1, len(customer.emergency) + 1))
        assert all(one.phone for one in customer.emergency)


def test_history_ends_in_what_is_known_now(told: Told) -> None:
    assert {change.field for change in told.history} == {"phone", "name", "email", "legal_representative"}
    usernames = {member.username for member in CAST}
    for change in told.history:
        customer = told.customers[change.customer]
        now = (
            [phone.number for phone in customer.phones]
            if change.field == "phone"
            else [getattr(customer, change.field)]
        )
        assert change.new in now
        assert change.old != change.new
        assert customer.registered_on < change.day <= TODAY
        assert change.confirmed_by in usernames


def test_the_caller_of_the_screens(told: Told) -> None:
    [daughter], [father] = told.named("欧阳娜娜"), told.named("欧阳志远")
    unit: Unit = told.units["YG/3-1-502"]
    assert (unit.built_area, unit.status) == (Decimal("88.50"), "occupied")
    assert (told.units_of(daughter), told.units_of(father)) == ({"YG/3-1-502"}, {"YG/3-1-503"})
    assert daughter.remark == "门铃坏，请电话联系"
    assert (daughter.phones[0].number, daughter.phones[0].verified_on) == ("13900005678", date(2026, 8, 12))
    assert father.phones[1].number == daughter.phones[0].number
    assert daughter.emergency[0].name == father.name
    bearers = [c for c in told.customers.values() for phone in c.phones if phone.number == "13900005678"]
    assert bearers == [daughter, father]


def test_the_other_known_customers(told: Told) -> None:
    [zhou], [chen], [firm] = told.named("周文博"), told.named("陈静"), told.named("鑫源商贸有限公司")
    assert (told.units_of(zhou), told.units_of(chen)) == ({"YG/5-2-1101"}, {"YG/2-1-304"})
    assert told.units_of(firm) == {"KC/A-1-505", "KC/A-1-506"}
    assert firm.company_nature == "有限责任公司（自然人投资或控股）"
    assert (len(firm.people), len(firm.emergency)) == (6, 2)
    assert [customer.estate for customer in told.named("王伟")] == ["YG", "YG"]


@pytest.mark.parametrize(("units", "seed"), [(0, 1), (350, 2), (1200, 99), (2500, 3)])
def test_the_known_customers_live_in_every_company(units: int, seed: int) -> None:
    told = Told(company(units=units, seed=seed, today=TODAY))
    for name in ("欧阳娜娜", "欧阳志远", "周文博", "陈静", "鑫源商贸有限公司"):
        [customer] = told.named(name)
        assert told.units_of(customer)
    assert told.units["YG/3-1-502"].built_area == Decimal("88.50")


def test_other_days() -> None:
    for today in (date(2026, 1, 1), date(2028, 2, 29), date(2031, 7, 1)):
        told = Told(company(units=350, today=today))
        assert all(change.day <= today for change in told.history)
        assert all(occupancy.ends is None or occupancy.starts < occupancy.ends for occupancy in told.occupancies)
    with pytest.raises(ValueError, match="2026"):
        company(today=date(2025, 12, 31))


ROLES = (
    "administrator service_desk desk_supervisor dispatcher repair_worker repair_worker repair_worker repair_worker "
    "cashier billing_supervisor arrears_reviewer archivist title_custodian project_manager project_manager "
    "deputy_general_manager general_manager chairman auditor"
)


def test_the_cast() -> None:
    by_username = {member.username: member for member in CAST}
    assert len(by_username) == len({member.full_name for member in CAST}) == len(CAST)
    assert [role for member in CAST for role in member.roles] == ROLES.split()
    assert by_username["limin"].full_name == "李敏"
    assert by_username["limin"].estates == ("YG", "JX")
    assert {name for member in CAST for name in member.supervises} <= set(by_username)
    assert len(DEMO_PASSWORD) >= 12
