"""A large import goes in part by part: cut off anywhere and begun again it ends as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.dates import utc_now
from crm.imports import service
from crm.imports.drafting import parts
from crm.imports.drafting.parts import parts_of, size_of
from crm.imports.models import ImportRun, Leftover
from crm.imports.storing import store
from crm.properties.models import Building, Entrance, Estate, Unit
from crm.tenants.models import Customer, Fact, Member, Occupancy, Phone, Vehicle
from tests.imports.workbooks import ESTATE, ROOMS, VALID_IDS, rooms

Work = Callable[..., AbstractContextManager[Session]]
STORED = (Estate, Building, Entrance, Unit, Customer, Member, Vehicle, Occupancy, Phone, Fact, Leftover)
HOUSEHOLDS = rooms(
    *(["3", "1", f"{floor}01", 90 + floor, "已入住", f"张{floor}", "男", f"1390731{floor:04d}", "", "业主"]
      for floor in range(1, 8)),
    ["3", "1", "801", 90, "已入住", "李四", "女", "13907319999", VALID_IDS[0], "业主"],
)  # fmt: skip
FILES = {"estate": ESTATE.read_bytes(), "rooms": ROOMS.read_bytes(), "households": HOUSEHOLDS}


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLACES", "HOUSEHOLDS", "KEPT"):
        monkeypatch.setattr(parts, name, 2)


def counts(work: Work) -> dict[str, int]:
    with work() as db:
        return {model.__tablename__: db.scalar(select(func.count()).select_from(model)) or 0 for model in STORED}


def grown(work: Work, before: dict[str, int]) -> dict[str, int]:
    return {name: count - before[name] for name, count in counts(work).items()}


def uploaded(work: Work, content: bytes, name: str) -> tuple[int, service.File]:
    with work():
        file = service.open_file(content, f"{name}.xlsx")
        return service.upload(file, content, name).id, file


def stored_parts(work: Work, run_id: int, file: service.File, most: int) -> int:
    """Draft, then store at most so many parts, each in its own unit of work; how many there were."""
    with work() as db:
        drafted = service.drafted_of(db.get_one(ImportRun, run_id), file)
    cut = [part for estate in drafted.estates for part in parts_of(estate)]
    for part in cut[:most]:
        assert size_of(part) > 0
        with work() as db:
            store(part, db.get_one(ImportRun, run_id), utc_now(), date(2026, 11, 24))
    return len(cut)


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
@pytest.mark.parametrize("cut_at", [0, 1, 2, 3, 5, 8, 13])
def test_cut_off_and_begun_again(work: Work, content: bytes, cut_at: int) -> None:
    before = counts(work)
    run_id, file = uploaded(work, content, "整体小区")
    with work() as db:
        result: dict[str, Any] = service.carry_out(db.get_one(ImportRun, run_id), file)
    whole, between = grown(work, before), counts(work)
    run_id, file = uploaded(work, content, "分批小区")
    stored_parts(work, run_id, file, cut_at)
    stored_parts(work, run_id, file, 1000)
    assert grown(work, between) == whole
    with work() as db:
        again = service.drafted_of(db.get_one(ImportRun, run_id), file).result()
    assert (again["created"], again["updated"]) == ({}, {})
    assert again["unchanged"] == result["created"]


def test_what_is_unchanged_makes_no_part(work: Work) -> None:
    run_id, file = uploaded(work, HOUSEHOLDS, "分批小区")
    assert stored_parts(work, run_id, file, 1000) > 8
    assert stored_parts(work, run_id, file, 0) == 0
