"""Eight who press the button at once make one run; the command prints it."""

from __future__ import annotations

import pytest
from pypdf import PdfReader
from sqlalchemy import create_engine, text

from crm.settings import read_settings
from tests.billing.arrears.letters.racing import CUSTOMERS
from tests.jobs.test_racing import until

RACING = "tests.billing.arrears.letters.racing"
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


@pytest.mark.timeout(300)
def test_eight_who_press_at_once_make_one_run(crm, commands, prepared, tmp_path):
    racing = [commands.start(["make", "the form's key"], prepared, module=RACING) for _ in range(PROCESSES)]
    until(lambda: all("ready" in process.out() for process in racing))
    said = [process.communicate() for process in racing]
    assert [process.returncode for process in racing] == [0] * PROCESSES, said
    assert len({out for out, _errors in said}) == 1
    assert rows(prepared, "SELECT count(*), count(DISTINCT customer_id), sum(amount) FROM demand") == [
        (CUSTOMERS, CUSTOMERS, CUSTOMERS * 30_000)
    ]
    assert rows(prepared, "SELECT serial FROM number ORDER BY serial") == [(each,) for each in range(1, CUSTOMERS + 1)]
    assert rows(prepared, "SELECT count(*) FROM log_entry WHERE kind = 'DemandMade'") == [(CUSTOMERS,)]
    paper = tmp_path / "letters.pdf"
    done = crm("arrears", "letters", "--review", "1", "--out", str(paper))
    assert str(paper) in done.stdout
    assert len(PdfReader(paper).pages) == CUSTOMERS
    assert paper.stat().st_size < CUSTOMERS * 70_000
    again = crm("arrears", "letters", "--review", "1", "--out", str(paper), check=False)
    assert again.returncode == 1
