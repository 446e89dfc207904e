"""Gathering where a hand-over stands, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from crm.archive.credit.models import Project, RoleChange
from crm.archive.credit.queries import visible
from crm.archive.dossiers.content import list_content
from crm.archive.dossiers.models import (
    Appointment,
    Dossier,
    IssuedPrint,
    SlotAbsence,
    TemplateSection,
    TemplateSlot,
)
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.handover import content
from crm.archive.handover.models import (
    Handover,
    HandoverState,
    HandoverStep,
    LineCheck,
    LineState,
    ListSignature,
    ListVersion,
    Party,
    Postponement,
    SupplementLine,
    SupplementList,
)
from crm.archive.handover.queries.late import late_filings
from crm.archive.handover.standing import Standing
from crm.audit.log import plain
from crm.auth.actor import actor
from crm.dates import business_day
from crm.db import session
from crm.files.models import Upload


def get_handover(handover_id: int, *, lock: bool = False) -> Handover:
    """With project, client, A, B and dossier; 404 for whoever neither is A or B nor oversees.

    `lock` before anything of it is changed: who comes second waits, and then reads what the first one left.
    """
    if lock:
        session().execute(select(Handover.id).where(Handover.id == handover_id).with_for_update())
    found = _whole().join(Project, Project.id == Handover.project_id).where(Handover.id == handover_id, visible())
    return session().scalars(found).one_or_none() or abort(404)


def find_handover(handover_id: int) -> Handover | None:
    """Whoever asks: for comparing a paper with what holds."""
    return session().scalars(_whole().where(Handover.id == handover_id)).one_or_none()


def of_project(project_id: int) -> Handover | None:
    """Whoever asks: for what follows from an event."""
    return session().scalars(_whole().where(Handover.project_id == project_id)).one_or_none()


def _whole() -> Select[Handover]:
    project, dossier = joinedload(Handover.project), joinedload(Handover.dossier)
    return select(Handover).options(
        project.joinedload(Project.client),
        project.joinedload(Project.a),
        project.joinedload(Project.b),
        dossier.joinedload(Dossier.number),
        dossier.joinedload(Dossier.template),
        joinedload(Handover.archivist),
    )


def standing_of(handover: Handover) -> Standing:
    """`handover` comes from `get_handover` or `of_project`."""
    project, versions = handover.project, versions_of(handover.id)
    newest = versions[-1] if versions else None
    names = {Party.a: project.a.full_name, Party.b: project.b.full_name}
    if handover.archivist is not None:
        names[Party.archivist] = handover.archivist.full_name
    absent, supplements = absences(handover.dossier_id), supplement_lines(handover.id)
    filed = handover.state is HandoverState.filed
    slots = [] if filed else slots_of(handover.dossier)
    needless = [{"title": slot.title, "reason": absent[slot.code]} for slot in slots if slot.code in absent]
    says = newest.content if filed and newest else _content(handover, needless, supplements)
    return Standing(
        handover=handover,
        actor_id=actor().user_id,
        a_id=project.a_id,
        b_id=project.b_id,
        names=names,
        appointed=actor().user_id in archivists(),
        ended=project.ends_on is not None,
        content=says,
        missing=_missing(says, slots, absent),
        version=newest,
        signatures=[each for each in (newest.signatures if newest else ()) if each.void is None],
        transferors=_transferors(project, [each for version in versions for each in version.signatures]),
        deciders=_deciders(handover.id, supplements),
        checks=checks_of(handover.id, None if filed else project.b_id),
        supplements=supplements,
        late=late_filings(handover.id) if filed else (),
    )


def _content(
    handover: Handover, needless: Sequence[dict[str, str]], supplements: Sequence[SupplementLine]
) -> dict[str, Any]:
    """What lies in the dossier now; once it is filed, what the list said stands instead."""
    project = handover.project
    around = content.Around(
        client=project.client.name,
        ends_on=plain(project.ends_on),
        a=project.a.full_name,
        b=project.b.full_name,
        needless=needless,
        waived=[
            {"title": line.wanted, "reason": line.reason, "by": line.decided_by.full_name}
            for line in supplements
            if line.state is LineState.waived and line.decided_by
        ],
    )
    return content.whole(list_content(handover.dossier), handover.id, around)


def _transferors(project: Project, signatures: Sequence[ListSignature]) -> frozenset[int]:
    """Whoever is or was A or B, or signed as one."""
    changes = session().execute(select(RoleChange.from_id, RoleChange.to_id).filter_by(project_id=project.id))
    signers = (each.signer_id for each in signatures if each.party is not Party.archivist)
    return frozenset({project.a_id, project.b_id, *(who for change in changes for who in change), *signers})


def _deciders(handover_id: int, supplements: Sequence[SupplementLine]) -> frozenset[int]:
    """Whoever decided about more time or waived a line."""
    decided = select(Postponement.decided_by_id).filter_by(handover_id=handover_id)
    waived = (line.decided_by_id for line in supplements if line.state is LineState.waived)
    return frozenset(who for who in (*session().scalars(decided), *waived) if who is not None)


def _missing(says: Mapping[str, Any], slots: Sequence[TemplateSlot], absent: Mapping[str, str]) -> list[str]:
    there = {line["slot"] for line in content.lines(says)}
    return [slot.title for slot in slots if slot.required and slot.code not in there and slot.code not in absent]


def slots_of(dossier: Dossier) -> Sequence[TemplateSlot]:
    """Of its checklist, in order."""
    found = select(TemplateSlot).join(TemplateSection, TemplateSection.id == TemplateSlot.section_id)
    mine = found.where(TemplateSection.template_id == dossier.template_id)
    return session().scalars(mine.order_by(TemplateSection.position, TemplateSlot.position)).all()


def absences(dossier_id: int) -> dict[str, str]:
    """Documents of the checklist that do not apply: slot's code -> reason."""
    rows = session().scalars(select(SlotAbsence).filter_by(dossier_id=dossier_id).order_by(SlotAbsence.id))
    newest = {row.slot_code: row for row in rows}
    return {code: row.reason for code, row in newest.items() if row.absent}


def versions_of(handover_id: int) -> Sequence[ListVersion]:
    """Every version as issued, with who signed it and what was taken back."""
    signed = selectinload(ListVersion.signatures)
    whole = signed.joinedload(ListSignature.signer), signed.joinedload(ListSignature.void)
    found = select(ListVersion).filter_by(handover_id=handover_id).order_by(ListVersion.version)
    return session().scalars(found.options(joinedload(ListVersion.issued_by), *whole)).unique().all()


def checks_of(handover_id: int, b_id: int | None) -> dict[Party, dict[int, LineCheck]]:
    """The newest of each line and party; of B's those of `b_id` alone, when it is given: a new B looks anew."""
    newest: dict[Party, dict[int, LineCheck]] = {}
    found = select(LineCheck).filter_by(handover_id=handover_id)
    if b_id is not None:
        found = found.where((LineCheck.party != Party.b) | (LineCheck.checked_by_id == b_id))
    for check in session().scalars(found.order_by(LineCheck.id)):
        newest.setdefault(check.party, {})[check.item_id] = check
    return newest


def supplement_lists(handover_id: int) -> Sequence[SupplementList]:
    return session().scalars(_whole_lists().filter_by(handover_id=handover_id).order_by(SupplementList.number)).all()


def find_supplement_list(list_id: int) -> SupplementList | None:
    """Whoever asks: for comparing a paper with what holds."""
    return session().scalars(_whole_lists().filter_by(id=list_id)).one_or_none()


def _whole_lists() -> Select[SupplementList]:
    lines = selectinload(SupplementList.lines).joinedload(SupplementLine.decided_by)
    return select(SupplementList).options(joinedload(SupplementList.issued_by), lines)


def supplement_lines(handover_id: int) -> Sequence[SupplementLine]:
    found = select(SupplementLine).join(SupplementList, SupplementList.id == SupplementLine.list_id)
    mine = found.where(SupplementList.handover_id == handover_id).order_by(SupplementLine.id)
    return session().scalars(mine.options(joinedload(SupplementLine.decided_by))).all()


def get_line(handover: Handover, line_id: int) -> SupplementLine:
    """404 unless it stands on a supplement list of this hand-over."""
    found = select(SupplementLine).join(SupplementList, SupplementList.id == SupplementLine.list_id)
    mine = found.where(SupplementLine.id == line_id, SupplementList.handover_id == handover.id)
    return session().scalars(mine).one_or_none() or abort(404)


def get_version(handover: Handover, version: int) -> ListVersion:
    return next((each for each in versions_of(handover.id) if each.version == version), None) or abort(404)


def printed_as(version: ListVersion) -> IssuedPrint:
    """What `/verify` knows the version by."""
    return session().scalars(select(IssuedPrint).filter_by(hash=version.hash)).one()


def get_signature(handover: Handover, signature_id: int) -> ListSignature:
    signed = (each for version in versions_of(handover.id) for each in version.signatures)
    return next((each for each in signed if each.id == signature_id), None) or abort(404)


def steps_of(handover_id: int) -> Sequence[HandoverStep]:
    found = select(HandoverStep).filter_by(handover_id=handover_id).order_by(HandoverStep.id)
    return session().scalars(found.options(joinedload(HandoverStep.taken_by))).all()


def archivists() -> set[int]:
    """Whoever has a live appointment as archivist today (L-04)."""
    day = business_day()
    found = select(Appointment.user_id).where(
        Appointment.role == CustodianRole.archivist,
        Appointment.starts <= day,
        (Appointment.ends.is_(None)) | (Appointment.ends > day),
    )
    return set(session().scalars(found))


def get_upload(upload_id: int) -> Upload:
    found = select(Upload).where(Upload.id == upload_id).options(joinedload(Upload.stored))
    return session().scalars(found).one_or_none() or abort(404)
