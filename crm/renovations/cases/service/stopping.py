"""停工: by decision, or by a violation of a kind that stops the work; it goes on when all those are put right."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.renovations.cases import queries
from crm.renovations.cases.events import RenovationStopped
from crm.renovations.cases.models import WORKFLOW, Renovation, RenovationState
from crm.renovations.cases.service.steps import STEPS, Said, subjects, tell
from crm.violations.cases.models import Violation

BY_VIOLATION = "stopped_by"  # the step where nobody decided: the kind of violation says so


def stop(renovation: Renovation, said: Said) -> None:
    if not said.reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    STEPS.take(renovation, "stop", said, warned_on=None)
    record(RenovationStopped(violation_id=None, reason=said.reason, **subjects(renovation)))


def resume(renovation: Renovation, said: Said) -> None:
    """Stopped before anything was begun, it begins now."""
    begun = {} if renovation.begun_on else {"begun_on": business_day()}
    STEPS.take(renovation, "resume", said, **begun)
    tell(renovation, "resume", said)


def stopped_by(violation: Violation) -> Collection[Renovation]:
    """What is rebuilt where this violation is stands still, if it is one that stops the work and is not put right."""
    stood = []
    for renovation in _concerned(violation):
        STEPS.hold(renovation)
        running = renovation.state in WORKFLOW["stop"].sources
        if running and violation.id in {each.id for each in queries.stopping(renovation)}:
            _stop_for(renovation, violation)
            stood.append(renovation)
    return stood


def _stop_for(renovation: Renovation, violation: Violation) -> None:
    before, renovation.state = renovation.state, RenovationState.stopped
    said = Said(reason=violation.number, note=violation.found)
    STEPS.follow(renovation, BY_VIOLATION, before, said, warned_on=None)
    record(RenovationStopped(violation_id=violation.id, reason=violation.found, **subjects(renovation)))


def free_again(violation: Violation) -> Collection[Renovation]:
    """What stood still for violations and stands still for none any more: somebody can let it go on."""
    stood = [each for each in _concerned(violation) if each.state is RenovationState.stopped]
    return [each for each in stood if not queries.stopping(each)]


def _concerned(violation: Violation) -> list[Renovation]:
    found = select(Renovation).where(queries.IS_ON_SITE)
    if violation.about_kind == queries.KIND and violation.about_id:
        noted = session().scalars(found.where(Renovation.id == violation.about_id)).all()
        return list(noted)
    if violation.unit_id is None:
        return []
    return list(session().scalars(found.where(Renovation.unit_id == violation.unit_id).order_by(Renovation.id)))
