"""Twenty who issue the same papers at once, and one that is killed in the middle: done once, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from crm.settings import read_settings
from tests.archive.lending.racing import BORROWERS

RACING = "tests.archive.lending.racing"


def asked(installation, statement):
    engine = create_engine(read_settings(installation).database_url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return found


def ran(process):
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    return out


@pytest.mark.timeout(300)
def test_one_of_twenty_issues_and_the_others_are_told_why(commands, installation):
    ran(commands.start(["prepare", "approved"], installation, module=RACING))
    numbers = range(1, BORROWERS + 1)
    said = [ran(each) for each in [commands.start(["issue", str(key)], installation, module=RACING) for key in numbers]]
    assert said.count("done") == 1
    assert all("李敏" in each and "借" in each for each in said if each != "done"), "who has it, and by which slip"
    assert asked(installation, "SELECT count(*) FROM slip_line WHERE out") == [(2,)]
    assert asked(installation, "SELECT count(*) FROM custody WHERE ends_at IS NULL AND cause = 'lent'") == [(1,)]


KILLED = [  # how far the slip is, what is done, where it stands then
    ("submitted", "approve", "approved"),
    ("approved", "issue", "issued"),
    ("asked", "extend", "issued"),
    ("issued", "back", "returned"),
    ("returned", "check", "verified"),
    ("verified", "reshelve", "closed"),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("upto", "action", "state"), KILLED)
def test_killed_in_the_middle_it_is_not_done(commands, installation, upto, action, state):
    ran(commands.start(["prepare", "submitted" if upto == "approved" else upto], installation, module=RACING))
    if upto == "approved":
        ran(commands.start(["approve", "1"], installation, module=RACING))
    slip = "SELECT state FROM lending_slip UNION ALL SELECT CAST(due_on AS VARCHAR) FROM lending_slip"
    lines = "SELECT CAST(sum(returned_pages) AS VARCHAR) FROM slip_line UNION ALL SELECT state FROM slip_extension"
    counts = (f"SELECT CAST(count(*) AS VARCHAR) FROM {table}" for table in ("custody", "log_entry", "slip_step"))
    told = " UNION ALL ".join((slip, lines, *counts))
    before = asked(installation, told)
    process = commands.start([action, "1", "die"], installation, module=RACING)
    process.communicate()
    assert process.returncode == -9
    assert asked(installation, told) == before
    assert ran(commands.start([action, "1"], installation, module=RACING)) == "done"
    assert asked(installation, "SELECT state FROM lending_slip") == [(state,)]
