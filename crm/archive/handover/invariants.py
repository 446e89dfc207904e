"""What must hold of every hand-over, proved on the live database: I5, I11, I12 of section 2.7."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from crm.archive.credit.models import Project
from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.handover.content import lines
from crm.archive.handover.models import (
    Clock,
    Deadline,
    Handover,
    HandoverState,
    LateFiling,
    LatePart,
    LateState,
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
from crm.archive.handover.reckoning import reckoned
from crm.db import session
from crm.worktime.queries import calendar

MOST = 20  # faults named of each kind
PLACE = ("code", "page_from", "page_to")


def filed_means_three_signatures() -> list[str]:
    """I5: what is filed has three valid signatures of three people on the last list before any supplement."""
    gone = SignatureVoid
    signed = (
        select(ListVersion.handover_id)
        .join(ListSignature, ListSignature.version_id == ListVersion.id)
        .where(_last_issued(), ListSignature.hash == ListVersion.hash)
        .where(~exists().where(gone.signature_id == ListSignature.id))
        .group_by(ListVersion.handover_id)
        .having(func.count(ListSignature.party.distinct()) == len(Party))
        .having(func.count(ListSignature.signer_id.distinct()) == len(Party))
    )
    filed = or_(Handover.state == HandoverState.filed, Dossier.state == DossierState.filed)
    wrong = select(Handover.id).join(Dossier, Dossier.id == Handover.dossier_id)
    wrong = wrong.where(filed, Handover.id.not_in(signed)).order_by(Handover.id)
    return [f"hand-over {row.id}: is filed without three valid signatures" for row in _some(wrong)]


def _newest() -> ColumnElement[bool]:
    later = aliased(ListVersion)
    return ~exists().where(later.handover_id == ListVersion.handover_id, later.version > ListVersion.version)


def _last_issued() -> ColumnElement[bool]:
    """The newest one that A issued: supplements have lists of their own, which giver and archivist sign."""
    later = aliased(ListVersion)
    followed = exists().where(
        later.handover_id == ListVersion.handover_id, later.version > ListVersion.version, ~_is_supplements(later)
    )
    return ~_is_supplements(ListVersion) & ~followed


def _is_supplements(version: Any) -> ColumnElement[bool]:
    slip = aliased(LateFiling)
    return exists().where(slip.list_version_id == version.id)


def supplements_have_two_signatures() -> list[str]:
    """I5 for what came later: the list has the slip's line, and giver and archivist have signed what the slip says."""
    found: list[str] = []
    whole = selectinload(LateFiling.signatures)
    slips = select(LateFiling, ListVersion.content).outerjoin(ListVersion, ListVersion.id == LateFiling.list_version_id)
    rows = slips.order_by(LateFiling.id).options(whole).execution_options(yield_per=500)
    for filing, listed in session().execute(rows):
        if content_hash(filing.content) != filing.hash:
            found.append(f"supplement {filing.id}: the slip is not what was hashed")
        elif filing.state is LateState.filed and not _is_confirmed(filing, listed):
            found.append(f"supplement {filing.id}: is filed without two valid signatures")
    return found[:MOST]


def _is_confirmed(filing: LateFiling, listed: Mapping[str, Any]) -> bool:
    signed = {each.part: each.signer_id for each in filing.signatures if each.hash == filing.hash}
    both = signed == {LatePart.giver: filing.giver_id, LatePart.archivist: filing.archivist_id}
    return both and any(came["slip"] == filing.hash for came in listed["supplements"])


def lists_are_what_was_hashed() -> list[str]:
    """I5 again: the content of every list gives the hash that was signed."""
    found: list[str] = []
    rows = select(ListVersion.id, ListVersion.handover_id, ListVersion.version, ListVersion.content, ListVersion.hash)
    for row in session().execute(rows.order_by(ListVersion.id).execution_options(yield_per=500)):
        if content_hash(row.content) != row.hash:
            found.append(f"hand-over {row.handover_id}: list {row.version} is not what was hashed")
    return found[:MOST]


def what_is_filed_is_what_was_signed() -> list[str]:
    """I5 once more: the filed documents have the codes and pages that the last list gives them, and none is beside."""
    found: list[str] = []
    rows = (
        select(ListVersion.handover_id, ListVersion.content, Handover.dossier_id)
        .join(Handover, Handover.id == ListVersion.handover_id)
        .join(Dossier, Dossier.id == Handover.dossier_id)
        .where(_newest(), Dossier.state == DossierState.filed)
    )
    for batch in session().execute(rows.order_by(ListVersion.id).execution_options(yield_per=500)).partitions():
        lying = _lying([row.dossier_id for row in batch])
        found += [
            f"hand-over {row.handover_id}: the filed documents are not those of the list"
            for row in batch
            if {(line["item_id"], *(line[name] for name in PLACE)) for line in lines(row.content)}
            != lying[row.dossier_id]
        ]
    return found[:MOST]


def _lying(dossier_ids: Sequence[int]) -> Mapping[int, set[tuple[Any, ...]]]:
    """Of each dossier: (document, code, from page, to page) of everything in it, supplements too."""
    place = (getattr(Item, name) for name in PLACE)
    rows = select(Item.dossier_id, Item.id, *place).where(Item.dossier_id.in_(dossier_ids))
    found: defaultdict[int, set[tuple[Any, ...]]] = defaultdict(set)
    for dossier_id, *document in session().execute(rows):
        found[dossier_id].add(tuple(document))
    return found


def duties_do_not_meet() -> list[str]:
    """I11: A is not B, nobody signs for two, nobody of the three decides, nobody about what one asked for."""
    one_hand = select(Project.id).where(Project.a_id == Project.b_id)
    three = (Project.a_id, Project.b_id, Handover.archivist_id)
    decided = (
        select(Postponement.id)
        .join(Handover, Handover.id == Postponement.handover_id)
        .join(Project, Project.id == Handover.project_id)
        .where(Postponement.decided_by_id.in_((Postponement.asked_by_id, *three)))
    )
    received = (
        select(Handover.id)
        .join(ListVersion, ListVersion.handover_id == Handover.id)
        .join(ListSignature, ListSignature.version_id == ListVersion.id)
        .where(ListSignature.party != Party.archivist, ListSignature.signer_id == Handover.archivist_id)
    )
    waived = (
        select(SupplementLine.id)
        .join(SupplementList, SupplementList.id == SupplementLine.list_id)
        .join(Handover, Handover.id == SupplementList.handover_id)
        .join(Project, Project.id == Handover.project_id)
        .where(SupplementLine.state == LineState.waived)
        .where(SupplementLine.decided_by_id.in_((SupplementList.issued_by_id, *three)))
    )
    slip = LateFiling
    alone = select(slip.id).where(slip.giver_id == slip.archivist_id)
    return [
        *(f"supplement {row.id}: was given and taken by one person" for row in _some(alone)),
        *(f"project {row.id}: A and B are one person" for row in _some(one_hand)),
        *(f"postponement {row.id}: was decided by somebody involved" for row in _some(decided)),
        *(f"hand-over {row.id}: was received by who was A or B" for row in _some(received.distinct())),
        *(f"supplement line {row.id}: was waived by somebody involved" for row in _some(waived)),
    ]


def due_dates_are_reckoned() -> list[str]:
    """I12: every clock that runs has a due date with its calendar, and it is the one this calendar gives."""
    clocks = (Clock.a, Clock.total)
    there = [exists().where(Deadline.handover_id == Handover.id, Deadline.clock == clock) for clock in clocks]
    ended = select(Handover.id).join(Project, Project.id == Handover.project_id).where(Project.ends_on.is_not(None))
    missing = ended.where(or_(*(~each for each in there)))
    return [*(f"hand-over {row.id}: no clock runs" for row in _some(missing)), *_misreckoned()]


def _misreckoned() -> list[str]:
    """A row of an older calendar too: the notice that followed on it reckoned every clock anew."""
    days, found, approved = calendar(), [], deadlines.approved(deadlines.RUNNING)
    for row in deadlines.holding():
        due = reckoned(days, row.clock, row.starts_on, row.days, approved[row.handover_id])
        if (due.day, due.provisional) != (row.due_on, row.provisional):
            found.append(f"hand-over {row.handover_id}: clock {row.clock} is due on another day")
    return found[:MOST]


def _some(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return session().execute(query.limit(MOST)).all()


CHECKS: dict[str, list[Callable[[], list[str]]]] = {
    "I5": [
        filed_means_three_signatures,
        supplements_have_two_signatures,
        lists_are_what_was_hashed,
        what_is_filed_is_what_was_signed,
    ],
    "I11": [duties_do_not_meet],
    "I12": [due_dates_are_reckoned],
}
