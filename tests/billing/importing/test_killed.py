"""kill -9 within a part, and after the last one: going on does the rest, and nothing is there twice."""

from __future__ import annotations

import signal

from tests.billing.importing.dying import LAST

DYING = "tests.billing.importing.dying"


def test_killed_at_any_moment_and_gone_on_with(crm, commands, fresh_database):
    def run(*arguments):
        process = commands.start(arguments, fresh_database, module=DYING)
        out, errors = process.communicate()
        return process.returncode, out.strip() or errors

    crm("init")
    assert run("prepare") == (0, "")
    assert run("work", "2", "0")[0] == -signal.SIGKILL
    assert run("tell") == (0, "checked [3, 2, 2] 3 300.00 30.00 True")
    assert run("work", str(LAST), "1")[0] == -signal.SIGKILL
    assert run("tell") == (0, "checked [9, 8, 8] 9 900.00 360.00 True")
    assert run("work", "0", "2") == (0, "done [9, 8, 8] 9 900.00 360.00 True")
