"""Whom an audience names: one of a unit by roles, filters, units without anybody, numbers that add up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.correspondence.audience.chosen import Audience, restored
from crm.correspondence.audience.queries import Preview, households, preview
from crm.properties.models import Estate, UnitStatus, UnitUse
from crm.tenants.models import CustomerKind, OccupancyRole
from tests import factories as make
from tests.acting import as_
from tests.billing.making import make_bill

DAY = date(2026, 11, 24)
R = OccupancyRole


def names(work: Callable[..., Any], estate: Estate, **given: Any) -> list[str]:
    with work(as_("limin")) as db:
        return [row.name for row in db.execute(households(Audience(estate_id=estate.id, **given), DAY))]


def seen(work: Callable[..., Any], estate: Estate, **given: Any) -> Preview:
    with work(as_("limin")):
        return preview(Audience(estate_id=estate.id, **given), DAY)


def add_up(found: Preview) -> bool:
    return found.units == found.reached + found.nobody + found.left_out and found.left_out >= 0


@pytest.fixture
def lived_in(estate: Estate) -> Estate:
    """3-1-101: owner and tenant; 3-2-102: two owners; 5-1-101: a company; 5-1-102: nobody; a parking space."""
    one, two = make.make_unit(estate, "3-1-101", floor=1), make.make_unit(estate, "3-2-102", floor=2)
    shop = make.make_unit(estate, "5-1-101", use=UnitUse.shop, status=UnitStatus.let, floor=1)
    make.make_unit(estate, "5-1-102", floor=1)
    owner = make.make_customer(estate, "甲主", one)
    make.make_occupancy(owner, make.make_parking(estate))
    make.make_occupancy(make.make_customer(estate, "甲租", email="a@example.com"), one, R.tenant)
    make.make_occupancy(make.make_customer(estate, "旧租"), one, R.tenant, ends=date(2026, 1, 1))
    make.make_customer(estate, "乙主", two)
    make.make_occupancy(make.make_customer(estate, "乙共"), two, R.co_owner)
    make.make_customer(estate, "丙店", shop, kind=CustomerKind.company)
    return estate


HOMES = (UnitUse.home.value, UnitUse.shop.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["甲租", "乙主", "丙店", "甲主"]),  # the parking space last: it is its owner's
        ({"uses": HOMES}, ["甲租", "乙主", "丙店"]),
        ({"uses": HOMES, "roles": ("owner",)}, ["甲主", "乙主", "丙店"]),
        ({"uses": HOMES, "roles": ("tenant",)}, ["甲租"]),
        ({"uses": HOMES, "each": True}, ["甲主", "甲租", "乙主", "乙共", "丙店"]),
        ({"uses": ("shop",)}, ["丙店"]),
        ({"statuses": ("let",)}, ["丙店"]),
        ({"uses": HOMES, "floors": (2, None)}, ["乙主"]),
        ({"uses": HOMES, "floors": (None, 1)}, ["甲租", "丙店"]),
        ({"kinds": ("company",)}, ["丙店"]),
    ],
)
def test_whom_it_names(work: Callable[..., Any], lived_in: Estate, given: dict[str, Any], expected: list[str]) -> None:
    assert names(work, lived_in, **given) == expected
    assert add_up(seen(work, lived_in, **given))


def test_what_the_preview_says(work: Callable[..., Any], lived_in: Estate) -> None:
    found = seen(work, lived_in, uses=HOMES)
    assert (found.households, found.with_mail, found.units, found.reached) == (3, 1, 4, 3)
    assert (found.nobody, found.left_out, list(found.empty)) == (1, 0, ["5-1-102"])
    assert list(found.buildings) == [("3", 2), ("5", 1)]
    some = seen(work, lived_in, uses=HOMES, kinds=("company",))
    assert (some.households, some.nobody, some.left_out) == (1, 1, 2)


def test_named_buildings_entrances_and_units(work: Callable[..., Any], lived_in: Estate) -> None:
    with work() as db:
        rows = {row.label: row for row in db.execute(households(Audience(estate_id=lived_in.id), DAY))}
        unit = db.get_one(make.Unit, rows["3-2-102"].unit_id)
        building, entrance = unit.building_id, unit.entrance_id
    assert names(work, lived_in, buildings=(building,), uses=HOMES) == ["甲租", "乙主"]
    assert names(work, lived_in, entrances=(entrance,)) == ["乙主"]
    assert names(work, lived_in, units=(rows["3-1-101"].unit_id,)) == ["甲租"]


def test_who_owes_for_long(work: Callable[..., Any], lived_in: Estate) -> None:
    with work() as db:
        owner = db.query(make.Customer).filter_by(name="甲主").one()
    make_bill(owner, due_on=date(2026, 9, 1))
    owing = {"further": {"overdue_for": 30}, "uses": HOMES}
    assert names(work, lived_in, **owing) == ["甲主"]  # who owes, though somebody else lives there
    assert add_up(seen(work, lived_in, **owing))
    assert names(work, lived_in, further={"overdue_for": 90}) == []


def test_a_merged_file_is_the_customer_it_was_merged_into(work: Callable[..., Any], estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-101")
    kept, merged = make.make_customer(estate, "甲", unit), make.make_customer(estate, "甲二", unit)
    make.make_merge(kept, merged)
    for each in (False, True):
        assert names(work, estate, each=each) == ["甲"]


def test_another_estates_audience_is_empty(work: Callable[..., Any], other_estate: Estate, estate: Estate) -> None:
    from dataclasses import replace

    make.make_customer(other_estate, "外人", make.make_unit(other_estate, "3-1-101"))
    only = replace(as_("limin"), estate_ids=frozenset({estate.id}))
    with work(only) as db:
        assert db.execute(households(Audience(estate_id=other_estate.id), DAY)).all() == []


def test_it_is_written_down_and_read_again(estate: Estate) -> None:
    whole = Audience(
        estate_id=1, buildings=(1, 2), floors=(None, 3), roles=("owner",), each=True, further={"overdue_for": 30}
    )
    assert restored(whole.plain()) == whole
    assert restored({"estate_id": 1}).roles == ()


@pytest.mark.parametrize("page", ["/notices/new", "/letters/to-many/new"])
def test_of_which_estate_the_address_says(
    sign_in: Callable[[str], FlaskClient], estate: Estate, other_estate: Estate, page: str
) -> None:
    client = sign_in("limin")
    for text, status in ((estate.id, 200), ("9" * 20, 200), ("²", 200), (other_estate.id, 404)):
        assert client.get(f"{page}?estate_id={text}").status_code == status, text
