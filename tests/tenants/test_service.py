"""The verbs of a customer's file: nothing is overwritten, what cannot be is refused with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.dates import business_day
from crm.errors import DomainError
from crm.properties.models import Estate, label_as_typed
from crm.properties.queries import get_unit_called
from crm.tenants import queries, service
from crm.tenants.models import (
    Customer,
    CustomerKind,
    Fact,
    FactField,
    OccupancyRole,
    Phone,
    Source,
    SupplementKind,
)
from tests.factories import make_customer, make_occupancy, make_phone, make_unit

Work = Callable[..., Any]
ID_NUMBER = "430102199001011238"
LIKE_IT = "430102198201011238"  # the same once masked


def registered(estate: Estate, **values: Any) -> Customer:
    given = {FactField.name: "吴学文"} | {FactField(name): value for name, value in values.items()}
    return service.register(estate.id, CustomerKind.person, given, source=Source.counter, confirmed_by="李敏")


def supplemented(customer_id: int, kind: SupplementKind, day: date, **values: Any) -> None:
    customer = queries.get_customer(customer_id, Customer.facts)
    given = {FactField(name): value for name, value in values.items()}
    service.supplement(customer, kind, day, given, source=Source.call, confirmed_by="吴学文")


def facts(db: Session, customer_id: int, field: FactField) -> list[Fact]:
    return list(db.scalars(select(Fact).filter_by(customer_id=customer_id, field=field).order_by(Fact.id)))


def test_a_change_closes_the_old_value(work: Work, db: Session, estate: Estate) -> None:
    with work():
        made = registered(estate, email="wu@example.cn")
    with work():
        supplemented(made.id, SupplementKind.change, business_day(), email="wxw@example.cn")
    old, new = facts(db, made.id, FactField.email)
    assert (old.value, old.ends, old.corrected_by_id) == ("wu@example.cn", service_day(work), None)
    assert (new.value, new.starts, new.present) == ("wxw@example.cn", service_day(work), True)
    assert db.get_one(Customer, made.id).email == "wxw@example.cn"


def service_day(work: Work) -> date:
    with work():
        return business_day()


def test_a_correction_marks_the_old_value_as_wrong(work: Work, db: Session, estate: Estate) -> None:
    with work():
        made = registered(estate)
    with work():
        supplemented(made.id, SupplementKind.correction, business_day(), name="吴学雯")
    old, new = facts(db, made.id, FactField.name)
    assert old.corrected_by_id == new.supplement_id
    assert old.ends is None
    assert new.starts == old.starts


def test_two_id_numbers_that_look_alike_masked_differ(work: Work, db: Session, estate: Estate) -> None:
    with work():
        made = registered(estate, id_number=ID_NUMBER)
        index = made.id_index
    with work():
        supplemented(made.id, SupplementKind.correction, business_day(), id_number=LIKE_IT)
    changed = db.get_one(Customer, made.id)
    assert changed.id_masked == "430102********1238"
    assert changed.id_index != index


def test_the_id_number_is_sealed(work: Work, db: Session, estate: Estate) -> None:
    with work():
        made = registered(estate, id_number=ID_NUMBER)
    stored = db.get_one(Customer, made.id)
    assert stored.id_number
    assert ID_NUMBER.encode() not in stored.id_number
    assert [fact.value for fact in facts(db, made.id, FactField.id_number)] == ["430102********1238"]


def test_a_supplement_without_a_difference_is_refused(work: Work, estate: Estate) -> None:
    with work():
        made = registered(estate)
    with pytest.raises(DomainError), work():
        supplemented(made.id, SupplementKind.change, business_day(), name="吴学文")


def test_a_change_before_the_present_value_is_refused(work: Work, estate: Estate) -> None:
    with work():
        made = registered(estate)
    with work():
        supplemented(made.id, SupplementKind.change, business_day(), name="吴学雯")
    with pytest.raises(DomainError), work():
        supplemented(made.id, SupplementKind.change, business_day() - timedelta(days=1), name="吴文")


def test_a_phone_stands_there_once_and_ends(work: Work, db: Session, estate: Estate) -> None:
    customer = make_customer(estate)
    phone = make_phone(customer)
    with pytest.raises(DomainError), work():
        service.add_phone(queries.get_customer(customer.id, Customer.phones), phone.digits, source=Source.call)
    with work():
        service.end_phone(queries.get_part(Phone, phone.id))
    db.expire_all()
    assert db.get_one(Phone, phone.id).ends == service_day(work)
    with work():
        again = service.add_phone(queries.get_customer(customer.id, Customer.phones), phone.digits, source=Source.call)
    assert again.id != phone.id


def test_owners_hold_no_more_than_the_whole(work: Work, estate: Estate) -> None:
    unit = make_unit(estate)
    make_occupancy(make_customer(estate), unit, share=Decimal("60"))
    second = make_customer(estate, "欧阳志远")
    with pytest.raises(DomainError), work():
        service.begin_occupancy(second, unit, OccupancyRole.co_owner, None, share=Decimal("40.01"))
    with work():
        service.begin_occupancy(second, unit, OccupancyRole.co_owner, None, share=Decimal("40"))


def test_unit_and_customer_belong_to_one_estate(work: Work, estate: Estate, other_estate: Estate) -> None:
    with pytest.raises(DomainError), work():
        service.begin_occupancy(make_customer(estate), make_unit(other_estate), OccupancyRole.owner, None)


def test_a_reveal_is_logged_with_its_reason(work: Work, db: Session, estate: Estate) -> None:
    with work():
        made = registered(estate, id_number=ID_NUMBER)
    with work():
        assert service.reveal_id_number(queries.get_customer(made.id), "identity_check") == ID_NUMBER
    entry = db.scalars(select(LogEntry).filter_by(kind="NumberRevealed").order_by(LogEntry.id.desc())).first()
    assert entry
    assert entry.data["reason"] == "identity_check"
    assert ID_NUMBER not in str(entry.data)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("3-1-502", "3-1-502"),
        ("3栋1单元502室", "3-1-502"),
        ("３－１－５０２", "3-1-502"),
        ("3号楼-12", "3-12"),
        ("3-0-12", "3-12"),
        ("b1-023", "B1-023"),
    ],
)
def test_a_unit_as_people_write_it(typed: str, label: str) -> None:
    assert label_as_typed(typed) == label


def test_a_unit_nobody_knows_is_refused(work: Work, estate: Estate) -> None:
    with pytest.raises(DomainError), work():
        get_unit_called(estate.id, "99-9-999")
