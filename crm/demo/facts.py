"""What the demo company is made of: plain facts, no database. Areas in m² with two decimals, shares in percent.

Places are named by keys that are unique in the company: a unit "YG/3-1-502", a parking space "YG/B1-023";
a customer by "YG/3/0017" (or "YG/0/0001" for those who belong to no single building).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Sex = Literal["male", "female"]
Kind = Literal["residential", "mixed", "office"]
Use = Literal["home", "shop", "office", "storage"]
Status = Literal["unsold", "sold", "handed_over", "renovating", "occupied", "vacant", "let"]
Source = Literal["move_in", "import", "call", "counter", "visit", "letter", "document"]
HouseholdRole = Literal["spouse", "child", "parent", "sibling", "other"]
StaffRole = Literal["legal_representative", "manager", "finance", "contact", "employee"]
OccupancyRole = Literal["owner", "co_owner", "tenant", "family", "user"]
Field = Literal["phone", "name", "email", "legal_representative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """A 小区. `phone` is the front desk's landline."""

    code: str
    name: str
    short_name: str
    kind: Kind
    address: str
    phone: str
    built_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A 楼栋. `units` and `spaces` are counts.

    `serial` is the first running number for its people's papers, `first_space` counts the spaces of those before it.
    """

    estate: str
    number: str
    kind: Kind
    floors: int
    units: int
    spaces: int
    built_on: date
    serial: int
    first_space: int

    @property
    def key(self) -> str:
        return f"{self.estate}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """A 单元; "0" is the row of ground-floor shops."""

    estate: str
    building: str
    number: str
    floors: int
    has_lift: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A 房屋. `floor` is -1 for the basement; `handover_on` is None until the builder has handed it over.

    `label` leaves out entrance "0": 3-1-502, but 2-105 for a shop.
    """

    estate: str
    building: str
    entrance: str
    number: str
    floor: int
    use: Use
    layout: str
    built_area: Decimal
    inner_area: Decimal
    status: Status
    handover_on: date | None

    @property
    def label(self) -> str:
        entrance = "" if self.entrance == "0" else f"{self.entrance}-"
        return f"{self.building}-{entrance}{self.number}"

    @property
    def key(self) -> str:
        return f"{self.estate}/{self.label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkingSpace:
    estate: str
    zone: str
    number: str
    kind: Literal["underground", "surface"]
    area: Decimal

    @property
    def key(self) -> str:
        return f"{self.estate}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicArea:
    estate: str
    building: str | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """A thing a repair can point to. `code` is unique in the company; a few inspections are overdue."""

    estate: str
    building: str | None
    entrance: str | None
    kind: Literal["lift", "pump", "fire", "power", "access", "hvac"]
    name: str
    code: str
    maker: str
    installed_on: date
    next_inspection_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    number: str
    source: Source
    since: date
    verified_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who belongs to a customer: of the household, or of a company's staff."""

    name: str
    role: HouseholdRole | StaffRole
    phone: str | None = None
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyContact:
    """`relation` is free text as the form has it (配偶, 儿子, 经理); 1 is called first."""

    name: str
    relation: str
    phone: str
    order: int
    holds_spare_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    plate: str
    brand: str
    colour: str
    space: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A 客户. A company has no sex, birthday or ID number; a person has no credit code."""

    key: str
    estate: str
    kind: Literal["person", "company"]
    registered_on: date
    name: str
    sex: Sex | None = None
    born: date | None = None
    id_number: str | None = None
    credit_code: str | None = None
    company_nature: str | None = None
    legal_representative: str | None = None
    headcount: int | None = None
    email: str | None = None
    remark: str | None = None
    phones: tuple[Phone, ...] = ()
    people: tuple[Person, ...] = ()
    emergency: tuple[EmergencyContact, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """Who has what from `starts` up to, not including, `ends`. Owners' shares on any day add up to 100."""

    place: str
    place_kind: Literal["unit", "space"]
    customer: str
    role: OccupancyRole
    share: Decimal | None = None
    starts: date
    ends: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A fact that changed on `day`; the newest `new` is what the customer has now. `confirmed_by` is a username."""

    customer: str
    day: date
    field: Field
    old: str | None
    new: str | None
    source: Source
    confirmed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """All facts of one building, or, with `building` None, what belongs to the estate as a whole."""

    estate: Estate
    building: Building | None
    entrances: tuple[Entrance, ...] = ()
    units: tuple[Unit, ...] = ()
    parking_spaces: tuple[ParkingSpace, ...] = ()
    public_areas: tuple[PublicArea, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    customers: tuple[Customer, ...] = ()
    occupancies: tuple[Occupancy, ...] = ()
    history: tuple[History, ...] = ()
