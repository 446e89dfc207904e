"""Figures: which value holds on a day, what is refused, what it costs to read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import g
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.errors import DomainError, Stale
from crm.policy import figures, service
from crm.policy.figures import Figure, in_force
from crm.policy.models import FigureValue

TODAY = date(2026, 11, 24)
Work = Callable[..., Any]


@pytest.fixture
def declare() -> Iterator[Callable[..., Figure[Any]]]:
    """Declares a figure for one test."""
    before = dict(figures.declared)

    def made(default: Any, **given: Any) -> Figure[Any]:
        return Figure(key="tests.figure", title="A figure", default=default, **given)

    yield made
    figures.declared.clear()
    figures.declared.update(before)


def set_to(figure: Figure[Any], value: Any, day: date = TODAY, **given: Any) -> FigureValue:
    facts = {"basis": "总经理办公会", "confirmed": True, "latest": service.latest_of(figure).version} | given
    return service.set_value(figure, value, day, TODAY, **facts)


@dataclass(frozen=True)
class Row:
    valid_from: date
    value: int


@given(some.lists(some.tuples(some.integers(-30, 30), some.integers())), some.integers(-40, 40))
def test_the_latest_that_has_begun_holds_and_the_later_entry_on_equal_days(
    entered: list[tuple[int, int]], day: int
) -> None:
    rows = [Row(TODAY + timedelta(days=offset), value) for offset, value in entered]
    expected = None
    for offset, value in sorted(entered, key=lambda pair: pair[0]):  # stable: entered later stays later
        if offset <= day:
            expected = value
    found = in_force(rows, TODAY + timedelta(days=day))
    assert (found.value if found else None) == expected


def test_the_default_holds_until_the_first_value_begins(work: Work, declare: Callable[..., Figure[Any]]) -> None:
    figure = declare(30)
    with work():
        assert figure.on(TODAY) == 30
        set_to(figure, 45, TODAY + timedelta(days=7))
        assert [figure.on(TODAY + timedelta(days=days)) for days in (0, 6, 7, 8)] == [30, 30, 45, 45]
        set_to(figure, 50, TODAY + timedelta(days=7))
        assert figure.on(TODAY + timedelta(days=7)) == 50


@pytest.mark.parametrize("value", [7, Decimal("0.050"), True, False, "两人在场", "b"])
def test_a_value_comes_back_as_it_was_set(work: Work, declare: Callable[..., Figure[Any]], value: Any) -> None:
    other = {int: 1, Decimal: Decimal(1), bool: not value, str: "a"}[type(value)]
    figure = declare(other, choices={"a": "A", "b": "B"} if value == "b" else {})
    with work():
        set_to(figure, value)
    with work():
        assert figure.on(TODAY) == value
        assert type(figure.on(TODAY)) is type(value)


def test_a_day_that_is_over_is_refused(work: Work, declare: Callable[..., Figure[Any]]) -> None:
    figure = declare(30)
    with work(), pytest.raises(DomainError, match=r"今天或以后|Choose today or later"):
        set_to(figure, 45, TODAY - timedelta(days=1))


def test_whoever_saw_an_older_state_is_refused(work: Work, declare: Callable[..., Figure[Any]]) -> None:
    figure = declare(30)
    with work():
        seen = service.latest_of(figure).version
        set_to(figure, 45)
        with pytest.raises(Stale):
            set_to(figure, 60, latest=seen)
        assert figure.on(TODAY) == 45


@pytest.mark.parametrize(
    ("default", "typed", "given"),
    [
        (30, "half", {}),
        (30, "0.5", {}),
        (30, "0", {"least": 1}),
        (30, "481", {"most": 480}),
        (Decimal(1), "a", {}),
        (Decimal(1), "NaN", {}),
        (Decimal(1), "1.01", {"most": Decimal("1")}),
        ("a", "c", {"choices": {"a": "A", "b": "B"}}),
        ("", "x" * 2001, {}),
    ],
)
def test_what_cannot_be_is_refused(
    work: Work, declare: Callable[..., Figure[Any]], default: Any, typed: str, given: dict[str, Any]
) -> None:
    figure = declare(default, **given)
    with work(), pytest.raises(DomainError):
        figure.parsed(typed)


@pytest.mark.parametrize(
    ("default", "typed", "value"),
    [(30, " 45 ", 45), (Decimal(0), "0.0005", Decimal("0.0005")), (True, "false", False), ("", " 盖章 ", "盖章")],
)
def test_what_is_typed_is_read(declare: Callable[..., Figure[Any]], default: Any, typed: str, value: Any) -> None:
    assert declare(default).parsed(typed) == value


def test_a_key_is_declared_once_and_an_unknown_one_raises(declare: Callable[..., Figure[Any]]) -> None:
    declare(30)
    with pytest.raises(TypeError, match="twice"):
        declare(30)
    with pytest.raises(KeyError):
        figures.get_figure("tests.nothing")


def test_a_default_is_to_be_confirmed_and_a_value_may_be(work: Work, declare: Callable[..., Figure[Any]]) -> None:
    figure = declare(30)
    with work():
        assert not service.is_confirmed(figure, TODAY)
        set_to(figure, 30)
        assert service.is_confirmed(figure, TODAY)
        set_to(figure, 45, confirmed=False)
        assert not service.is_confirmed(figure, TODAY)


def test_all_figures_cost_one_query_a_request(
    work: Work, declare: Callable[..., Figure[Any]], queries: Callable[..., Any]
) -> None:
    figure = declare(30)
    other = Figure(key="tests.other", title="Another", default=1)
    with work():
        with queries() as seen:
            for _ in range(3):
                figure.on(TODAY)
                other.on(TODAY)
        assert len(seen) == 1
        set_to(other, 2)
        with queries() as again:
            assert other.on(TODAY) == 2
        assert len(again) == 1


@pytest.mark.parametrize("statement", ["UPDATE figure_value SET confirmed = NULL", "DELETE FROM figure_value"])
def test_what_was_set_stays(work: Work, declare: Callable[..., Figure[Any]], db: Session, statement: str) -> None:
    with work():
        set_to(declare(30), 45)
    with pytest.raises(DBAPIError, match="append-only"):
        db.execute(text(statement))


def test_setting_a_figure_is_recorded(work: Work, declare: Callable[..., Figure[Any]]) -> None:
    figure = declare(Decimal("0.05"))
    with work() as db:
        g.actor = system_actor("刘洋")
        set_to(figure, Decimal("0.06"))
        [(_at, event)] = db.info["events"]
        assert event.changes["value"] == ["0.05", "0.06"]
        assert (event.key, event.valid_from) == ("tests.figure", "2026-11-24")
