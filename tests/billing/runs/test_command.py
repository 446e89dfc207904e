"""`crm billing run`: the preview's figures, the bills, and what it refuses."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner
from flask import g
from sqlalchemy import func, select

from crm.auth.actor import system_actor
from crm.billing.command import billing_command
from crm.billing.ledger.models import Bill
from crm.errors import DomainError
from tests import factories as make
from tests.billing.making import make_item, make_tariff


@pytest.fixture
def run(app, db):
    def call(*arguments):
        with app.app_context():
            g.actor = system_actor("command line")
            done = CliRunner().invoke(billing_command, ["run", *arguments])
        if done.exception:
            raise done.exception
        return done.output

    return call


@pytest.fixture
def item(estate):
    make.make_customer(estate, "欧阳娜娜", make.make_unit(estate, built_area=Decimal("120.50")))
    make.make_unit(estate)
    made = make_item(estate, "物业服务费")
    make_tariff(made)
    return made


def test_counted_and_then_published(run, db, item):
    month = ("--estate", "阳光花园", "--period", "2026-11")
    [told] = json.loads(run(*month, "--json"))
    facts = {"item": "物业服务费", "month": "2026-11", "bills": 1, "total": "337.40"}
    assert told == facts | {"state": "draft", "skipped": {"nobody": 1}, "unpaid_units": 0, "unpaid_days": 0}
    assert db.scalar(select(func.count(Bill.id))) == 0
    assert "337.40" in run(*month)
    for _ in range(2):
        [told] = json.loads(run(*month, "--item", "物业服务费", "--publish", "--json"))
        assert told == facts | {"state": "published"}
    assert db.scalar(select(func.count(Bill.id))) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--estate", "阳光", "--period", "2026-11"), "没有名为"),
        (("--estate", "阳光花园", "--period", "2026-13"), "请填写月份"),
        (("--estate", "阳光花园", "--period", "2026-11", "--item", "电费"), "没有收费项目"),
    ],
)
def test_what_is_not_there_is_said(run, item, given, says):
    with pytest.raises(DomainError, match=says):
        run(*given)
