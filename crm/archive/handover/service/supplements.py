"""The supplement list: B asks, A brings, B checks again or somebody above waives (L-13, A-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.archive.handover.authority import not_entitled
from crm.archive.handover.events import SupplementAsked, SupplementLineMoved
from crm.archive.handover.models import (
    LINE_STATE_TITLES,
    SUPPLEMENTING,
    HandoverState,
    LineKind,
    LineState,
    SupplementLine,
    SupplementList,
)
from crm.archive.handover.path import PATH
from crm.archive.handover.queries.authority import decider, matter_of
from crm.archive.handover.service import steps
from crm.archive.handover.service.telling import tell
from crm.archive.handover.standing import Standing
from crm.audit.log import record
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A document or a signature that is missing, and where."""

    kind: LineKind
    wanted: str
    item_id: int | None = None
    slot_id: int | None = None


def ask(standing: Standing, wanted: Sequence[Wanted]) -> SupplementList:
    """Issue a supplement list to A; it stops no clock."""
    PATH.expect(standing, "ask_supplement")
    if not wanted:
        raise DomainError(_("Name at least one document or signature that is missing."))
    handover = standing.handover
    count = select(func.count(SupplementList.id)).where(SupplementList.handover_id == handover.id)
    made = SupplementList(
        handover_id=handover.id,
        number=(session().scalar(count) or 0) + 1,
        issued_by_id=g.actor.user_id,
        issued_at=utc_now(),
        lines=[
            SupplementLine(
                kind=each.kind,
                wanted=each.wanted,
                item_id=each.item_id,
                slot_id=each.slot_id,
                state=LineState.open,
                a_id=standing.a_id,
                b_id=standing.b_id,
            )
            for each in wanted
        ],
    )
    session().add(made)
    session().flush()
    record(
        SupplementAsked(
            handover_id=handover.id,
            dossier_id=handover.dossier_id,
            supplement_list_id=made.id,
            number=made.number,
            wanted=[each.wanted for each in wanted],
        )
    )
    steps.take(standing, "ask_supplement")
    return made


def provide(standing: Standing, line: SupplementLine, words: str) -> None:
    """A says what was brought; the line stays open until B has looked."""
    PATH.expect(standing, "provide")
    _expect(line, "provide")
    if not words.strip():
        raise DomainError(_("Write what was brought, and where it lies."))
    line.provided = words
    _move(standing, line, "provide", words)
    title, wanted = standing.handover.project.title, line.wanted
    tell(
        standing.handover,
        standing.b_id,
        words=lambda: _("%(title)s: provided, to be checked again: %(wanted)s", title=title, wanted=wanted),
    )


def verify(standing: Standing, line: SupplementLine) -> None:
    """B has it in hand and finds it in order."""
    PATH.expect(standing, "recheck")
    _expect(line, "verify")
    _decided(line)
    _move(standing, line, "verify", "")
    _complete(standing)


def bounce(standing: Standing, line: SupplementLine, reason: str) -> None:
    """What was brought does not do."""
    PATH.expect(standing, "recheck")
    _expect(line, "bounce")
    if not reason.strip():
        raise DomainError(_("Write what is still wrong with it."))
    line.reason = reason
    _move(standing, line, "bounce", reason)
    title, wanted = standing.handover.project.title, line.wanted
    tell(
        standing.handover,
        standing.a_id,
        words=lambda: _("%(title)s: still missing: %(wanted)s. %(reason)s", title=title, wanted=wanted, reason=reason),
    )


def waive(standing: Standing, line: SupplementLine, reason: str) -> None:
    """Somebody above says that it may stay missing; never A, B or the archivist."""
    _expect(line, "waive")
    if refusal := not_entitled(decider(), matter_of(standing)):
        raise DomainError(refusal)
    if not reason.strip():
        raise DomainError(_("Write why it may stay missing: it stands on the supplement list."))
    line.reason = reason
    _decided(line)
    _move(standing, line, "waive", reason)
    _complete(standing)


def _decided(line: SupplementLine) -> None:
    line.decided_by, line.decided_at = session().get(User, g.actor.user_id), utc_now()


def _expect(line: SupplementLine, action: str) -> None:
    step = SUPPLEMENTING[action]
    if line.state not in step.sources:
        raise DomainError(
            _(
                "“%(action)s” is not possible for a line that is: %(state)s.",
                action=step.title,
                state=LINE_STATE_TITLES[line.state],
            )
        )


def _move(standing: Standing, line: SupplementLine, action: str, words: str) -> None:
    line.a_id, line.b_id = standing.a_id, standing.b_id
    SUPPLEMENTING.take(line, action)
    session().flush()
    record(
        SupplementLineMoved(
            handover_id=standing.handover.id,
            dossier_id=standing.handover.dossier_id,
            supplement_line_id=line.id,
            wanted=line.wanted,
            action=action,
            words=words,
        )
    )


def _complete(standing: Standing) -> None:
    """The last open line was closed: the audit goes on."""
    if standing.state is HandoverState.supplementing and not standing.open_lines:
        steps.take(standing, "supplemented")
