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
from crm.archive.lending.models import (
    OPEN,
    SLIP_TITLES,
    LendingIncident,
    LendingIncidentKind,
    LendingSlip,
    SlipForm,
    SlipLine,
)
from crm.archive.lending.service.steps import matter_of, not_the_keeper, tell
from crm.audit.log import record
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
    outstanding = line.issued_pages - line.returned_pages
    most = outstanding if loss.kind is LendingIncidentKind.shortage else line.issued_pages
    if not 1 <= loss.pages <= most:
        raise DomainError(
            _("Between 1 and %(most)d pages can be named here.", most=most) if most else _nothing_missing()
        )
    if any(each.line_id == line.id and each.kind is loss.kind and not each.closed_at for each in _all(slip)):
        raise DomainError(_("An incident of this kind is open for the document already."))
    return _opened(slip, line, loss)


def _nothing_missing() -> str:
    return _("Every page of it is back: nothing is missing.")


def _all(slip: LendingSlip) -> list[LendingIncident]:
    return list(queries.incidents_of(slip.id))


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


def open_for(slip: LendingSlip, line: SlipLine, *, missing: int, whole: bool, words: str) -> None:
    """After a check: what is missing and not reported yet, and damage."""
    known = {(each.line_id, each.kind) for each in _all(slip) if not each.closed_at}
    reported_pages = reported(slip).get((line.id, LendingIncidentKind.shortage), 0)
    if missing > reported_pages and (line.id, LendingIncidentKind.shortage) not in known:
        loss = Loss(kind=LendingIncidentKind.shortage, pages=missing - reported_pages, description=words)
        _opened(slip, line, loss)
    if not whole and (line.id, LendingIncidentKind.damage) not in known:
        _opened(slip, line, Loss(kind=LendingIncidentKind.damage, pages=max(line.returned_pages, 1), description=words))


def reported(slip: LendingSlip) -> Mapping[tuple[int, LendingIncidentKind], int]:
    """(line, kind) -> pages in all its incidents, closed ones too."""
    pages: defaultdict[tuple[int, LendingIncidentKind], int] = defaultdict(int)
    for each in _all(slip):
        pages[each.line_id, each.kind] += each.pages
    return pages


def not_to_close(incident: LendingIncident, slip: LendingSlip) -> str:
    """The archivist closes what is whole again; what stays missing or damaged somebody above the borrower does."""
    if incident.closed_at is not None:
        return _("This incident is closed already.")
    line = incident.line
    is_mended = incident.kind is LendingIncidentKind.shortage and line.returned_pages == line.issued_pages
    if is_mended and not not_the_keeper(slip):
        return ""
    return not_entitled(decider(), matter_of(slip))


def close(incident: LendingIncident, slip: LendingSlip, result: str) -> None:
    if reason := not_to_close(incident, slip):
        raise IllegalTransition(reason) if incident.closed_at is not None else NotEntitled(reason)
    if not result.strip():
        raise DomainError(_("Write what came of it: it stands on the file for good."))
    incident.result, incident.closed_at = result, utc_now()
    incident.closed_by_id, incident.closed_by = g.actor.user_id, g.actor.name
    session().flush()
    record(
        LendingIncidentClosed(
            lending_slip_id=slip.id,
            dossier_id=incident.line.dossier_id,
            lending_incident_id=incident.id,
            number=incident.number,
            result=result,
        )
    )
