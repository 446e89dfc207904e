"""A customer's file. What was once true stays readable: periods are closed, never overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    UniqueConstraint,
    func,
    literal_column,
    or_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, Versioned, append_only
from crm.money import Percent
from crm.properties.models import Estate, Unit


class CustomerKind(StrEnum):
    person = "person"
    company = "company"


KIND_TITLES = {CustomerKind.person: _l("Person"), CustomerKind.company: _l("Company")}


class Sex(StrEnum):
    male = "male"
    female = "female"


SEX_TITLES = {Sex.male: _l("Male"), Sex.female: _l("Female")}


class OccupancyRole(StrEnum):
    owner = "owner"
    co_owner = "co_owner"
    tenant = "tenant"
    family = "family"
    user = "user"


ROLE_TITLES = {
    OccupancyRole.owner: _l("Owner"),
    OccupancyRole.co_owner: _l("Co-owner"),
    OccupancyRole.tenant: _l("Tenant"),
    OccupancyRole.family: _l("Family member"),
    OccupancyRole.user: _l("User"),
}


class MemberRole(StrEnum):
    spouse = "spouse"
    child = "child"
    parent = "parent"
    sibling = "sibling"
    legal_representative = "legal_representative"
    manager = "manager"
    finance = "finance"
    contact = "contact"
    employee = "employee"
    family = "family"
    other = "other"


MEMBER_TITLES = {
    MemberRole.spouse: _l("Spouse"),
    MemberRole.child: _l("Child"),
    MemberRole.parent: _l("Parent"),
    MemberRole.sibling: _l("Sibling"),
    MemberRole.legal_representative: _l("Legal representative"),
    MemberRole.manager: _l("Manager"),
    MemberRole.finance: _l("Finance"),
    MemberRole.contact: _l("Contact"),
    MemberRole.employee: _l("Employee"),
    MemberRole.family: _l("Family member"),
    MemberRole.other: _l("Other"),
}


class Source(StrEnum):
    move_in = "move_in"
    counter = "counter"
    call = "call"
    letter = "letter"
    visit = "visit"
    imported = "import"
    document = "document"
    merge = "merge"


SOURCE_TITLES = {
    Source.move_in: _l("Move-in form"),
    Source.counter: _l("At the counter"),
    Source.call: _l("By phone"),
    Source.letter: _l("By letter"),
    Source.visit: _l("On a visit"),
    Source.imported: _l("Imported"),
    Source.document: _l("From a document"),
    Source.merge: _l("From a merged file"),
}


class FactField(StrEnum):
    """The single-valued facts; each has a column of the same name on `Customer`, the ID number two."""

    name = "name"
    sex = "sex"
    born = "born"
    id_number = "id_number"
    email = "email"
    company_nature = "company_nature"
    credit_code = "credit_code"
    legal_representative = "legal_representative"
    headcount = "headcount"


FACT_TITLES = {
    FactField.name: _l("Name"),
    FactField.sex: _l("Sex"),
    FactField.born: _l("Date of birth"),
    FactField.id_number: _l("ID number"),
    FactField.email: _l("E-mail"),
    FactField.company_nature: _l("Company nature"),
    FactField.credit_code: _l("Unified social credit code"),
    FactField.legal_representative: _l("Legal representative"),
    FactField.headcount: _l("Headcount"),
}


class SupplementKind(StrEnum):
    change = "change"
    correction = "correction"


SUPPLEMENT_TITLES = {
    SupplementKind.change: _l("Change (true from a day on)"),
    SupplementKind.correction: _l("Correction (was wrong from the start)"),
}


MERGED = text("merged_into_id IS NOT NULL")
COMPANY = text("credit_code <> ''")


class Lasting:
    """Something true from `starts` (None: from before the file began) up to, not including, `ends`."""

    starts: Mapped[date | None]
    ends: Mapped[date | None]

    def lasts_on(self, day: date) -> bool:
        return (self.starts is None or self.starts <= day) and (self.ends is None or day < self.ends)


def in_one_file(file: Any, customer_id: Any) -> ColumnElement[bool]:
    """Whether `file`, a row of the customers' table, is the customer's own or one merged into it (decision 019).

    The one place that says which rows belong to a customer; the relationships here and `queries.in_file` stand on it.
    """
    return or_(file.id == customer_id, file.merged_into_id == customer_id)


def has_credit_code(file: Any) -> ColumnElement[bool]:
    """As the index of the few says it, with no parameter: to an engine a bound value could be anything."""
    condition: ColumnElement[bool] = file.credit_code != literal_column("''")
    return condition


def _whole(held: Callable[[], ColumnElement[bool]], order: str) -> Any:
    """What hangs on the customer's own file and on those merged into it: to read; who writes sets `customer_id`."""
    return relationship(
        secondary=lambda: FILE,
        primaryjoin=lambda: in_one_file(FILE.c, Customer.id),
        secondaryjoin=held,
        foreign_keys=lambda: [FILE.c.id, FILE.c.merged_into_id],
        viewonly=True,
        lazy="raise",
        order_by=order,
    )


class Customer(Versioned, Base):
    """The present values; how they came about stands in `Fact`. One customer belongs to one estate's files."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("estate_id", "source_number"),
        Index("ix_customer_estate_id_name", "estate_id", "name"),
        Index("ix_customer_name_born", "name", "born"),
        # Only the few that are merged: an index full of nobodies tells SQLite that looking there finds everybody.
        Index("ix_customer_merged_into_id", "merged_into_id", sqlite_where=MERGED, postgresql_where=MERGED),
        Index("ix_customer_credit_code", "credit_code", sqlite_where=COMPANY, postgresql_where=COMPANY),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    kind: Mapped[CustomerKind]
    name: Mapped[str]
    source_number: Mapped[str | None]  # 业主编号 in the company's own workbook
    sex: Mapped[Sex | None]
    born: Mapped[date | None]
    id_number: Mapped[bytes | None]  # sealed, see crm.secrecy
    id_index: Mapped[str | None] = mapped_column(index=True)
    id_masked: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    company_nature: Mapped[str] = mapped_column(default="")  # 公司性质
    credit_code: Mapped[str] = mapped_column(default="")  # 统一社会信用代码
    legal_representative: Mapped[str] = mapped_column(default="")
    headcount: Mapped[int | None]  # 员工人数
    remark: Mapped[str] = mapped_column(default="")  # what whoever answers must know: 门铃坏，请电话联系
    registered_on: Mapped[date]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))  # never one itself merged

    estate: Mapped[Estate] = relationship(lazy="raise")
    phones: Mapped[list[Phone]] = _whole(lambda: FILE.c.id == Phone.customer_id, "Phone.position, Phone.id")
    members: Mapped[list[Member]] = _whole(lambda: FILE.c.id == Member.customer_id, "Member.id")
    emergency_contacts: Mapped[list[EmergencyContact]] = _whole(
        lambda: FILE.c.id == EmergencyContact.customer_id, "EmergencyContact.position, EmergencyContact.id"
    )
    vehicles: Mapped[list[Vehicle]] = _whole(lambda: FILE.c.id == Vehicle.customer_id, "Vehicle.id")
    occupancies: Mapped[list[Occupancy]] = _whole(lambda: FILE.c.id == Occupancy.customer_id, "Occupancy.id")
    facts: Mapped[list[Fact]] = relationship(lazy="raise", order_by="Fact.field, Fact.id")
    merged_files: Mapped[list[Customer]] = relationship(lazy="raise", viewonly=True, order_by="Customer.id")

    @hybrid_property
    def kept_id(self) -> int:
        """The file that stands for the customer: this one, or the one it is merged into."""
        return self.merged_into_id or self.id

    @kept_id.inplace.expression
    @classmethod
    def _kept_id(cls) -> ColumnElement[int]:
        return func.coalesce(cls.merged_into_id, cls.id)

    @property
    def code(self) -> str:
        return file_code(self.id)


FILE: FromClause = Customer.__table__.alias("file")


def file_code(customer_id: int) -> str:
    """The number printed on forms."""
    return f"KH{customer_id:06d}"


def customer_of_code(text: str) -> int | None:
    """The id in a number as it is printed on forms; None for any other text."""
    found = re.fullmatch(r"KH(\d{6,9})", text.strip().upper(), re.ASCII)
    return int(found[1]) if found else None


class Supplement(Base):
    """资料补充: who brought which change, from when, confirmed by whom, with what proof. Clause P-09."""

    __tablename__ = "supplement"
    __table_args__ = (Index("ix_supplement_customer_id", "customer_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[SupplementKind]
    effective_on: Mapped[date]
    source: Mapped[Source]
    confirmed_by: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[Moment]


append_only(Supplement)


class Fact(Lasting, Base):
    """One value of one field over a time. `corrected_by` marks a value that was wrong from the start."""

    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_customer_id_field", "customer_id", "field"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    field: Mapped[FactField]
    value: Mapped[str]  # an ID number stands here masked
    sealed: Mapped[bytes | None]  # the ID number itself
    source: Mapped[Source]
    confirmed_by: Mapped[str] = mapped_column(default="")
    supplement_id: Mapped[int | None] = mapped_column(ForeignKey("supplement.id"))
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("supplement.id"))
    recorded_at: Mapped[Moment]

    @property
    def present(self) -> bool:
        return self.ends is None and self.corrected_by_id is None


class Phone(Lasting, Base):
    __tablename__ = "phone"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    digits: Mapped[str] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(default="")  # whose, or when to call
    position: Mapped[int] = mapped_column(default=1)
    source: Mapped[Source]
    verified_on: Mapped[date | None]
    verified_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[Moment]


class Member(Lasting, Base):
    """人员: a household's people, a company's staff."""

    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    name: Mapped[str]
    role: Mapped[MemberRole]
    sex: Mapped[Sex | None]
    phone: Mapped[str] = mapped_column(default="", index=True)
    id_number: Mapped[bytes | None]
    id_index: Mapped[str | None]
    id_masked: Mapped[str] = mapped_column(default="")


class EmergencyContact(Lasting, Base):
    """紧急联系人, called in the order of `position`. Clause P-11."""

    __tablename__ = "emergency_contact"
    __table_args__ = (CheckConstraint("position >= 1", name="position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    name: Mapped[str]
    relation: Mapped[str]
    phone: Mapped[str] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(default=1)
    holds_spare_key: Mapped[bool] = mapped_column(default=False)


class Vehicle(Lasting, Base):
    __tablename__ = "vehicle"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    plate: Mapped[str] = mapped_column(index=True)
    brand: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # its parking space


class Occupancy(Lasting, Base):
    """A customer in a unit, with a role, for a half-open period."""

    __tablename__ = "occupancy"
    __table_args__ = (
        CheckConstraint("share > 0 AND share <= 10000", name="share"),  # hundredths of a per cent
        CheckConstraint("ends IS NULL OR starts IS NULL OR starts < ends", name="period"),
        Index("ix_occupancy_unit_id", "unit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    role: Mapped[OccupancyRole]
    share: Mapped[Percent | None]  # of a co-owner, in per cent
    source: Mapped[Source] = mapped_column(default=Source.counter)
    recorded_at: Mapped[Moment]

    unit: Mapped[Unit] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(  # who it is today: of a merged file the one that was kept
        secondary=lambda: FILE,
        primaryjoin=lambda: Occupancy.customer_id == FILE.c.id,
        secondaryjoin=lambda: func.coalesce(FILE.c.merged_into_id, FILE.c.id) == Customer.id,
        foreign_keys=lambda: [FILE.c.id, FILE.c.merged_into_id],
        viewonly=True,
        lazy="raise",
        innerjoin=True,
    )
