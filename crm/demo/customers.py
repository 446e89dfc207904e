"""Customers as the desk's records have them: people with their households, companies with their staff, and their past.

Imperfect on purpose: some ID numbers and emergency contacts are missing, phones go unverified for years, families
share a telephone.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from crm.demo import firms
from crm.demo.facts import (
    Customer,
    EmergencyContact,
    Field,
    History,
    HouseholdRole,
    Person,
    Phone,
    Sex,
    Source,
    StaffRole,
    Vehicle,
)
from crm.demo.names import surname_of
from crm.demo.people import Register
from crm.identity import birth_date

_REMARKS = (
    *(
        "家有老人，请轻声敲门",
        "夜班，上午勿扰",
        "养犬，上门请先电话",
        "长期在外地，备用钥匙在邻居处",
        "听力不便，请发短信",
    ),
    *("晚上七点后在家", "费用由子女代缴", "对讲机故障，请电话联系", "家有婴儿，请勿按门铃", "只收电子通知"),
)
_ENTRY_SOURCES: tuple[Source, ...] = ("move_in", "import", "counter", "call")
_ENTRY_WEIGHTS = (55, 30, 10, 5)
_CHANGE_SOURCES: tuple[Source, ...] = ("call", "counter", "visit", "document")


@dataclass(frozen=True, slots=True)
class Named:
    """Who it must be, where the generator may not choose; `phone` is one that somebody else has already."""

    name: str
    sex: Sex
    year: int
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A customer about to be recorded, known to the company from `since` to `until`."""

    key: str
    estate: str
    since: date
    until: date
    lives_here: bool = False
    youngest: int = 26
    oldest: int = 78
    space: str | None = None
    named: Named | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    customer: Customer
    history: tuple[History, ...] = ()


def confirmer(register: Register, estate: str) -> str:
    """The username of the clerk who confirmed a change: 李敏 only in the two estates she sees."""
    return "limin" if estate in ("YG", "JX") and register.chance(0.7) else "zhouhui"


def person(register: Register, intake: Intake) -> Dossier:
    named = intake.named or _somebody(register, intake)
    phones, history = _phones(register, intake, named.phone)
    people = _household(register, intake, named) if intake.lives_here else ()
    known = intake.named is not None and named.phone is None
    paper = register.id_number(named.sex, named.year) if known or register.chance(0.88) else None
    customer = Customer(
        key=intake.key,
        estate=intake.estate,
        kind="person",
        registered_on=intake.since,
        name=named.name,
        sex=named.sex,
        born=birth_date(paper) if paper else None,
        id_number=paper,
        email=register.email(named.name) if register.chance(0.22) else None,
        remark=register.rng.choice(_REMARKS) if intake.lives_here and register.chance(0.06) else None,
        phones=phones,
        people=people,
        emergency=_emergency(register, named, people) if intake.lives_here else (),
        vehicles=_vehicles(register, intake),
    )
    return Dossier(customer, (*history, *_person_changes(register, intake, customer)))


def company(register: Register, intake: Intake, *, shop: bool) -> Dossier:
    """A firm; in shops three in five are sole traders."""
    head = _somebody(register, intake)
    serial = next(register.serials)
    if shop and register.chance(0.6):
        firm = firms.sole_trader(register.rng, serial, surname_of(head.name))
    else:
        firm = firms.company(register.rng, serial, shop=shop)
    phones, history = _phones(register, intake, None)
    staff = _staff(register, intake, head, small=firm.nature == firms.SOLE_TRADER)
    customer = Customer(
        key=intake.key,
        estate=intake.estate,
        kind="company",
        registered_on=intake.since,
        name=firm.name,
        credit_code=firm.credit_code if register.chance(0.94) else None,
        company_nature=firm.nature,
        legal_representative=head.name,
        headcount=len(staff) if len(staff) < 4 else register.rng.randint(len(staff), 80),
        email=register.email(head.name) if register.chance(0.5) else None,
        phones=(*phones, *_office_line(register, intake)),
        people=staff,
        emergency=_staff_emergency(register, staff),
        vehicles=_vehicles(register, intake),
    )
    return Dossier(customer, (*history, *_company_changes(register, intake, customer, firm)))


def developer(register: Register, intake: Intake, name: str) -> Dossier:
    """The company that built an estate, for what it has not sold."""
    firm = company(register, intake, shop=False)
    nature = "有限责任公司（国有控股）"
    return Dossier(replace(firm.customer, name=name, company_nature=nature, remark="未售房屋费用由开发商承担"))


def _somebody(register: Register, intake: Intake) -> Named:
    """Of age when they came, and between `youngest` and `oldest` when last seen."""
    sex = register.sex()
    oldest, latest = intake.until.year - intake.oldest, min(intake.until.year - intake.youngest, intake.since.year - 21)
    year = register.rng.randint(oldest, latest)
    return Named(register.name(sex, year), sex, year)


def _phones(register: Register, intake: Intake, shared: str | None) -> tuple[tuple[Phone, ...], tuple[History, ...]]:
    if intake.named is None and register.chance(0.01):
        return (), ()
    source = register.rng.choices(_ENTRY_SOURCES, _ENTRY_WEIGHTS)[0]
    number = shared or register.mobile()
    first = Phone(number=number, source=source, since=intake.since, verified_on=_verified(register, intake))
    history: tuple[History, ...] = ()
    if shared is None and (day := _change_day(register, intake, 0.13)):
        change = _change(register, intake, day, "phone", register.mobile(), number)
        verified = max(first.verified_on, day) if first.verified_on else None
        first, history = Phone(number=number, source=change.source, since=day, verified_on=verified), (change,)
    if not register.chance(0.18):
        return (first,), history
    second = Phone(number=register.mobile(), source="counter", since=register.day(intake.since, intake.until))
    return (first, second), history


def _verified(register: Register, intake: Intake) -> date | None:
    """Over half within the last eleven months, a quarter longer ago than a year, the rest never."""
    dice = register.rng.random()
    if dice > 0.8:
        return None
    if dice < 0.55:
        return max(intake.since, intake.until - timedelta(days=register.rng.randint(3, 330)))
    return register.day(intake.since, intake.until - timedelta(days=400))


def _change_day(register: Register, intake: Intake, probability: float) -> date | None:
    """A day on which something changed, for those known for three years or more."""
    if (intake.until - intake.since).days < 3 * 365 or not register.chance(probability):
        return None
    return register.day(intake.since + timedelta(days=365), intake.until - timedelta(days=45))


def _change(register: Register, intake: Intake, day: date, field: Field, old: str, new: str | None) -> History:
    return History(
        customer=intake.key,
        day=day,
        field=field,
        old=old,
        new=new,
        source=register.rng.choice(_CHANGE_SOURCES),
        confirmed_by=confirmer(register, intake.estate),
    )


def _person_changes(register: Register, intake: Intake, customer: Customer) -> tuple[History, ...]:
    """People change their mail address, and a few their name."""
    changes = []
    if customer.email and (day := _change_day(register, intake, 0.2)):
        changes.append(_change(register, intake, day, "email", register.email(customer.name), customer.email))
    if intake.named is None and (day := _change_day(register, intake, 0.005)):
        old = register.name(customer.sex or "female", intake.until.year - 40, surname_of(customer.name))
        if old != customer.name:
            changes.append(_change(register, intake, day, "name", old, customer.name))
    return tuple(changes)


def _company_changes(register: Register, intake: Intake, customer: Customer, firm: firms.Firm) -> tuple[History, ...]:
    changes = []
    if day := _change_day(register, intake, 0.15):
        changes.append(_change(register, intake, day, "name", firm.former_name, customer.name))
    if firm.nature != firms.SOLE_TRADER and (day := _change_day(register, intake, 0.15)):
        former = _somebody(register, intake).name
        change = _change(register, intake, day, "legal_representative", former, customer.legal_representative)
        changes.append(change)
    return tuple(changes)


def _household(register: Register, intake: Intake, named: Named) -> tuple[Person, ...]:
    """Spouse, children and a parent, as ages allow."""
    age, people = intake.until.year - named.year, []
    if register.chance(0.12 if age < 28 else 0.78):
        spouse_sex: Sex = "female" if named.sex == "male" else "male"
        name = register.name(spouse_sex, named.year + register.rng.randint(-4, 4))
        people.append(_relative(register, intake, name, "spouse", has_phone=0.8))
        people += _children(register, intake, named, father=named.name if named.sex == "male" else name)
    if age < 60 and register.chance(0.16):
        people.append(_relative(register, intake, _parent(register, named), "parent", has_phone=0.6))
    return tuple(people)


def _children(register: Register, intake: Intake, named: Named, *, father: str) -> list[Person]:
    """At most two, with their father's surname; under fifteen they have no telephone on file."""
    children = []
    this_year = intake.until.year
    for _ in range(register.rng.choices((0, 1, 2), (3, 5, 2) if this_year - named.year > 29 else (8, 2, 0))[0]):
        born = min(named.year + register.rng.randint(23, 36), this_year)
        name = register.name(register.sex(0.5), born, surname_of(father))
        child = _relative(register, intake, name, "child", has_phone=0.7 if this_year - born > 15 else 0)
        since = max(intake.since, min(date(born, 12, 1), intake.until))
        children.append(replace(child, since=since))
    return children


def _parent(register: Register, named: Named) -> str:
    if register.chance(0.6):
        return register.name("female", named.year - 26)
    return register.name("male", named.year - 27, surname_of(named.name))


def _relative(register: Register, intake: Intake, name: str, role: HouseholdRole, *, has_phone: float) -> Person:
    phone = register.mobile() if register.chance(has_phone) else None
    return Person(name=name, role=role, phone=phone, since=intake.since)


_RELATIONS = {"spouse": "配偶", "child": "子女", "parent": "父母"}
_OTHERS = ("兄弟", "姐妹", "朋友", "同事", "亲戚")


def _emergency(register: Register, named: Named, people: tuple[Person, ...]) -> tuple[EmergencyContact, ...]:
    """None for one in eight, else one or two: first relatives with a telephone, then people from outside."""
    wanted = register.rng.choices((0, 1, 2), (12, 48, 40))[0]
    contacts = [(one.name, _RELATIONS[one.role], one.phone) for one in people if one.phone][:wanted]
    while len(contacts) < wanted:
        relation = register.rng.choice(_OTHERS)
        family = surname_of(named.name) if relation in ("兄弟", "姐妹") else ""
        sex: Sex = "male" if relation == "兄弟" else "female" if relation == "姐妹" else register.sex(0.5)
        contacts.append((register.name(sex, named.year + 2, family), relation, register.mobile()))
    return tuple(
        EmergencyContact(name=name, relation=relation, phone=phone, order=order, holds_spare_key=register.chance(0.2))
        for order, (name, relation, phone) in enumerate(contacts, start=1)
    )


def _staff(register: Register, intake: Intake, head: Named, *, small: bool) -> tuple[Person, ...]:
    roles: list[StaffRole] = ["contact"] if small else ["manager", "finance", "contact"]
    roles += ["employee"] * register.rng.randint(0, 2 if small else 5)
    others = [_employee(register, intake, role) for role in roles]
    chief = Person(name=head.name, role="legal_representative", phone=register.mobile(), since=intake.since)
    return (chief, *others)


def _employee(register: Register, intake: Intake, role: StaffRole) -> Person:
    name = register.name(register.sex(0.45), intake.until.year - register.rng.randint(22, 55))
    phone = register.mobile() if role != "employee" or register.chance(0.3) else None
    return Person(name=name, role=role, phone=phone, since=register.day(intake.since, intake.until))


_POSTS = {"legal_representative": "法定代表人", "manager": "经理", "finance": "财务", "contact": "联系人"}


def _staff_emergency(register: Register, staff: tuple[Person, ...]) -> tuple[EmergencyContact, ...]:
    wanted = register.rng.choices((0, 1, 2), (15, 45, 40))[0]
    callable_staff = [one for one in staff if one.role in _POSTS and one.phone][:wanted]
    return tuple(
        EmergencyContact(
            name=one.name,
            relation=_POSTS[one.role],
            phone=one.phone or "",
            order=order,
            holds_spare_key=register.chance(0.3),
        )
        for order, one in enumerate(callable_staff, start=1)
    )


def _office_line(register: Register, intake: Intake) -> tuple[Phone, ...]:
    if not register.chance(0.5):
        return ()
    return (Phone(number=register.landline(), source="move_in", since=intake.since),)


def _vehicles(register: Register, intake: Intake) -> tuple[Vehicle, ...]:
    if intake.space:
        return (register.vehicle(intake.space),)
    return (register.vehicle(None),) if intake.lives_here and register.chance(0.2) else ()
