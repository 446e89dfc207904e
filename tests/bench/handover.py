"""The hand-overs at size: the list, the work lists above it, what is past due, the start page of B."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from flask import g
from sqlalchemy import case, func, select

from crm.archive.credit.models import Client, ClientKind, EndBasis, Project, ProjectKind, ProjectState
from crm.archive.dossiers.models import Dossier
from crm.archive.handover.models import Cause, Clock, Deadline, Handover, HandoverState
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.bulk import look_anew, pour
from crm.dates import utc_now
from crm.db import session, unit_of_work
from tests.bench import archive
from tests.bench.figure import Figure, Reading, spread, timings
from tests.bench.installation import USERS, Installation

THREE = ("wanglei", "zhaoqian", "fengxue")
ORDER = case({name: place for place, name in enumerate(THREE)}, value=User.username)
RUNNING = 50  # one of so many is under way
STATES = tuple(state for state in HandoverState if state is not HandoverState.filed)


def _lists(bench: Installation) -> Iterator[Reading]:
    archive.fill(bench)
    _fill(bench)
    with bench.reading():
        count = session().scalar(select(func.count(Handover.id))) or 0
    for role, address in (
        ("archivist", "/archive/handover/"),
        ("archivist", "/archive/handover/?mine=receive"),
        ("archivist", "/archive/handover/?time=late"),
        ("archivist", "/archive/handover/?q=鑫源"),
        ("project_manager", "/archive/handover/"),
        ("project_manager", "/archive/handover/?mine=prepare"),
        ("project_manager", "/"),
    ):
        asked = partial(bench.client(USERS[role]).get, address)
        yield spread(f"{role} {address}", timings([asked] * 5), note=f"{count:,} hand-overs")


def _fill(bench: Installation) -> None:
    """One for each dossier that the archive's figures poured, once for each installation."""
    taken = select(Handover.id).where(Handover.dossier_id == Dossier.id).exists()
    poured = select(Dossier.id, Dossier.title, Dossier.opened_on).where(Dossier.subject_kind == "bench", ~taken)
    with bench.app.app_context():
        g.actor, g.request_id = system_actor("bench"), ""
        with unit_of_work() as db:
            if dossiers := db.execute(poured.order_by(Dossier.id)).all():
                _handovers(dossiers)
                look_anew()


def _handovers(dossiers: Sequence[Any]) -> None:
    client = Client(kind=ClientKind.company, name="鑫源商贸", registered_at=utc_now())
    session().add(client)
    session().flush()
    project, handover = (1 + (session().scalar(select(func.max(each))) or 0) for each in (Project.id, Handover.id))
    a_id, b_id, archivist_id = session().scalars(select(User.id).where(User.username.in_(THREE)).order_by(ORDER)).all()
    common = {"kind": ProjectKind.loan, "client_id": client.id, "state": ProjectState.ended, "a_id": a_id, "b_id": b_id}
    common |= {"amount": Decimal(500_000), "term_months": 12, "rate": Decimal(6), "basis": EndBasis.disbursement}
    common |= {"entered_by": "bench", "entered_at": utc_now()}
    numbered = list(enumerate(dossiers))
    pour(Project, [common | _project(project + place, row) for place, row in numbered])
    pour(Handover, [_handover(handover + place, project + place, row.id, archivist_id) for place, row in numbered])
    clocks = (Clock.a, Clock.total)
    pour(Deadline, [_deadline(handover + place, clock, row) for place, row in numbered for clock in clocks])


def _project(key: int, row: Any) -> dict[str, Any]:
    own = {"id": key, "title": row.title, "dossier_id": row.id, "imported_as": f"bench {key}"}
    return own | {"applied_on": row.opened_on, "approved_on": row.opened_on, "ends_on": row.opened_on}


def _handover(key: int, project_id: int, dossier_id: int, archivist_id: int) -> dict[str, Any]:
    """Most are filed; those under way stand at every state in turn."""
    state = HandoverState.filed if key % RUNNING else STATES[key // RUNNING % len(STATES)]
    received = archivist_id if state is HandoverState.filed else None
    opened = {"id": key, "project_id": project_id, "dossier_id": dossier_id, "opened_at": utc_now()}
    return opened | {"state": state, "archivist_id": received}


def _deadline(handover_id: int, clock: Clock, row: Any) -> dict[str, Any]:
    days = 3 if clock is Clock.a else 5
    due = {"starts_on": row.opened_on, "days": days, "due_on": row.opened_on + timedelta(days=days)}
    found = {"provisional": False, "calendar_version": 2, "cause": Cause.start, "reckoned_at": utc_now()}
    return {"handover_id": handover_id, "clock": clock} | due | found


FIGURES = (Figure(name="hand-over lists", unit="ms p95", target=150, measure=_lists, slow=True),)
