"""Several who reach for the last piece at once: one has it, the others are told so."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.repairs.stock.racing import TAKERS

RACING = "tests.repairs.stock.racing"


@pytest.fixture
def race(commands, fresh_database, own_engine):
    def run(*verbs):
        begun = [commands.start([verb, str(number)], fresh_database, module=RACING) for verb, number in verbs]
        said = [process.communicate() for process in begun]
        assert "".join(errors for _out, errors in said) == ""
        return [out.strip() for out, _errors in said]

    run(("prepare", 0))
    return run


def asked(engine, statement):
    with engine.connect() as connection:
        return connection.execute(text(statement)).all()


@pytest.mark.timeout(300)
def test_the_last_piece_is_taken_once(race, own_engine):
    said = race(*[("take", number) for number in range(1, TAKERS + 1)])
    assert sorted(said) == ["", *["refused"] * (TAKERS - 1)]
    held = "SELECT sum(quantity) FROM stock_movement GROUP BY coalesce(van_of_id, 0) ORDER BY 1"
    assert asked(own_engine, held) == [(0,), (1000,)]


@pytest.mark.timeout(300)
def test_what_all_count_is_put_right_once(race, own_engine):
    said = race(*[("count", number) for number in range(1, TAKERS + 1)])
    assert sorted(said) == ["0", "0", "0", "0", "0", "4.000"]
    assert asked(own_engine, "SELECT sum(quantity) FROM stock_movement") == [(5000,)]
