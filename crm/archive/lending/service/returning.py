"""What comes back: counted, gone through page by page, put back in its place; what is missing (L-35, L-36)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers.models import Custody, Dossier, Location
from crm.archive.dossiers.service import take_custody
from crm.archive.dossiers.service.custody import current
from crm.archive.handover.queries.authority import deciding
from crm.archive.lending import queries
from crm.archive.lending.causes import LENT, PUT_BACK
from crm.archive.lending.events import DocumentsPutBack, PagesChecked, PagesTakenBack
from crm.archive.lending.models import (
    OUT,
    IncidentOutcome,
    LendingSlip,
    SlipCheck,
    SlipLine,
    SlipReturn,
    SlipState,
)
from crm.archive.lending.service import extending, incidents
from crm.archive.lending.service.issuing import by_dossier
from crm.archive.lending.service.keeping import hold_dossiers, hold_kept
from crm.archive.lending.service.steps import NOTHING_SAID, NOW, STEPS, Said, follow, matter_of, take, tell
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError


def back_action(slip: LendingSlip) -> str:
    """The step that taking something back begins as."""
    return "part_back" if slip.state in OUT else "found_back"


def take_back(slip: LendingSlip, counted: Mapping[int, int], said: Said = NOTHING_SAID) -> None:
    """`counted`: line -> pages that came now. Never more than were issued (I6). What was given up may still come."""
    STEPS.hold_unchanged(slip)
    STEPS.expect(slip, back_action(slip))
    lines = queries.lines_of(slip.id)
    came = [(line, counted[line.id]) for line in lines if counted.get(line.id)]
    if not came:
        raise DomainError(_("Write how many pages came back."))
    for line, pages in came:
        if pages < 0 or line.returned_pages + pages > line.issued_pages:
            raise DomainError(
                _(
                    "%(what)s: at most %(count)d pages are still to come back.",
                    what=f"{line.item.code or ''} {line.item.title}".strip(),
                    count=line.issued_pages - line.returned_pages,
                )
            )
    was_out = slip.state in OUT
    if not was_out:
        if slip.state is SlipState.closed:
            hold_kept(slip, [line for line, _pages in came])
        take(slip, "found_back", said, shelved_at=None, closed_at=None)
    for line, pages in came:
        _count(slip, line, pages)
        line.checked = False
    session().flush()
    if not was_out:
        return
    if _is_accounted(slip):
        _all_back(slip, said)
    else:
        take(slip, "part_back", said)


def _all_back(slip: LendingSlip, said: Said = NOTHING_SAID) -> None:
    take(slip, "all_back", said, returned_at=NOW)
    extending.lapse(slip)


def _count(slip: LendingSlip, line: SlipLine, pages: int) -> None:
    """More than was missing was given up before, and is not any more."""
    line.returned_pages += pages
    line.lost_pages = min(line.lost_pages, line.issued_pages - line.returned_pages)
    line.replaced_pages = min(line.replaced_pages, line.lost_pages)
    told = {"received_by_id": g.actor.user_id, "received_by": g.actor.name, "received_at": utc_now()}
    session().add(SlipReturn(line_id=line.id, pages=pages, **told))
    record(
        PagesTakenBack(
            lending_slip_id=slip.id,
            dossier_id=line.dossier_id,
            slip_line_id=line.id,
            number=slip.number,
            code=line.item.code or "",
            pages=pages,
        )
    )


def _is_accounted(slip: LendingSlip) -> bool:
    """Every page is back, or reported as missing."""
    known = incidents.reported(slip)
    return all(incidents.unreported(line, known) <= 0 for line in queries.lines_of(slip.id))


def report(slip: LendingSlip, line: SlipLine, said: incidents.Loss) -> None:
    """An incident; with the last page accounted for everything that can come is back."""
    STEPS.hold_unchanged(slip)
    incidents.open_incident(slip, line, said)
    if slip.state in OUT and _is_accounted(slip):
        _all_back(slip)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Of one line, gone through page by page."""

    pages: int
    whole: bool
    note: str = ""


def check(
    slip: LendingSlip, found: Mapping[int, Found], said: Said = NOTHING_SAID, attachments: int | None = None
) -> None:
    """Lines held against what was issued; a shortage or damage opens its incident. With the last line the slip is
    verified. A line found in another state again later is checked again. `attachments`: how many are there again."""
    STEPS.hold_unchanged(slip)
    STEPS.expect(slip, "verify")
    lines = [line for line in queries.lines_of(slip.id) if not line.checked]
    seen = [(line, found[line.id]) for line in lines if line.id in found]
    if not seen:
        raise DomainError(_("Write for each document how many pages it has, and whether it is whole."))
    for line, finding in seen:
        _check(slip, line, finding)
    session().flush()
    if all(line.checked for line in lines):
        take(slip, "verify", said, attachments_back=_attachments_back(slip, attachments, said))
    else:
        take(slip, "check_part", said)


def _attachments_back(slip: LendingSlip, counted: int | None, said: Said) -> int | None:
    """Of the clients' own papers: once all are back nobody counts them again."""
    if slip.attachments in (0, slip.attachments_back):
        return slip.attachments_back
    if counted is None or counted > slip.attachments:
        raise DomainError(
            _("%(count)d copies of the clients' own papers went along. Count them too.", count=slip.attachments)
        )
    if counted < slip.attachments:
        if not said.note.strip():
            raise DomainError(_("Some of the clients' own papers are missing: write in the remark which."))
        told = {"number": slip.number, "note": said.note}
        tell(
            slip, deciding(matter_of(slip)), lambda: _("Slip %(number)s: clients' papers are missing. %(note)s", **told)
        )
    return counted


def _check(slip: LendingSlip, line: SlipLine, finding: Found) -> None:
    name = f"{line.item.code or ''} {line.item.title}".strip()
    if not 0 <= finding.pages <= line.issued_pages:
        raise DomainError(_("%(what)s: %(count)d pages were issued.", what=name, count=line.issued_pages))
    if (finding.pages < line.issued_pages - line.lost_pages or not finding.whole) and not finding.note.strip():
        raise DomainError(_("%(what)s: write what is missing or damaged.", what=name))
    if finding.pages != line.returned_pages:
        _count(slip, line, finding.pages - line.returned_pages)
    by = {"checked_by_id": g.actor.user_id, "checked_by": g.actor.name, "checked_at": utc_now()}
    session().add(SlipCheck(line_id=line.id, pages=finding.pages, whole=finding.whole, note=finding.note, **by))
    line.checked = True
    session().flush()
    told: dict[str, Any] = {"pages": finding.pages, "whole": finding.whole, "note": finding.note}
    about: dict[str, Any] = {"lending_slip_id": slip.id, "dossier_id": line.dossier_id, "slip_line_id": line.id}
    record(PagesChecked(number=slip.number, code=line.item.code or "", **about, **told))
    incidents.open_for(slip, line, whole=finding.whole, words=finding.note)


# Back in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Where a dossier's documents go; `moves`: the dossier itself was lent with them and goes with them."""

    dossier: Dossier
    lines: Sequence[SlipLine]
    place: Location | None
    moves: bool


def way_back(slip: LendingSlip) -> list[Return]:
    """In the order of the places."""
    grouped = by_dossier([line for line in queries.lines_of(slip.id) if line.issued_pages])
    found = [_way_of(dossier, lines) for dossier, lines in grouped.values()]
    return sorted(found, key=lambda each: (each.place.path if each.place else "", each.dossier.id))


def _way_of(dossier: Dossier, lines: Sequence[SlipLine]) -> Return:
    """Found pages go where the dossier belongs while it is out on another slip."""
    now = current(dossier)
    moves = now is not None and now.cause == LENT and any(line.out for line in lines)
    place_id = now.location_id if now is not None and now.location_id is not None else dossier.home_id
    if place_id is None:
        before = select(Custody.location_id).where(Custody.dossier_id == dossier.id, Custody.location_id.is_not(None))
        place_id = session().scalar(before.order_by(Custody.starts_at.desc(), Custody.id.desc()).limit(1))
    place = session().get(Location, place_id) if place_id is not None else None
    return Return(dossier=dossier, lines=lines, place=place, moves=moves)


def reshelve(slip: LendingSlip, said: Said = NOTHING_SAID) -> None:
    """At the home place, or where it lay before; custody with it. Closed at once where no incident is open."""
    STEPS.hold_unchanged(slip)
    STEPS.expect(slip, "reshelve")
    hold_dossiers({line.dossier_id for line in queries.lines_of(slip.id)})
    now = utc_now()
    for back in way_back(slip):
        if back.place is None:
            raise DomainError(_("%(title)s has no place. Put it into one first.", title=back.dossier.title))
        if back.moves:
            take_custody(back.dossier, location_id=back.place.id, cause=PUT_BACK)
        for line in back.lines:
            line.out, line.back_at = False, line.back_at or now
        codes = [line.item.code or "" for line in back.lines]
        about: dict[str, Any] = {"lending_slip_id": slip.id, "dossier_id": back.dossier.id, "number": slip.number}
        record(DocumentsPutBack(codes=codes, place=back.place.path, **about))
    session().flush()
    take(slip, "reshelve", said, shelved_at=NOW)
    close_when_done(slip)


def close_when_done(slip: LendingSlip) -> None:
    open_ones = [each for each in queries.incidents_of(slip.id) if each.closed_at is None]
    if slip.shelved_at is not None and not open_ones:
        follow(slip, "close", closed_at=NOW)


def close_incident(
    incident_id: int, result: str, version: int | None, outcome: IncidentOutcome | None = None
) -> LendingSlip:
    """With its result; the slip is closed with the last one, once everything lies in its place."""
    incident, slip = queries.get_incident(incident_id)
    STEPS.hold(slip)
    session().refresh(incident, ["version", "closed_at", "result"])
    incident.expect_version(version)
    session().refresh(incident.line)
    incidents.close(incident, slip, result, outcome)
    close_when_done(slip)
    return slip
