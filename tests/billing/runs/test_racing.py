"""Eight who publish the same run at once, and one that is killed in the middle: one set of bills, once."""

from __future__ import annotations

import signal

import pytest
from sqlalchemy import create_engine, text

from crm.settings import read_settings
from tests.billing.runs.racing import UNITS

RACING = "tests.billing.runs.racing"
PROCESSES = 8


@pytest.fixture
def prepared(commands, installation):
    made = commands.start(["prepare"], installation, module=RACING)
    _out, errors = made.communicate()
    assert made.returncode == 0, errors
    return installation


def rows(environment, words):
    engine = create_engine(read_settings(environment).database_url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(words))]
    engine.dispose()
    return found


def in_the_books(environment):
    """Bills and fen of each item; the credit that was used."""
    bills = rows(environment, "SELECT item_id, count(*), sum(amount) FROM bill GROUP BY item_id ORDER BY item_id")
    [used] = rows(environment, "SELECT sum(amount) FROM allocation")
    return [tuple(map(int, row)) for row in bills], used[0]


@pytest.mark.timeout(300)
def test_eight_who_publish_at_once_make_one_set_of_bills(commands, prepared):
    killed = commands.start(["die"], prepared, module=RACING)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert rows(prepared, "SELECT count(*) FROM bill") == [(0,)]
    racing = [commands.start(["publish"], prepared, module=RACING) for _ in range(PROCESSES)]
    said = [process.communicate() for process in racing]
    assert [process.returncode for process in racing] == [0] * PROCESSES, said
    assert len({out for out, _errors in said}) == 1
    (fee, shared), used = in_the_books(prepared)
    assert fee[1] == shared[1] == UNITS
    assert shared[2] == 100_001
    assert used == 10 * 10_000
    assert rows(prepared, "SELECT count(*), sum(bills) FROM publication") == [(2, 2 * UNITS)]
    assert rows(prepared, "SELECT count(*) FROM log_entry WHERE kind = 'BillsPublished'") == [(2,)]
