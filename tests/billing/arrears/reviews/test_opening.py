"""A review is opened once: by the clock on its day, by people, and by eight processes at the same time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask, g
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.billing.arrears.command import arrears_command
from crm.billing.arrears.jobs import open_reviews
from crm.billing.arrears.reviews.figures import OPENED_BY_ITSELF, OPENED_ON
from crm.billing.arrears.reviews.models import Review
from crm.dates import telling
from crm.policy.models import FigureValue
from crm.properties.models import Estate
from tests import factories as make
from tests.billing.making import MOMENT, make_bill

RACING, PROCESSES = "tests.billing.ledger.racing", 8


@pytest.fixture
def owing(estate: Estate) -> Estate:
    make_bill(make.make_customer(estate))
    return estate


@pytest.fixture
def tick(app: Flask, db: Session) -> Callable[[int], int]:
    """What the clock does on that day of March."""

    def run(day: int) -> int:
        with telling(datetime(2026, 3, day, 2, tzinfo=UTC)), app.app_context():
            g.actor, g.request_id = system_actor("clock"), ""
            return open_reviews()

    return run


def test_the_clock_opens_each_estate_with_bills_on_its_day(
    owing: Estate, tick: Callable[[int], int], db: Session
) -> None:
    assert [tick(day) for day in (1, 4, 5, 5, 28)] == [0, 0, 1, 0, 0]
    [review] = db.scalars(select(Review)).all()
    assert (review.estate_id, review.month, review.day) == (owing.id, date(2026, 3, 1), date(2026, 3, 5))


def _set(figure: Any, value: Any) -> None:
    told = {"valid_from": date(2026, 1, 1), "confirmed": True, "basis": "会议决定"}
    make._kept(FigureValue(key=figure.key, value=value, set_by="郑凯", set_at=MOMENT, **told))


def test_the_company_sets_the_day(owing: Estate, tick: Callable[[int], int]) -> None:
    _set(OPENED_ON, 20)
    assert [tick(day) for day in (19, 20)] == [0, 1]


def test_the_company_may_open_it_by_hand_only(owing: Estate, tick: Callable[[int], int]) -> None:
    _set(OPENED_BY_ITSELF, False)
    assert tick(20) == 0


def test_the_command_tells_each_estate(app: Flask, owing: Estate) -> None:
    with telling(datetime(2026, 3, 10, 2, tzinfo=UTC)), app.app_context():
        g.actor = system_actor("command line")
        done = CliRunner().invoke(arrears_command, ["open", "--month", "2026-03", "--json"], obj=app)
        refused = CliRunner().invoke(arrears_command, ["open", "--month", "2025-03", "--estate", owing.name], obj=app)
    assert done.exception is None, done.exception
    told = {each["estate"]: each for each in json.loads(done.output)}
    assert told[owing.name]["accounts"] == 1
    assert told[owing.name]["overdue"] == "300.00"
    assert told["科创大厦"]["accounts"] == 0
    assert refused.exit_code != 0


@pytest.mark.timeout(300)
def test_eight_processes_open_one_review(crm, commands, fresh_database, own_engine: Engine) -> None:
    prepared = commands.start(["prepare", "0"], fresh_database, module=RACING)
    assert prepared.communicate()[1] == ""
    month = date.today().strftime("%Y-%m")
    asked = ["arrears", "open", "--month", month, "--json"]
    begun = [commands.start(asked, fresh_database) for _ in range(PROCESSES)]
    said = [process.communicate() for process in begun]
    assert [errors for _out, errors in said] == [""] * PROCESSES
    assert len({out for out, _errors in said}) == 1
    assert json.loads(said[0][0])[0]["accounts"] == 2
    with own_engine.connect() as connection:
        lines = connection.execute(text("SELECT count(*), count(DISTINCT customer_id) FROM arrears_line")).one()
    assert tuple(lines) == (2, 2)
