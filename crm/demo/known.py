"""The customers whom screens, tests and stories look up by name; all other customers are left to the dice."""

from datetime import date
from decimal import Decimal

from crm.demo.customers import Dossier, Named
from crm.demo.facts import Customer, EmergencyContact, Field, History, Occupancy, Person, Phone, Source, Status, Unit
from crm.demo.firms import KNOWN_COMPANY, credit_code
from crm.demo.people import KNOWN_PHONE, Register, mobile
from crm.identity import check_character

WHOLE = Decimal("100.00")
"""The share of an owner who owns alone, in percent."""

NAMED = {
    "YG/5-2-1101": Named("周文博", "male", 1986),
    "YG/2-1-304": Named("陈静", "female", 1983),
    "YG/1-1-201": Named("王伟", "male", 1979),
    "YG/4-2-202": Named("王伟", "male", 1989),
}
_DAUGHTERS_HOME, _FATHERS_HOME = "YG/3-1-502", "YG/3-1-503"
_OFFICES = ("KC/A-1-505", "KC/A-1-506")
KNOWN_UNITS = frozenset((*NAMED, _DAUGHTERS_HOME, _FATHERS_HOME, *_OFFICES))
KNOWN_STATUS: dict[str, Status] = dict.fromkeys(KNOWN_UNITS, "occupied")
KNOWN_HANDOVER = {"YG": date(2012, 11, 3), "KC": date(2021, 1, 18)}

DAUGHTER, FATHER, COMPANY = "YG/3/known-1", "YG/3/known-2", "KC/A/known-1"
_GIVEN_TO_DAUGHTER = date(2016, 5, 20)
# Serials below 16 are kept free for these.
_FATHERS_PHONE, _HUSBANDS_PHONE, _DAUGHTERS_OLD_PHONE, _COMPANYS_OLD_PHONE = map(mobile, range(1, 5))
_STAFF_PHONES = tuple(map(mobile, range(5, 10)))


def known_dossiers(unit: Unit, register: Register) -> tuple[Dossier, ...]:
    """The known customers recorded with this unit; none for a unit whose customer is recorded with another."""
    if unit.key == _DAUGHTERS_HOME:
        return _daughter(register), _father()
    return (_company(register),) if unit.key == _OFFICES[0] else ()


def known_occupancies(unit: Unit) -> tuple[Occupancy, ...]:
    """Who owns this unit, if a known customer does: the father bought both flats and gave one to his daughter."""
    starts = unit.handover_on or date.min
    if unit.key == _DAUGHTERS_HOME:
        return _owner(unit, FATHER, starts, _GIVEN_TO_DAUGHTER), _owner(unit, DAUGHTER, _GIVEN_TO_DAUGHTER)
    if unit.key == _FATHERS_HOME:
        return (_owner(unit, FATHER, starts),)
    return (_owner(unit, COMPANY, starts),) if unit.key in _OFFICES else ()


def _owner(unit: Unit, customer: str, starts: date, ends: date | None = None) -> Occupancy:
    return Occupancy(
        place=unit.key, place_kind="unit", customer=customer, role="owner", share=WHOLE, starts=starts, ends=ends
    )


def _daughter(register: Register) -> Dossier:
    changed, verified = date(2021, 4, 12), min(date(2026, 8, 12), register.today)
    customer = Customer(
        key=DAUGHTER,
        estate="YG",
        kind="person",
        registered_on=_GIVEN_TO_DAUGHTER,
        name="欧阳娜娜",
        sex="female",
        born=date(1990, 5, 16),
        id_number=_id_number("63010419900516024"),
        email="ouyang.nana@example.com",
        remark="门铃坏，请电话联系",
        phones=(Phone(number=KNOWN_PHONE, source="call", since=changed, verified_on=verified),),
        people=(
            Person(name="林浩", role="spouse", phone=_HUSBANDS_PHONE, since=date(2017, 10, 8)),
            Person(name="林知夏", role="child", since=date(2019, 3, 2)),
        ),
        emergency=(
            EmergencyContact(name="欧阳志远", relation="父亲", phone=_FATHERS_PHONE, order=1, holds_spare_key=True),
            EmergencyContact(name="林浩", relation="配偶", phone=_HUSBANDS_PHONE, order=2),
        ),
        vehicles=(register.vehicle(None),),
    )
    return Dossier(customer, (_change(customer, changed, "phone", _DAUGHTERS_OLD_PHONE, KNOWN_PHONE, "call"),))


def _father() -> Dossier:
    recorded = KNOWN_HANDOVER["YG"]
    customer = Customer(
        key=FATHER,
        estate="YG",
        kind="person",
        registered_on=recorded,
        name="欧阳志远",
        sex="male",
        born=date(1962, 3, 14),
        id_number=_id_number("63212619620314205"),
        remark="费用由女儿代缴",
        phones=(
            Phone(number=_FATHERS_PHONE, source="move_in", since=recorded, verified_on=date(2023, 10, 17)),
            Phone(number=KNOWN_PHONE, source="counter", since=date(2021, 4, 12)),
        ),
        people=(
            Person(name="祁秀梅", role="spouse", since=recorded),
            Person(name="欧阳娜娜", role="child", phone=KNOWN_PHONE, since=recorded),
        ),
        emergency=(
            EmergencyContact(name="欧阳娜娜", relation="女儿", phone=KNOWN_PHONE, order=1, holds_spare_key=True),
        ),
    )
    return Dossier(customer)


def _company(register: Register) -> Dossier:
    recorded, chief = KNOWN_HANDOVER["KC"], "孙立群"
    phones = (
        Phone(number=_STAFF_PHONES[3], source="counter", since=date(2024, 6, 5), verified_on=date(2025, 6, 11)),
        Phone(number="0971-0008900", source="move_in", since=recorded),
    )
    customer = Customer(
        key=COMPANY,
        estate="KC",
        kind="company",
        registered_on=recorded,
        name=KNOWN_COMPANY,
        credit_code=credit_code(10, "91"),
        company_nature="有限责任公司（自然人投资或控股）",
        legal_representative=chief,
        headcount=26,
        email="xinyuan@example.com",
        phones=phones,
        people=_company_staff(chief, recorded),
        emergency=(
            EmergencyContact(name=chief, relation="法定代表人", phone=_STAFF_PHONES[0], order=1),
            EmergencyContact(name="祁文静", relation="行政主管", phone=_STAFF_PHONES[3], order=2, holds_spare_key=True),
        ),
        vehicles=(register.vehicle(None),),
    )
    history = (
        _change(customer, date(2022, 3, 18), "name", "青海鑫源贸易有限公司", KNOWN_COMPANY, "document"),
        _change(customer, date(2024, 6, 5), "legal_representative", "孙国栋", chief, "document"),
        _change(customer, date(2024, 6, 5), "phone", _COMPANYS_OLD_PHONE, phones[0].number, "counter"),
    )
    return Dossier(customer, history)


def _company_staff(chief: str, recorded: date) -> tuple[Person, ...]:
    return (
        Person(name=chief, role="legal_representative", phone=_STAFF_PHONES[0], since=date(2024, 6, 5)),
        Person(name="陈国强", role="manager", phone=_STAFF_PHONES[1], since=recorded),
        Person(name="马晓丽", role="finance", phone=_STAFF_PHONES[2], since=recorded),
        Person(name="祁文静", role="contact", phone=_STAFF_PHONES[3], since=date(2024, 6, 5)),
        Person(name="冶志强", role="employee", phone=_STAFF_PHONES[4], since=date(2023, 2, 20)),
        Person(name="范雨晴", role="employee", since=date(2025, 3, 3)),
    )


def _id_number(first17: str) -> str:
    return first17 + check_character(first17)


def _change(customer: Customer, day: date, field: Field, old: str, new: str, source: Source) -> History:
    by = "limin" if customer.estate == "YG" else "zhouhui"
    return History(customer=customer.key, day=day, field=field, old=old, new=new, source=source, confirmed_by=by)
