"""A dossier as its page and papers show it: corrections applied, what is missing named, who answered for it when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from crm.archive.dossiers import queries
from crm.archive.dossiers.models import (
    Appointment,
    Correction,
    Custody,
    Dossier,
    Item,
    Removal,
    Rendition,
    SlotAbsence,
    TemplateSection,
    TemplateSlot,
)
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.dossiers.models.records import AskState
from crm.audit.log import plain
from crm.auth.models import User
from crm.dates import beginning_of, utc_now
from crm.db import session
from crm.files.models import Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """`old` is what was filed."""

    id: int
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    id: int
    name: str
    media_type: str
    size: int
    measured: int | None
    claimed: int
    faults: tuple[str, ...]  # of the four-nature test
    superseded: bool


def _shown(filed: Item | Dossier, corrected: Mapping[str, Corrected], field: str) -> str:
    return corrected[field].new if field in corrected else str(plain(getattr(filed, field)) or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A document. `corrected`: field -> what stands there now and what was filed."""

    item: Item
    corrected: Mapping[str, Corrected]
    removal: Removal | None
    files: Sequence[FileLine]

    def shown(self, field: str) -> str:
        """The value that holds."""
        return _shown(self.item, self.corrected, field)

    @property
    def pages(self) -> str:
        item = self.item
        if item.page_from is None:
            return ""
        return f"{item.page_from}-{item.page_to}" if item.pages > 1 else str(item.page_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotLine:
    """An expected document with what there is of it. `state`: present, absent, missing or optional."""

    slot: TemplateSlot
    lines: Sequence[Line]
    absence: SlotAbsence | None

    @property
    def state(self) -> str:
        if any(line.removal is None for line in self.lines):
            return "present"
        if self.absence:
            return "absent"
        return "missing" if self.slot.required else "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLine:
    section: TemplateSection
    slots: Sequence[SlotLine]
    loose: Sequence[Line]  # what no slot asked for

    @property
    def lines(self) -> list[Line]:
        """Every document of the section, by its code."""
        found = [line for slot in self.slots for line in slot.lines] + list(self.loose)
        return sorted(found, key=lambda line: (line.item.position, line.item.id))

    @property
    def missing(self) -> list[SlotLine]:
        return [slot for slot in self.slots if slot.state == "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFile:
    """`corrected` as of a line: the dossier's own title and security class."""

    dossier: Dossier
    corrected: Mapping[str, Corrected]
    sections: Sequence[SectionLine]

    def shown(self, field: str) -> str:
        """The value that holds."""
        return _shown(self.dossier, self.corrected, field)

    @property
    def title(self) -> str:
        return self.shown("title")

    @property
    def lines(self) -> list[Line]:
        return [line for section in self.sections for line in section.lines]

    @property
    def expected(self) -> list[SlotLine]:
        """What the checklist demands."""
        return [slot for section in self.sections for slot in section.slots if slot.slot.required]

    def count(self, *states: str) -> int:
        return sum(1 for slot in self.expected if slot.state in states)

    @property
    def present(self) -> list[Line]:
        """What was not removed: only this is counted."""
        return [line for line in self.lines if line.removal is None]

    @property
    def page_count(self) -> int:
        return sum(line.item.pages for line in self.present)

    @property
    def sheet_count(self) -> int:
        return sum(line.item.sheets for line in self.present)


def dossier_file(dossier: Dossier) -> DossierFile:
    """A living dossier by the checklist in force, a sealed one by its own; what an older edition asked for stays."""
    items = queries.items_of(dossier.id)
    corrections = _corrections(dossier.id)
    lines = _lines(items, corrections)
    template_id = dossier.template_id
    if not dossier.sealed:
        in_force = queries.find_in_force(dossier.kind)
        template_id = in_force.id if in_force else template_id
    absences = _absences(dossier.id)
    sections = [_section(section, lines, absences) for section in queries.sections_of(template_id)]
    sections += _further(lines, {section.section.position for section in sections})
    own = {field: corrected for (item_id, field), corrected in corrections.items() if item_id is None}
    return DossierFile(dossier=dossier, corrected=own, sections=sections)


def _further(lines: Sequence[Line], known: set[int]) -> list[SectionLine]:
    """Sections that only an older edition had."""
    older = {line.item.section.position: line.item.section for line in lines}
    return [
        SectionLine(section=section, slots=[], loose=[each for each in lines if each.item.section.position == position])
        for position, section in sorted(older.items())
        if position not in known
    ]


def _section(section: TemplateSection, lines: Sequence[Line], absences: Mapping[str, SlotAbsence]) -> SectionLine:
    """Documents belong to the section in their place, and to the slot with their slot's code, in any edition."""
    here = [line for line in lines if line.item.section.position == section.position]
    by_code: dict[str, list[Line]] = defaultdict(list)
    for line in here:
        if line.item.slot:
            by_code[_key(line.item.slot)].append(line)
    slots = [
        SlotLine(slot=slot, lines=by_code.pop(_key(slot), []), absence=absences.get(slot.code))
        for slot in section.slots
    ]
    placed = {id(line) for slot in slots for line in slot.lines}
    return SectionLine(section=section, slots=slots, loose=[line for line in here if id(line) not in placed])


def _key(slot: TemplateSlot) -> str:
    return slot.code or slot.title


def _lines(items: Sequence[Item], corrections: Mapping[tuple[int | None, str], Corrected]) -> list[Line]:
    ids = [item.id for item in items]
    of_item: dict[int, dict[str, Corrected]] = defaultdict(dict)
    for (item_id, field), corrected in corrections.items():
        if item_id is not None:
            of_item[item_id][field] = corrected
    removals, files = _removals(ids), _files(ids)
    return [
        Line(item=item, corrected=of_item[item.id], removal=removals.get(item.id), files=files[item.id])
        for item in items
    ]


def _corrections(dossier_id: int) -> dict[tuple[int | None, str], Corrected]:
    """The newest approved one of each field; `old` is what the first one found."""
    query = select(Correction).filter_by(dossier_id=dossier_id, state=AskState.approved)
    found: dict[tuple[int | None, str], Corrected] = {}
    for each in session().scalars(query.order_by(Correction.decided_at, Correction.id)):
        key = (each.item_id, each.field)
        old = found[key].old if key in found else each.old
        found[key] = Corrected(id=each.id, old=old, new=each.new)
    return found


def _removals(item_ids: Sequence[int]) -> dict[int, Removal]:
    query = select(Removal).where(Removal.item_id.in_(item_ids), Removal.state == AskState.approved)
    return {each.item_id: each for each in session().scalars(query)}


def _files(item_ids: Sequence[int]) -> dict[int, list[FileLine]]:
    query = select(Rendition).where(Rendition.item_id.in_(item_ids)).order_by(Rendition.id)
    whole = query.options(joinedload(Rendition.upload).joinedload(Upload.stored))
    rows = session().scalars(whole).all()
    replaced = {each.replaces_id for each in rows}
    found: dict[int, list[FileLine]] = defaultdict(list)
    for each in rows:
        found[each.item_id].append(_file(each, superseded=each.id in replaced))
    return found


def _file(rendition: Rendition, *, superseded: bool) -> FileLine:
    stored, checks = rendition.upload.stored, rendition.checks
    return FileLine(
        id=rendition.id,
        name=rendition.upload.name,
        media_type=stored.media_type,
        size=stored.size,
        measured=stored.pages,
        claimed=checks.get("complete", {}).get("claimed", 0),
        faults=tuple(name for name, check in checks.items() if not check["passed"]),
        superseded=superseded,
    )


def _absences(dossier_id: int) -> dict[str, SlotAbsence]:
    query = select(SlotAbsence).filter_by(dossier_id=dossier_id).order_by(SlotAbsence.id)
    newest = {each.slot_code: each for each in session().scalars(query)}
    return {code: each for code, each in newest.items() if each.absent}


# Who answered for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where the dossier was for a time; `answers` is who is responsible then."""

    starts_at: datetime
    ends_at: datetime | None
    where: str
    answers: str
    cause: str
    caused_by: str
    at_place: bool


def custody_of(dossier: Dossier) -> list[Kept]:
    """Newest first."""
    query = select(Custody).filter_by(dossier_id=dossier.id).order_by(Custody.starts_at.desc(), Custody.id.desc())
    whole = query.options(joinedload(Custody.holder), joinedload(Custody.location))
    rows, archivists = session().scalars(whole).all(), _archivists()
    return [_kept(row, archivists) for row in rows]


def _kept(custody: Custody, archivists: Sequence[Any]) -> Kept:
    holder, place = custody.holder, custody.location
    since, until = business_day_of(custody.starts_at), business_day_of(custody.ends_at or utc_now())
    during = [row for row in archivists if row.starts <= until and (row.ends is None or since < row.ends)]
    named = [_until(row) if row.ends and row.ends <= until else row.full_name for row in during]
    answers = holder.full_name if holder else "、".join(named)
    return Kept(
        starts_at=custody.starts_at,
        ends_at=custody.ends_at,
        where=holder.full_name if holder else place.path if place else "",
        answers=answers,
        cause=custody.cause,
        caused_by=custody.caused_by,
        at_place=place is not None,
    )


def _until(appointed: Any) -> str:
    return _("%(name)s until %(day)s", name=appointed.full_name, day=appointed.ends.isoformat())


def _archivists() -> Sequence[Any]:
    held = select(User.full_name, Appointment.starts, Appointment.ends).join(User, User.id == Appointment.user_id)
    return session().execute(held.where(Appointment.role == CustodianRole.archivist).order_by(Appointment.id)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where the dossier was at the end of a day, and who answered for it."""

    day: date
    where: str
    answers: str


def answer_on(dossier: Dossier, day: date) -> Answer | None:
    """None before it was opened (L-05)."""
    end = end_of(day)
    query = select(Custody).where(
        Custody.dossier_id == dossier.id,
        Custody.starts_at < end,
        or_(Custody.ends_at.is_(None), Custody.ends_at >= end),
    )
    whole = query.options(joinedload(Custody.holder), joinedload(Custody.location))
    found = session().scalars(whole.order_by(Custody.id.desc()).limit(1)).one_or_none()
    if found is None:
        return None
    holder, place = found.holder, found.location
    return Answer(
        day=day,
        where=holder.full_name if holder else place.path if place else "",
        answers=holder.full_name if holder else archivists_on(day),
    )


def archivists_on(day: date) -> str:
    """Whoever was appointed archivist that day, "" when nobody was."""
    rows = _archivists()
    return "、".join(row.full_name for row in rows if row.starts <= day and (row.ends is None or day < row.ends))


def end_of(day: date) -> datetime:
    """The first moment after the business day."""
    return beginning_of(day + timedelta(days=1))


def business_day_of(moment: datetime) -> date:
    return moment.astimezone(current_app.config["SETTINGS"].timezone).date()
