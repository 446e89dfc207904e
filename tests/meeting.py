"""Two who do something at the same moment, each in a unit of work of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

from flask import Flask, g
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.auth.actor import Actor, system_actor
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.properties.models import Estate

REFUSED = "refused"
# Seconds until whoever waits goes on alone: SQLite lets the second in only when the first is done.
PATIENCE = 1 if os.environ.get("CRM_TEST_ENGINE") == "postgresql" else 0.1


@dataclass(frozen=True, slots=True)
class OwnCompany:
    """A database of its own, where every unit of work is really committed, from any thread."""

    app: Flask
    estate: Estate

    @contextmanager
    def work(self, actor: Actor | None = None) -> Iterator[Session]:
        with self.app.app_context():
            g.actor, g.request_id = actor or system_actor("tests"), ""
            with unit_of_work() as db:
                yield db


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
