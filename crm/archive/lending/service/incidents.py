"""Shortage and damage: an incident with a number, open until somebody says what came of it (L-36)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from crm import numbering
from crm.archive.handover.authority import not_entitled
from crm.archive.handover.queries.authority import decider, deciding
from crm.archive.lending import queries
from crm.archive.lending.events import LendingIncidentClosed, LendingIncidentOpened
from crm.archive.lending.losses import receivers_of
from crm.archive.lending.models import (
    OPEN,
    SLIP_TITLES,
    IncidentOutcome,
    LendingIncident,
    LendingIncidentKind,
    LendingSlip,
    SlipForm,
    SlipLine,
)
from crm.archive.lending.service.steps import matter_of, not_the_keeper, tell
from crm.audit.log import record
from crm.auth.actor import actor
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled

SERIES, PATTERN = "借阅事故", "借事{year:04d}-{serial:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    kind: LendingIncidentKind
    pages: int
    description: str


def hindrance(slip: LendingSlip) -> str:
    """Why the acting person cannot report one now, or ""."""
    if slip.form is SlipForm.digital or slip.state not in OPEN:
        return _("Only what is lent or on its way back can be missing. This slip is at: %(state)s.", state=_state(slip))
    return not_the_keeper(slip)


def _state(slip: LendingSlip) -> str:
    return str(SLIP_TITLES[slip.state])


def open_incident(slip: LendingSlip, line: SlipLine, loss: Loss) -> LendingIncident:
    """Raises `DomainError` for more pages than are missing, and while one of the kind is open."""
    if reason := hindrance(slip):
        raise IllegalTransition(reason) if slip.state not in OPEN else NotEntitled(reason)
    if not loss.description.strip():
        raise DomainError(_("Write what happened: it stands on the file for good."))
    known = reported(slip)
    most = unreported(line, known) if loss.kind is LendingIncidentKind.shortage else line.issued_pages
    if not 1 <= loss.pages <= most:
        raise DomainError(
            _("Between 1 and %(most)d pages can be named here.", most=most) if most > 0 else _nothing_missing()
        )
    if loss.kind is LendingIncidentKind.damage and (line.id, loss.kind) in known:
        raise DomainError(_("An incident of this kind is open for the document already."))
    return _opened(slip, line, loss)


def _nothing_missing() -> str:
    return _("Every page of it is back or reported: nothing else is missing.")


def _opened(slip: LendingSlip, line: SlipLine, loss: Loss) -> LendingIncident:
    [number] = numbering.reserve(SERIES, PATTERN, year=business_day().year)
    number.commit()
    made = LendingIncident(
        number_id=number.id,
        number=number.text,
        line_id=line.id,
        kind=loss.kind,
        pages=loss.pages,
        description=loss.description,
        reported_by_id=g.actor.user_id,
        reported_by=g.actor.name,
        reported_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(
        LendingIncidentOpened(
            lending_slip_id=slip.id,
            dossier_id=line.dossier_id,
            lending_incident_id=made.id,
            number=made.number,
            incident=made.kind.value,
            code=line.item.code or "",
            pages=made.pages,
            description=made.description,
        )
    )
    told = {"number": made.number, "slip": slip.number, "what": line.item.title}
    tell(
        slip,
        {slip.borrower_id} | deciding(matter_of(slip)),
        lambda: _("Incident %(number)s on slip %(slip)s: %(what)s.", **told),
    )
    return made


def open_for(slip: LendingSlip, line: SlipLine, *, whole: bool, words: str) -> None:
    """After a check: what is missing and not reported yet, and damage."""
    known = reported(slip)
    if (pages := unreported(line, known)) > 0:
        _opened(slip, line, Loss(kind=LendingIncidentKind.shortage, pages=pages, description=words))
    if not whole and (line.id, LendingIncidentKind.damage) not in known:
        _opened(slip, line, Loss(kind=LendingIncidentKind.damage, pages=max(line.returned_pages, 1), description=words))


def reported(slip: LendingSlip) -> Mapping[tuple[int, LendingIncidentKind], int]:
    """(line, kind) -> pages in its open incidents."""
    pages: defaultdict[tuple[int, LendingIncidentKind], int] = defaultdict(int)
    for each in queries.incidents_of(slip.id):
        if each.closed_at is None:
            pages[each.line_id, each.kind] += each.pages
    return dict(pages)


def unreported(line: SlipLine, known: Mapping[tuple[int, LendingIncidentKind], int]) -> int:
    """Missing pages that no open incident names; below nought where some of those named are back."""
    return line.missing - known.get((line.id, LendingIncidentKind.shortage), 0)


def not_to_close(incident: LendingIncident, slip: LendingSlip) -> str:
    """Another archivist closes what is whole again; what stays missing or damaged somebody above the borrower does."""
    if incident.closed_at is not None:
        return _("This incident is closed already.")
    if actor().user_id in {incident.reported_by_id, *receivers_of(incident.line_id)}:
        return _("Whoever reported it or took the pages back does not close it. Somebody else does.")
    is_mended = incident.kind is LendingIncidentKind.shortage and not to_settle(incident, slip)
    if is_mended and not not_the_keeper(slip):
        return ""
    return not_entitled(decider(), matter_of(slip))


def to_settle(incident: LendingIncident, slip: LendingSlip) -> int:
    """Its pages that are still missing: of several open incidents the others' count first."""
    others = unreported(incident.line, reported(slip)) + incident.pages
    return min(incident.pages, max(others, 0))


def close(incident: LendingIncident, slip: LendingSlip, result: str, outcome: IncidentOutcome | None) -> None:
    """`outcome` of a shortage: what is not found is given up, and counts for no other slip unless it was replaced."""
    if reason := not_to_close(incident, slip):
        raise IllegalTransition(reason) if incident.closed_at is not None else NotEntitled(reason)
    if not result.strip():
        raise DomainError(_("Write what came of it: it stands on the file for good."))
    if incident.kind is LendingIncidentKind.shortage:
        incident.outcome = _settled(incident, slip, outcome)
    incident.result, incident.closed_at = result, utc_now()
    incident.closed_by_id, incident.closed_by = g.actor.user_id, g.actor.name
    session().flush()
    record(
        LendingIncidentClosed(
            lending_slip_id=slip.id,
            dossier_id=incident.line.dossier_id,
            lending_incident_id=incident.id,
            number=incident.number,
            outcome=incident.outcome.value if incident.outcome else "",
            result=result,
        )
    )


def _settled(incident: LendingIncident, slip: LendingSlip, outcome: IncidentOutcome | None) -> IncidentOutcome:
    if outcome is None:
        raise DomainError(_("Choose what came of the missing pages."))
    pages, line = to_settle(incident, slip), incident.line
    if outcome is IncidentOutcome.found and pages:
        raise DomainError(
            _("%(count)d pages are still missing. Take them back first, or say what became of them.", count=pages)
        )
    if outcome is not IncidentOutcome.found and not pages:
        raise DomainError(_("Every page of it is back: they were found."))
    line.lost_pages += pages
    if outcome is IncidentOutcome.replaced:
        line.replaced_pages += pages
    return outcome
