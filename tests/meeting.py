"""Two who do something at the same moment, each in a unit of work of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

from sqlalchemy import text

from crm.db import session
from crm.errors import DomainError

REFUSED = "refused"
# Seconds until whoever waits goes on alone: SQLite lets the second in only when the first is done.
PATIENCE = 1 if os.environ.get("CRM_TEST_ENGINE") == "postgresql" else 0.1


def both(work: Callable[..., Any], *acts: Callable[[], Any]) -> list[Any]:
    """What each of them gave, sorted; REFUSED where it was refused. Any other error is raised."""
    met, said = Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            with work():
                session().execute(text("SELECT 1"))
                with suppress(BrokenBarrierError):
                    met.wait(PATIENCE)
                said[place] = act()
        except DomainError:
            said[place] = REFUSED  # type: ignore[call-overload]
        except Exception as error:
            said[place] = error  # type: ignore[call-overload]

    threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for each in said:
        if isinstance(each, Exception):
            raise each
    return sorted(said, key=str)
