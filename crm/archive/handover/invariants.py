"""What must hold of every hand-over, proved on the live database: I5, I11, I12 of section 2.7."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from crm.archive.credit.models import Project
from crm.archive.dossiers.content import content_hash
from crm.archive.handover.models import (
    Clock,
    Deadline,
    Handover,
    HandoverState,
    LineState,
    ListSignature,
    ListVersion,
    Party,
    Postponement,
    SignatureVoid,
    SupplementLine,
    SupplementList,
)
from crm.archive.handover.queries import deadlines
from crm.db import session
from crm.worktime.queries import calendar

MOST = 20  # faults named of each kind


def filed_means_three_signatures() -> list[str]:
    """I5: what is filed has three valid signatures of three people on the list that holds."""
    later, gone = aliased(ListVersion), SignatureVoid
    newest = ~exists().where(later.handover_id == ListVersion.handover_id, later.version > ListVersion.version)
    signed = (
        select(ListVersion.handover_id)
        .join(ListSignature, ListSignature.version_id == ListVersion.id)
        .where(newest, ListSignature.hash == ListVersion.hash)
        .where(~exists().where(gone.signature_id == ListSignature.id))
        .group_by(ListVersion.handover_id)
        .having(func.count(ListSignature.party.distinct()) == len(Party))
        .having(func.count(ListSignature.signer_id.distinct()) == len(Party))
    )
    wrong = select(Handover.id).where(Handover.state == HandoverState.filed, Handover.id.not_in(signed))
    return [f"hand-over {row.id}: is filed without three valid signatures" for row in _some(wrong)]


def lists_are_what_was_hashed() -> list[str]:
    """I5 again: the content of every list gives the hash that was signed."""
    found: list[str] = []
    rows = select(ListVersion.id, ListVersion.handover_id, ListVersion.version, ListVersion.content, ListVersion.hash)
    for row in session().execute(rows.order_by(ListVersion.id).execution_options(yield_per=500)):
        if content_hash(row.content) != row.hash:
            found.append(f"hand-over {row.handover_id}: list {row.version} is not what was hashed")
    return found[:MOST]


def duties_do_not_meet() -> list[str]:
    """I11: A is not B, nobody signs for two, nobody of the three decides, nobody about what one asked for."""
    one_hand = select(Project.id).where(Project.a_id == Project.b_id)
    involved = or_(
        Postponement.decided_by_id == Postponement.asked_by_id,
        Postponement.decided_by_id == Handover.archivist_id,
    )
    decided = select(Postponement.id).join(Handover, Handover.id == Postponement.handover_id).where(involved)
    received = (
        select(Handover.id)
        .join(ListVersion, ListVersion.handover_id == Handover.id)
        .join(ListSignature, ListSignature.version_id == ListVersion.id)
        .where(ListSignature.party != Party.archivist, ListSignature.signer_id == Handover.archivist_id)
    )
    waived = (
        select(SupplementLine.id)
        .join(SupplementList, SupplementList.id == SupplementLine.list_id)
        .where(SupplementLine.state == LineState.waived, SupplementLine.decided_by_id == SupplementList.issued_by_id)
    )
    return [
        *(f"project {row.id}: A and B are one person" for row in _some(one_hand)),
        *(f"postponement {row.id}: was decided by somebody involved" for row in _some(decided)),
        *(f"hand-over {row.id}: was received by who was A or B" for row in _some(received.distinct())),
        *(f"supplement line {row.id}: was waived by who asked for it" for row in _some(waived)),
    ]


def due_dates_are_reckoned() -> list[str]:
    """I12: every clock that runs has a due date with its calendar, and it is the one this calendar gives."""
    clocks = (Clock.a, Clock.total)
    there = [exists().where(Deadline.handover_id == Handover.id, Deadline.clock == clock) for clock in clocks]
    ended = select(Handover.id).join(Project, Project.id == Handover.project_id).where(Project.ends_on.is_not(None))
    missing = ended.where(or_(*(~each for each in there)))
    return [*(f"hand-over {row.id}: no clock runs" for row in _some(missing)), *_misreckoned()]


def _misreckoned() -> list[str]:
    days, found = calendar(), []
    for row in deadlines.holding():
        reckoned = days.add(row.starts_on, row.days)
        same = (reckoned.day, reckoned.provisional) == (row.due_on, row.provisional)
        if row.calendar_version == days.version and row.postponement_id is None and not same:
            postponed = deadlines.approved_until(row.handover_id, row.clock)
            if postponed is None and row.clock is not Clock.total:
                found.append(f"hand-over {row.handover_id}: clock {row.clock} is due on another day")
    return found[:MOST]


def _some(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return session().execute(query.limit(MOST)).all()


CHECKS: dict[str, list[Callable[[], list[str]]]] = {
    "I5": [filed_means_three_signatures, lists_are_what_was_hashed],
    "I11": [duties_do_not_meet],
    "I12": [due_dates_are_reckoned],
}
