"""Two who do something at the same moment, each in a unit of work of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

from sqlalchemy import text

from crm.db import session
from crm.errors import DomainError

REFUSED = "refused"


def both(work: Callable[..., Any], *acts: Callable[[], Any]) -> list[Any]:
    """What each of them gave, sorted; REFUSED where it was refused. Any other error is raised."""
    met, said = Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            with work():
                session().execute(text("SELECT 1"))
                with suppress(BrokenBarrierError):
                    met.wait(1)
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
