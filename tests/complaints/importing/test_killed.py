"""kill -9 within a part, and after the last one: going on does the rest, and nothing is there twice."""

from __future__ import annotations

import signal

from sqlalchemy import text

from tests.imports.dying import LAST

DYING = "tests.complaints.importing.dying"
TABLES = ("complaint", "complaint_caller", "complaint_step", "complaint_import_row", "number WHERE text LIKE 'T%'")


def test_killed_at_any_moment_and_gone_on_with(own_engine, commands, fresh_database):
    def run(*arguments):
        process = commands.start(arguments, fresh_database, module=DYING)
        out, errors = process.communicate()
        return process.returncode, out.strip() or errors

    def stored():
        with own_engine.connect() as connection:
            return [connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in TABLES]

    assert run("prepare") == (0, "")
    assert run("work", "2", "0")[0] == -signal.SIGKILL
    assert stored() == [3, 3, 12, 3, 3]
    assert run("work", str(LAST), "1")[0] == -signal.SIGKILL
    assert stored() == [9, 9, 36, 9, 9]
    assert run("work", "0", "2") == (0, "done 9 9 9")
    assert stored() == [9, 9, 36, 9, 9]
