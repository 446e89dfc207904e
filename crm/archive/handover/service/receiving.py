"""The archivist receives: third signature, number, register, filing and custody, all or nothing (L-19 to L-21)."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from crm import numbering
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.service import file_sealed, take_custody
from crm.archive.dossiers.service.opening import room
from crm.archive.handover import charging
from crm.archive.handover.causes import RECEIVED
from crm.archive.handover.clocks import Delay, is_late_entry
from crm.archive.handover.days import day_of
from crm.archive.handover.events import DossierReceived
from crm.archive.handover.models import HandoverStep, Party, RegisterEntry
from crm.archive.handover.path import PATH
from crm.archive.handover.queries.deadlines import deadlines
from crm.archive.handover.queries.standing import steps_of
from crm.archive.handover.service import steps
from crm.archive.handover.service.lists import Signing, sign
from crm.archive.handover.standing import Standing
from crm.archive.numbers.models import ArchiveNumber
from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.worktime.queries import calendar

SERIES, PATTERN = "登记本", "登{year:04d}-{serial:04d}"


def receive(standing: Standing, signing: Signing, received_on: date) -> RegisterEntry:
    """`received_on`: the day the paper came in, from B's submission up to today.

    The number promised at the project's end is committed, the dossier filed and its contracts numbered, the register
    gets its next serial; a refusal anywhere leaves everything as it was.
    """
    PATH.expect(standing, "receive")
    _expect_day(standing, received_on)
    number = _number(standing)
    before = {party: standing.signature_of(party) for party in (Party.a, Party.b)}
    own = sign(standing, Party.archivist, signing)
    handover = standing.handover
    handover.archivist_id = own.signer_id
    steps.take(standing, "receive")
    file_sealed(handover.dossier, number, received_on)
    take_custody(handover.dossier, location_id=_place(handover.dossier), cause=RECEIVED)
    today, late = business_day(), _late(standing)
    entry = RegisterEntry(
        number=_next_serial(today.year),
        handover_id=handover.id,
        title=handover.dossier.title,
        received_on=received_on,
        entered_at=utc_now(),
        late=is_late_entry(calendar(), received_on, today),
        late_a=late.a,
        late_b=late.b,
        late_total=late.total,
        giver_id=standing.b_id,
        archivist_id=own.signer_id,
        version_id=own.version_id,
        a_signature_id=before[Party.a].id,  # type: ignore[union-attr]  # the path asked for both
        giver_signature_id=before[Party.b].id,  # type: ignore[union-attr]
        archivist_signature_id=own.id,
    )
    session().add(entry)
    session().flush()
    record(_received(standing, entry))
    return entry


def _expect_day(standing: Standing, received_on: date) -> None:
    submitted = max((day_of(step.taken_at) for step in _submissions(standing)), default=received_on)
    if not submitted <= received_on <= business_day():
        raise DomainError(
            _("The day of receipt lies between B's submission, %(day)s, and today.", day=submitted.isoformat())
        )


def _late(standing: Standing) -> Delay:
    """What is charged to each owner, once and for all."""
    handover = standing.handover
    holds = charging.held(handover.project.ends_on, steps_of(handover.id))
    return charging.charged(calendar(), holds, deadlines(handover.id), business_day())


def _submissions(standing: Standing) -> list[HandoverStep]:
    return [step for step in steps_of(standing.handover.id) if step.action == "submit"]


def _number(standing: Standing) -> ArchiveNumber:
    number = standing.handover.dossier.number
    if number is None:
        raise DomainError(_("No number is reserved for this dossier. The project's end reserves it; enter that first."))
    return number


def _place(dossier: Dossier) -> int:
    return dossier.home_id if dossier.home_id is not None else room().id


def _next_serial(year: int) -> numbering.Number:
    """Committed at once: the entry stands with it."""
    [number] = numbering.reserve(SERIES, PATTERN, year=year)
    number.commit()
    return number


def _received(standing: Standing, entry: RegisterEntry) -> DossierReceived:
    handover = standing.handover
    return DossierReceived(
        handover_id=handover.id,
        project_id=handover.project_id,
        dossier_id=handover.dossier_id,
        register_entry_id=entry.id,
        number=handover.dossier.code or "",
        serial=entry.number.text,
        received_on=entry.received_on,
        late=entry.late,
    )
