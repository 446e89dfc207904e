"""Imports into the database: twice the same, corrected, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.actor import Actor
from crm.auth.permissions import Permission
from crm.errors import DomainError
from crm.imports import service, storing
from crm.imports.models import ImportRun, ImportState, Leftover
from crm.properties.models import Building, Entrance, Estate, Unit, UnitStatus, UnitUse
from crm.secrecy import unseal
from crm.tenants.models import Customer, Fact, FactField, Member, Occupancy, OccupancyRole, Phone, Source, Vehicle
from crm.workbooks.cells import Cell, Sheet
from crm.workbooks.refused import refused_workbook
from tests.imports.workbooks import ESTATE, HEADINGS, ROOMS, VALID_IDS, rooms, workbook

Work = Callable[..., AbstractContextManager[Session]]
STORED = (Estate, Building, Entrance, Unit, Customer, Member, Vehicle, Occupancy, Phone, Fact, Leftover)


def run(work: Work, content: bytes, estate: str = "导入小区", actor: Actor | None = None) -> dict[str, Any]:
    with work(actor):
        file = service.open_file(content, f"{estate}.xlsx")
        return service.carry_out(service.upload(file, content, estate), file)


def counts(work: Work) -> dict[str, int]:
    with work() as db:
        return {model.__tablename__: db.scalar(select(func.count()).select_from(model)) or 0 for model in STORED}


def the_customer(work: Work, name: str = "张三") -> tuple[Customer, list[Phone], list[Fact]]:
    with work() as db:
        customer = db.scalars(select(Customer).filter_by(name=name)).one()
        phones = list(db.scalars(select(Phone).filter_by(customer_id=customer.id).order_by(Phone.id)))
        return customer, phones, list(db.scalars(select(Fact).filter_by(customer_id=customer.id).order_by(Fact.id)))


@pytest.mark.parametrize("path", [ESTATE, ROOMS], ids=["estate", "rooms"])
def test_the_real_workbooks_go_in_whole_and_the_second_time_change_nothing(work: Work, path: Any) -> None:
    first = run(work, path.read_bytes())
    stored = counts(work)
    second = run(work, path.read_bytes())
    assert second["created"] == second["updated"] == {}
    assert second["unchanged"] == first["created"]
    assert (second["refused"], second["kept_for_later"]) == (first["refused"], first["kept_for_later"])
    assert counts(work) == stored


def test_a_dry_run_counts_the_same_and_stores_nothing(work: Work) -> None:
    content, before = ESTATE.read_bytes(), counts(work)
    with work():
        dry = service.dry_run(service.open_file(content, "x.xlsx"), "导入小区")
    assert counts(work) == before
    assert run(work, content) == dry


def test_what_is_stored(work: Work) -> None:
    row = ["3", "1", "502", 94.555, "已入住", "张三", "男", "13907310001", VALID_IDS[0], "业主"]
    run(work, rooms(row))
    customer, phones, facts = the_customer(work)
    with work() as db:
        unit = db.scalars(select(Unit).filter_by(label="3-1-502")).one()
        occupancy = db.scalars(select(Occupancy).filter_by(unit_id=unit.id)).one()
        assert customer.id_number is not None
        assert unseal(customer.id_number) == VALID_IDS[0]
        assert VALID_IDS[0] not in str(db.scalars(select(LogEntry.data)).all())
    assert (str(unit.built_area), unit.status, unit.use) == ("94.56", UnitStatus.occupied, UnitUse.home)
    assert (occupancy.role, occupancy.source, occupancy.starts) == (OccupancyRole.owner, Source.imported, None)
    assert customer.id_masked == "110101********1233"
    assert [phone.digits for phone in phones] == ["13907310001"]
    assert {fact.field: fact.value for fact in facts} == {
        FactField.name: "张三", FactField.sex: "male", FactField.id_number: "110101********1233",
    }  # fmt: skip
    assert {fact.source for fact in facts} == {Source.imported}


def test_a_corrected_file_updates_and_keeps_the_old_values_readable(work: Work) -> None:
    first = ["1", "1", "101", 90, "未入住", "张三", "男", "13907310001", VALID_IDS[0], ""]
    run(work, rooms(first))
    result = run(work, rooms(["1", "1", "101", 91, "已入住", "张三丰", "", "13907310002", VALID_IDS[0], ""]))
    assert result["updated"] == {"unit": 1, "customer": 1}
    assert (result["created"], result["refused"]) == ({}, [])
    customer, phones, facts = the_customer(work, "张三丰")
    assert [(phone.digits, phone.ends is None) for phone in phones] == [("13907310001", False), ("13907310002", True)]
    names = [(fact.value, fact.ends is None) for fact in facts if fact.field is FactField.name]
    assert names == [("张三", False), ("张三丰", True)]
    assert customer.sex == "male"  # an empty cell erases nothing


def test_numbers_from_elsewhere_stay(work: Work) -> None:
    run(work, rooms(["1", "1", "101", 90, "", "张三", "", "13907310001", VALID_IDS[0], ""]))
    customer, _phones, _facts = the_customer(work)
    with work() as db:
        db.add(Phone(customer_id=customer.id, digits="13907310009", source=Source.call, recorded_at=customer_moment()))
    run(work, rooms(["1", "1", "101", 90, "", "张三", "", "13907310002", VALID_IDS[0], ""]))
    _customer, phones, _facts = the_customer(work)
    assert {phone.digits for phone in phones if phone.ends is None} == {"13907310009", "13907310002"}


def customer_moment() -> Any:
    from crm.dates import utc_now

    return utc_now()


def test_whoever_moved_out_is_not_moved_in_again_by_the_old_file(work: Work) -> None:
    content = rooms(["1", "1", "101", 90, "", "张三", "", "13907310001", "", ""])
    run(work, content)
    with work() as db:
        db.scalars(select(Occupancy).join(Customer).filter_by(name="张三")).one().ends = date(2026, 1, 1)
    assert run(work, content)["created"] == {}


def test_an_id_number_that_comes_later_is_taken(work: Work) -> None:
    run(work, ROOMS.read_bytes())
    row = ["1", "1", "1001", "", "", "吴学文", "", "18909711443", VALID_IDS[0], 1001]
    assert run(work, rooms(row))["updated"] == {"customer": 1}
    customer, _phones, facts = the_customer(work, "吴学文")
    assert customer.id_masked == "110101********1233"
    assert sum(fact.field is FactField.id_number for fact in facts) == 1


def test_all_or_nothing(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts(work)

    def die(*_arguments: object, **_named: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(storing, "_print", die)
    with pytest.raises(OSError, match="disk"):
        run(work, ESTATE.read_bytes())
    assert counts(work) == before


def test_several_estates_in_one_file(work: Work) -> None:
    rows = [["甲园", "1", "1", "101", 90, "", "张三", "", "13907310001", "", ""],
            ["乙园", "1", "1", "101", 90, "", "张三", "", "13907310001", "", ""]]  # fmt: skip
    result = run(work, rooms(*rows, headings=["小区名称", *HEADINGS]), estate="")
    assert (result["estate"], result["created"]["customer"]) == (["甲园", "乙园"], 2)
    with work() as db:
        assert db.scalars(select(ImportRun.estate_id).order_by(ImportRun.id.desc())).first() is None


def test_events_stand_in_the_timeline(work: Work) -> None:
    run(work, ROOMS.read_bytes())
    with work() as db:
        kinds = db.scalars(select(LogEntry.kind).order_by(LogEntry.id.desc()).limit(5)).all()
    assert sorted(kinds) == ["CustomerImported", "DossierOpened", "EstateImported", "ImportFinished", "UnitImported"]


def test_the_refused_workbook_corrected_and_sent_again(work: Work) -> None:
    content = rooms(
        ["1", "1", "101", "abc", "", "张三", "", "13907310001", "", ""],
        ["1", "1", "", 90, "", "李四", "", "13907310002", "", ""],
        ["1", "1", "103", 90, "", "王五", "", "13907310003", "", ""],
    )
    result = run(work, content)
    file = service.open_file(content, "x.xlsx")
    book = refused_workbook(service.understood(file), result["refused"])
    (again,) = service.open_file(book, "x.xlsx").sheets
    assert again.name == "资产信息"
    assert again.rows[0][1:] == HEADINGS
    assert [row[1:4] for row in again.rows[1:]] == [["1", "1", "101"], ["1", "1", None]]
    corrected = [["未导入原因", *HEADINGS], ["…", "1", "1", "102", 90, "", "李四", "", "13907310002", "", ""]]
    second = run(work, workbook({"资产信息": corrected}))
    assert (second["created"], second["refused"]) == ({"unit": 1, "customer": 1, "occupancy": 1}, [])


def test_the_refused_workbook_bears_every_sheet_name_and_says_its_reason_once() -> None:
    """As Excel allows it: no brackets, 31 characters, no two that differ in case alone."""
    names = ["台账[1]", "台账 1", "Ledger*", "LEDGER", f"{'长' * 31}甲", f"{'长' * 31}乙"]
    headings = {0: "Why refused", 1: "借款人"}
    rows: list[list[Cell]] = [list(headings.values()), ["…", "张三"]]
    blocks = [SimpleNamespace(sheet=Sheet(name, rows), headings=headings) for name in names]
    book = refused_workbook(blocks, [{"sheet": name, "row": 2, "column": "x", "reason": "…"} for name in names])
    made = openpyxl.load_workbook(BytesIO(book))
    assert made.sheetnames == ["台账 1", "台账 1 2", "Ledger", "LEDGER 2", "长" * 31, f"{'长' * 29} 2"]
    assert [cell.value for cell in made.worksheets[0][1]][1:] == ["借款人"]


def test_whoever_sees_one_estate_imports_into_that_one_only(work: Work, estate: Estate) -> None:
    scoped = Actor(name="李敏", permissions=frozenset(Permission), estate_ids=frozenset({estate.id}))
    row = rooms(["901", "1", "101", 90, "", "张三", "", "13907310001", "", ""])
    assert run(work, row, estate.name, scoped)["created"]["unit"] == 1
    for name in ("科创大厦", "新小区", ""):
        with pytest.raises(DomainError):
            run(work, row, name, scoped)


def test_an_import_is_carried_out_once(work: Work) -> None:
    content = ROOMS.read_bytes()
    with work():
        file = service.open_file(content, "x.xlsx")
        made = service.upload(file, content, "导入小区")
        service.carry_out(made, file)
        assert made.state is ImportState.done
        with pytest.raises(DomainError):
            service.carry_out(made, file)
