"""What the page and the papers of a hand-over show, as rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.archive.dossiers.models import Item, TemplateSection
from crm.archive.handover import charging, content
from crm.archive.handover.clocks import Delay, Hold
from crm.archive.handover.models import (
    GRADE_TITLES,
    PART_TITLES,
    PARTY_TITLES,
    Clock,
    Deadline,
    HandoverState,
    HandoverStep,
    LateFiling,
    LatePart,
    LateSignature,
    LineCheck,
    ListSignature,
    ListVersion,
    Party,
    RegisterEntry,
    SupplementLine,
)
from crm.archive.handover.standing import Standing
from crm.worktime.calendar import Calendar, Reckoned

COPIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    id: int
    name: str
    pages: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the list, or a document of the checklist that is not there; then `line` is None."""

    title: str
    slot_id: int | None = None
    required: bool = False
    signed_by: str = ""
    line: Mapping[str, Any] | None = None
    read: str = ""
    measured: int | None = None
    scans: Sequence[Scan] = ()
    b: LineCheck | None = None
    archivist: LineCheck | None = None
    waived: bool = False  # a signature of it may stay missing
    b_changed: bool = False  # ticked once, and changed since
    asked: Sequence[SupplementLine] = ()
    needless: str = ""

    @property
    def differs(self) -> bool:
        """Whether the scan has another number of pages than was counted."""
        return self.line is not None and self.measured is not None and self.measured != self.line["pages"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    id: int
    position: int
    title: str
    rows: Sequence[Row]


def sections(
    standing: Standing, template: Sequence[TemplateSection], items: Sequence[Item], absent: Mapping[str, str]
) -> list[Section]:
    """The checklist in its order: each document with what lies there for it, then what belongs to none."""
    by_id = {item.id: item for item in items}
    placed: dict[tuple[int, int | None], list[Row]] = {}
    positions = {section.id: section.position for section in template}
    for listed in standing.content["sections"]:
        for line in listed["lines"]:
            item = by_id.get(line["item_id"])
            slot_id = item.slot_id if item else None
            placed.setdefault((listed["position"], slot_id), []).append(_row(standing, line, item))
    return [
        Section(
            id=section.id,
            position=section.position,
            title=section.title,
            rows=_rows(section, placed, positions, absent, standing),
        )
        for section in template
    ]


def _rows(
    section: TemplateSection,
    placed: Mapping[tuple[int, int | None], list[Row]],
    positions: Mapping[int, int],
    absent: Mapping[str, str],
    standing: Standing,
) -> list[Row]:
    place = positions[section.id]
    rows = [row for (position, _slot), found in placed.items() if position == place for row in found]
    rows.sort(key=lambda row: row.line["page_from"] or 0 if row.line else 0)
    for slot in section.slots:
        if not placed.get((place, slot.id)):
            asked = [each for each in standing.open_lines if each.slot_id == slot.id]
            needless = absent.get(slot.code, "")
            rows.append(Row(title=slot.title, slot_id=slot.id, required=slot.required, asked=asked, needless=needless))
    return rows


def _row(standing: Standing, line: Mapping[str, Any], item: Item | None) -> Row:
    b = standing.check_of(Party.b, line)
    return Row(
        title=line["title"],
        slot_id=item.slot_id if item else None,
        signed_by=item.slot.signed_by if item and item.slot else "",
        line=line,
        read=content.line_hash(line),
        measured=measured(item) if item else None,
        scans=scans(item) if item else (),
        b=b,
        b_changed=b is None and line["item_id"] in standing.checks.get(Party.b, {}),
        archivist=standing.check_of(Party.archivist, line),
        waived=standing.is_waived(line["item_id"]),
        asked=[each for each in standing.open_lines if each.item_id == line["item_id"]],
    )


def scans(item: Item) -> list[Scan]:
    """Those that nothing took the place of."""
    replaced = {each.replaces_id for each in item.renditions}
    return [
        Scan(id=each.id, name=each.upload.name, pages=each.upload.stored.pages)
        for each in item.renditions
        if each.id not in replaced
    ]


def measured(item: Item) -> int | None:
    counted = [scan.pages for scan in scans(item) if scan.pages is not None]
    return sum(counted) if counted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns the table has for this person now; columns without anything in them are left out."""

    b: bool
    archivist: bool
    missing: bool
    arranges: bool
    b_ticks: bool
    archivist_ticks: bool

    @classmethod
    def of(cls, standing: Standing, offered: Collection[str]) -> Columns:
        b_ticks, archivist_ticks = "audit" in offered, "check" in offered
        return cls(
            b=b_ticks or bool(standing.checks.get(Party.b)),
            archivist=archivist_ticks or bool(standing.checks.get(Party.archivist)),
            missing=bool(standing.open_lines),
            arranges="arrange" in offered,
            b_ticks=b_ticks,
            archivist_ticks=archivist_ticks,
        )

    @property
    def ticks(self) -> bool:
        return self.b_ticks or self.archivist_ticks

    @property
    def count(self) -> int:
        """Code, document, pages, sheets, page range and A stand there always."""
        return 6 + self.b + self.archivist + self.missing + self.arranges

    @property
    def after_sums(self) -> int:
        """Behind code, document and the two that are summed."""
        return self.count - 4

    @property
    def before_missing(self) -> int:
        """Between the document and what is missing of it."""
        return 4 + self.b + self.archivist


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFace:
    """A clock on the page: when it is due, and how that day was reckoned."""

    clock: Clock
    owner: str
    deadline: Deadline | None
    ended_on: date | None
    late: int
    days_left: int
    reckoning: Sequence[Reckoned] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    a: ClockFace
    b: ClockFace
    total: ClockFace
    delay: Delay

    @property
    def all(self) -> tuple[ClockFace, ...]:
        return self.a, self.b, self.total


def faces(
    standing: Standing,
    rows: Sequence[Deadline],
    steps: Sequence[HandoverStep],
    calendar: Calendar,
    today: date,
    entry: RegisterEntry | None = None,
) -> Faces:
    """`entry` of the register keeps what was charged at the receipt: no later calendar changes that."""
    newest = {row.clock: row for row in rows}
    holds = charging.held(standing.handover.project.ends_on, steps)
    delay = _settled(entry) if entry else charging.charged(calendar, holds, rows, today)
    ended = _ended(holds)
    late = {Clock.a: delay.a, Clock.b: delay.b, Clock.total: delay.total}
    owners = {Clock.a: standing.who(Party.a), Clock.b: standing.who(Party.b), Clock.total: ""}
    made = {
        clock: _face(clock, owners[clock], newest.get(clock), ended[clock], late[clock], calendar, today)
        for clock in Clock
    }
    return Faces(a=made[Clock.a], b=made[Clock.b], total=made[Clock.total], delay=delay)


def _settled(entry: RegisterEntry) -> Delay:
    return Delay(a=entry.late_a, b=entry.late_b, total=entry.late_total)


def _ended(holds: Sequence[Hold]) -> dict[Clock, date | None]:
    """The day each clock stopped, None while it runs: A's when A had it last, B's and the total at the submission."""
    until = {hold.party: hold.until for hold in holds}
    handed_in = next((hold.since for hold in holds[-1:] if hold.party is Party.archivist), None)
    return {Clock.a: until.get(Party.a), Clock.b: handed_in, Clock.total: handed_in}


def _face(
    clock: Clock,
    owner: str,
    deadline: Deadline | None,
    ended_on: date | None,
    late: int,
    calendar: Calendar,
    today: date,
) -> ClockFace:
    return ClockFace(
        clock=clock,
        owner=owner,
        deadline=deadline,
        ended_on=ended_on if deadline else None,
        late=late,
        days_left=calendar.between(today, deadline.due_on) if deadline else 0,
        reckoning=calendar.reckoning(deadline.starts_on, deadline.days) if deadline else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturePlace:
    """One of the places under a list or a slip: who signed, how and when; empty while nobody has."""

    title: str
    name: str
    signature: ListSignature | LateSignature | None
    grade: str = ""


def places(standing: Standing, version: ListVersion) -> list[SignaturePlace]:
    """Of any version: on one that no longer holds, what was signed then; on a supplement's, giver and archivist."""
    if filing := standing.late_of(version):
        return late_places(filing)
    valid = {each.party: each for each in version.signatures if each.void is None}
    return [_place(standing, party, valid.get(party)) for party in Party]


def _place(standing: Standing, party: Party, signature: ListSignature | None) -> SignaturePlace:
    return SignaturePlace(
        title=str(PARTY_TITLES[party]),
        name=signature.signer.full_name if signature else standing.names.get(party, ""),
        signature=signature,
        grade=str(GRADE_TITLES[signature.grade]) if signature else "",
    )


def late_places(filing: LateFiling) -> list[SignaturePlace]:
    """The two of a supplement; the giver's is a line for ink until it is confirmed."""
    return [
        SignaturePlace(
            title=str(PART_TITLES[part]),
            name=filing.content[part.value],
            signature=(signature := filing.signature_of(part)),
            grade=str(GRADE_TITLES[signature.grade]) if signature else "",
        )
        for part in LatePart
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    number: int
    holder: str


def copies(version: ListVersion) -> list[Copy]:
    """第1份 A, 第2份 B, 第3份 in the dossier (L-10); A and B as the list names them."""
    held = [f"{PARTY_TITLES[party]} {version.content[party.value]}" for party in (Party.a, Party.b)]
    return [Copy(number=number, holder=holder) for number, holder in enumerate([*held, ""], start=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of what happened."""

    at: Any
    title: str
    text: str = ""
    who: str = ""
    tone: str = field(default="grey")


def is_filed(standing: Standing) -> bool:
    return standing.state is HandoverState.filed
