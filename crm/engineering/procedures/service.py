"""The verbs of procedures: a number entered, a version written, handed in, decided, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.audit.log import differences, record
from crm.auth.actor import actor
from crm.dates import business_day, months_later, utc_now
from crm.db import insert, session
from crm.engineering.once import cleaned, standing
from crm.engineering.procedures.events import (
    ProcedureApproved,
    ProcedureChanged,
    ProcedureDraftChanged,
    ProcedureDrafted,
    ProcedureEntered,
    ProcedureRead,
    ProcedureReviewed,
    ProcedureStepTaken,
)
from crm.engineering.procedures.models import (
    IN_WORK,
    WORKFLOW,
    Procedure,
    ProcedureReading,
    ProcedureState,
    ProcedureStep,
    ProcedureVersion,
)
from crm.engineering.procedures.queries import get_version
from crm.engineering.trades import Trade
from crm.errors import DomainError, Stale
from crm.files import store
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps

PURPOSE = "procedure"  # of the files in the store; fetched from the version they belong to
FARTHEST = 12  # months ahead in which a version can come into force


class _ProcedureSteps(Steps[ProcedureVersion, ProcedureStep]):
    model, row, owner, workflow = ProcedureVersion, ProcedureStep, "version_id", WORKFLOW

    def not_entitled(self, version: ProcedureVersion, action: str) -> str:
        """Two people: whoever wrote any of it does not decide about it."""
        if action == "approve" and actor().user_id is not None and _wrote(version, actor().user_id):
            return _("You wrote this version yourself: somebody else brings it into force.")
        return ""


STEPS = _ProcedureSteps()
WRITING = ("draft", "change")


def _wrote(version: ProcedureVersion, user_id: int | None) -> bool:
    mine = select(ProcedureStep.id).where(
        ProcedureStep.version_id == version.id,
        ProcedureStep.action.in_(WRITING),
        ProcedureStep.taken_by_id == user_id,
    )
    return version.author_id == user_id or session().scalar(mine.limit(1)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a version says: `text`, a file (`content`, `name`), or both."""

    text: str
    changes: str
    review_by: date
    content: bytes = b""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """`estate_id` None: the whole company's."""

    estate_id: int | None
    number: str
    title: str
    trade: Trade | None
    about_units: bool


def enter(named: Named, written: Written, key: str | None = None) -> Procedure:
    """With its first draft. Entered once however often the form is sent; of two with one number at the same moment the
    second waits, and is told. Raises `DomainError`."""
    number = cleaned(named.number)
    if there := standing(Procedure, key, estate_id=named.estate_id, number=number):
        return there
    made = _added(named, number, key)
    if made is None and (there := standing(Procedure, key)):  # sent twice at once: the other one did it
        return there
    if made is None:
        raise DomainError(_("There is a procedure %(number)s already. Write a new version of it.", number=number))
    record(ProcedureEntered(procedure_id=made.id, estate_id=made.estate_id, number=made.number, title=made.title))
    draft(made, written, key)
    return made


def _added(named: Named, number: str, key: str | None) -> Procedure | None:
    """None where the number is taken. There is no row to hold for the company's own, so the table's rule decides."""
    entered = insert(Procedure).values(
        version=1,
        estate_id=named.estate_id,
        number=number,
        title=named.title,
        trade=named.trade,
        about_units=named.about_units,
        key=key,
        entered_by_id=g.actor.user_id,
        entered_by=g.actor.name,
        entered_at=utc_now(),
    )
    made = session().execute(entered.on_conflict_do_nothing().returning(Procedure.id)).scalar_one_or_none()
    return None if made is None else session().get_one(Procedure, made)


def rename(procedure: Procedure, given: Mapping[str, Any]) -> None:
    """Title, trade, and whether it is about units; number and estate stay for good."""
    changes = differences(procedure, given)
    for name, value in given.items():
        setattr(procedure, name, value)
    session().flush()
    if changes:
        record(ProcedureChanged(procedure_id=procedure.id, number=procedure.number, changes=changes))


def hold(procedure: Procedure) -> None:
    """Nobody else writes or decides about a version of it until the unit of work ends; held before any version is."""
    session().flush()
    session().refresh(procedure, ["version"], with_for_update=True)


def draft(procedure: Procedure, written: Written, key: str | None = None) -> ProcedureVersion:
    """One at a time. Raises `DomainError`."""
    hold(procedure)
    if there := standing(ProcedureVersion, key, procedure_id=procedure.id):
        return there
    versions = select(ProcedureVersion).where(ProcedureVersion.procedure_id == procedure.id)
    if session().scalar(versions.where(ProcedureVersion.state.in_(IN_WORK)).limit(1)):
        raise DomainError(_("A version of %(number)s is being written already.", number=procedure.number))
    last = select(func.max(ProcedureVersion.position)).where(ProcedureVersion.procedure_id == procedure.id)
    made = ProcedureVersion(
        procedure_id=procedure.id,
        position=(session().scalar(last) or 0) + 1,
        state=ProcedureState.draft,
        key=key,
        author_id=g.actor.user_id,
        author=g.actor.name,
        written_at=utc_now(),
        **_content(written, procedure, None),
    )
    session().add(made)
    session().flush()
    STEPS.follow(made, "draft", None, Said(note=written.changes))
    made = get_version(made.id)
    record(ProcedureDrafted(note=written.changes, **_subjects(made)))
    return made


def _content(written: Written, procedure: Procedure, upload_id: int | None) -> dict[str, Any]:
    """`upload_id`: the file so far, which stays where none is brought."""
    if written.review_by <= business_day():
        raise DomainError(_("The day of the review lies ahead."))
    if written.content:
        given: dict[str, Any] = {"purpose": PURPOSE, "estate_id": procedure.estate_id}
        upload_id = store.keep_proof(written.content, written.name, **given).id
    if not written.text and upload_id is None:
        raise DomainError(_("Write what is to be done, or choose a file that says it."))
    told = {"text": written.text, "changes": written.changes, "review_by": written.review_by}
    return told | {"upload_id": upload_id}


def change(version: ProcedureVersion, written: Written, said: Said = NOTHING_SAID) -> None:
    """Raises `DomainError` when nothing changes."""
    STEPS.expect(version, "change")
    values = _content(written, version.procedure, version.upload_id)
    changes = differences(version, values)
    if not changes:
        raise DomainError(_("Nothing was changed."))
    STEPS.take(version, "change", said, **values)
    session().expire(version, ["upload"])
    record(ProcedureDraftChanged(changes=changes, **_subjects(version)))


def hand_in(version: ProcedureVersion, said: Said = NOTHING_SAID) -> None:
    _take(version, "hand_in", said)


def send_back(version: ProcedureVersion, said: Said) -> None:
    _take(version, "send_back", said)


def drop(version: ProcedureVersion, said: Said) -> None:
    _take(version, "drop", said)


def approve(version: ProcedureVersion, valid_from: date, said: Said = NOTHING_SAID) -> None:
    """From today on, or from a day to come; then the clock brings it into force. Raises `DomainError`."""
    today = business_day()
    if not today <= valid_from <= months_later(today, FARTHEST):
        raise DomainError(_("It comes into force today or within a year: no procedure holds for days that are over."))
    _hold_unchanged(version)
    waits = select(ProcedureVersion.position).where(
        ProcedureVersion.procedure_id == version.procedure_id, ProcedureVersion.state == ProcedureState.approved
    )
    if position := session().scalar(waits):
        raise DomainError(_("Version %(position)d waits for its day already: withdraw it first.", position=position))
    who = {"decided_by_id": g.actor.user_id, "decided_by": g.actor.name, "decided_at": NOW}
    STEPS.take(version, "approve", said, valid_from=valid_from, **who)
    record(ProcedureApproved(valid_from=valid_from, note=said.note, **_subjects(version)))
    if valid_from == today:
        enter_into_force(version)


def _hold_unchanged(version: ProcedureVersion) -> None:
    """First the procedure, then the version, as everybody does. Raises `Stale`."""
    seen = version.version
    hold(version.procedure)
    STEPS.hold(version)
    if version.version != seen:
        raise Stale


def enter_into_force(version: ProcedureVersion) -> None:
    """Its day has come: what was in force before is superseded. The procedure is held."""
    standing_now = select(ProcedureVersion.id).where(
        ProcedureVersion.procedure_id == version.procedure_id, ProcedureVersion.state == ProcedureState.in_force
    )
    if (before := session().scalar(standing_now)) is not None:
        old = get_version(before)
        _take(old, "supersede", Said(note=version.number), valid_until=version.valid_from)
    _take(version, "enter", NOTHING_SAID)


def confirm(version: ProcedureVersion, review_by: date, said: Said = NOTHING_SAID) -> None:
    """It was looked at and is still right. Raises `DomainError`."""
    if review_by <= business_day():
        raise DomainError(_("The day of the review lies ahead."))
    STEPS.take(version, "confirm", said, review_by=review_by, warned_on=None)
    record(ProcedureReviewed(review_by=review_by, note=said.note, **_subjects(version)))


def withdraw(version: ProcedureVersion, said: Said) -> None:
    """It holds no more, and nothing in its place; where its day had not come, it never held."""
    _hold_unchanged(version)
    over = max(business_day(), version.valid_from or business_day())
    _take(version, "withdraw", said, valid_until=over)


def acknowledge(version: ProcedureVersion) -> None:
    """The acting person has read it; once. Raises `DomainError` for a version that is not in force."""
    if version.state is not ProcedureState.in_force:
        raise DomainError(_("%(number)s is not in force: read the version that is.", number=version.number))
    user_id = actor().user_id
    if user_id is None:
        raise DomainError(_("This is done by a person who is signed in."))
    said = insert(ProcedureReading).values(
        version_id=version.id, user_id=user_id, read_by=g.actor.name, read_at=utc_now()
    )
    once = said.on_conflict_do_nothing().returning(ProcedureReading.id)
    if session().execute(once).scalar_one_or_none() is not None:
        record(ProcedureRead(user_id=user_id, **_subjects(version)))


def _take(version: ProcedureVersion, action: str, said: Said, **changes: Any) -> None:
    STEPS.take(version, action, said, **changes)
    record(
        ProcedureStepTaken(
            action=action, state=version.state.value, reason=said.reason, note=said.note, **_subjects(version)
        )
    )


def _subjects(version: ProcedureVersion) -> dict[str, Any]:
    return {
        "procedure_id": version.procedure_id,
        "procedure_version_id": version.id,
        "number": version.number,
    }
