"""Taking a step of the path: the state, the row that proves it, the event, the bell."""

from __future__ import annotations

from collections.abc import Callable

from flask import g
from flask_babel import gettext as _

from crm.archive.handover.events import HandoverMoved
from crm.archive.handover.models import STATE_TITLES, HandoverState, HandoverStep
from crm.archive.handover.path import PATH
from crm.archive.handover.queries.standing import archivists
from crm.archive.handover.service.telling import tell
from crm.archive.handover.standing import Standing
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError


def take(standing: Standing, action: str, reason: str = "") -> HandoverStep:
    """Raises `DomainError` with the sentence why not; a step that asks for a reason is not taken without."""
    PATH.expect(standing, action)
    if PATH[action].asks_reason and not reason.strip():
        raise DomainError(_("Write the reason: whoever gets the dossier back has to know what to do."))
    handover, source = standing.handover, standing.state
    PATH.take(standing, action)
    step = HandoverStep(
        handover_id=handover.id,
        action=action,
        source=source,
        target=standing.state,
        reason=reason,
        taken_by_id=g.actor.user_id,
        taken_at=utc_now(),
    )
    session().add(step)
    session().flush()
    record(
        HandoverMoved(
            handover_id=handover.id,
            dossier_id=handover.dossier_id,
            project_id=handover.project_id,
            action=action,
            old=source.value,
            new=standing.state.value,
            reason=reason,
        )
    )
    _tell_next(standing, reason)
    return step


def _tell_next(standing: Standing, reason: str) -> None:
    """Whose turn it is now."""
    handover, project = standing.handover, standing.handover.project
    whose = {
        HandoverState.preparing: {project.a_id},
        HandoverState.with_b: {project.b_id},
        HandoverState.supplementing: {project.a_id},
        HandoverState.coded: {project.b_id},
        HandoverState.filed: {project.a_id, project.b_id},
    }
    people = whose.get(standing.state) or archivists() - {project.a_id, project.b_id}
    tell(handover, *people, words=_words(standing, reason))


def _words(standing: Standing, reason: str) -> Callable[[], str]:
    title, state = standing.handover.project.title, standing.state

    def words() -> str:
        if reason:
            return _("%(title)s: %(state)s. %(reason)s", title=title, state=STATE_TITLES[state], reason=reason)
        return _("%(title)s: %(state)s.", title=title, state=STATE_TITLES[state])

    return words
