"""Several processes at the same books, and one that is killed: no fen twice, none half, and nobody stops another."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.billing.ledger.racing import BATCH, TURNS

RACING = "tests.billing.ledger.racing"
PROCESSES = 8


@pytest.fixture
def race(crm, commands, fresh_database, own_engine) -> Callable[..., list[str]]:
    """Run verbs at once, each in a process; what each said. The books are sound afterwards."""

    def run(*verbs: tuple[str, int]) -> list[str]:
        begun = [commands.start([verb, str(number)], fresh_database, module=RACING) for verb, number in verbs]
        said = [process.communicate() for process in begun]
        assert "".join(errors for _out, errors in said) == ""
        assert json.loads(crm("billing", "check", "--json").stdout)["sound"]
        return [out for out, _errors in said]

    run(("prepare", 0))
    return run


@pytest.fixture
def asked(own_engine: Engine) -> Callable[[str], Sequence[Any]]:
    def ask(statement: str) -> Sequence[Any]:
        with own_engine.connect() as connection:
            return connection.execute(text(statement)).all()

    return ask


@pytest.mark.timeout(300)
def test_one_form_sent_by_eight_is_one_payment(race, asked):
    race(*[("same_form", number) for number in range(PROCESSES)])
    assert asked("SELECT amount, open FROM payment") == [(25_000, 0)]
    assert asked("SELECT count(*), sum(amount) FROM allocation") == [(3, 25_000)]


@pytest.mark.timeout(300)
def test_a_bill_paid_by_eight_is_settled_once(race, asked):
    """The seven that come too late are the payer's credit."""
    race(*[("same_bill", number) for number in range(PROCESSES)])
    assert asked("SELECT open FROM bill WHERE id = 1") == [(0,)]
    assert asked("SELECT sum(amount) FROM allocation") == [(10_000,)]
    assert asked("SELECT count(*), sum(amount), sum(open) FROM payment") == [(8, 80_000, 70_000)]


@pytest.mark.timeout(300)
def test_a_batch_that_is_killed_leaves_nothing_half_and_is_sent_again(race, asked, commands, fresh_database):
    process = commands.start(["batch", "4"], fresh_database, module=RACING)
    while "within" not in process.out():
        assert process.poll() is None, process.err()
    process.kill()
    process.wait()
    assert asked("SELECT count(*), sum(amount) FROM payment") == [(3, 39_000)]
    assert asked("SELECT sum(amount) FROM allocation") == [(39_000,)]
    race(("batch", 0))
    assert asked("SELECT count(*), count(DISTINCT key), sum(amount) FROM payment") == [(BATCH, BATCH, BATCH * 13_000)]


@pytest.mark.timeout(300)
def test_what_is_paid_while_a_month_closes_is_in_its_figures_or_in_the_next(race, asked):
    race(*[("pay", number) for number in range(4)], ("close", 5))
    [(figures,)] = asked("SELECT figures FROM period_close")
    kept = figures if isinstance(figures, dict) else json.loads(figures)
    [(before,)] = asked("SELECT coalesce(sum(amount), 0) FROM payment WHERE month = '2026-02-01'")
    assert Decimal(kept["collected"]) == Decimal(before) / 100
    assert before >= 5 * 700
    assert asked("SELECT count(*) FROM payment WHERE month NOT IN ('2026-02-01', '2026-03-01')") == [(0,)]
    assert asked("SELECT count(*) FROM payment") == [(4 * TURNS,)]
    wrong = "FROM allocation JOIN payment ON payment.id = payment_id WHERE allocation.month <> payment.month"
    assert asked(f"SELECT count(*) {wrong}") == [(0,)]


@pytest.mark.timeout(300)
def test_nobody_stops_another_whatever_they_do(race, asked):
    """No deadlock, and sound books."""
    said = race(*[("anything", number) for number in range(6)])
    refused = sum(len(each.splitlines()) for each in said)
    assert refused < 6 * TURNS
    [(bills, settled)] = asked("SELECT count(*), coalesce((SELECT sum(amount) FROM allocation), 0) FROM bill")
    assert bills >= 36
    assert settled > 0
