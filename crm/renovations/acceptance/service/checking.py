"""Looking: line by line, signed by whoever looked and by the customer; passed where nothing is to be put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.actor import actor
from crm.dates import beginning_of, business_day, months_later, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.renovations.acceptance.events import RenovationChecked
from crm.renovations.acceptance.figures import WAITING_MONTHS
from crm.renovations.acceptance.models import (
    RenovationCheck,
    RenovationCheckLine,
    RenovationCheckPhoto,
    Stage,
    Verdict,
)
from crm.renovations.acceptance.queries import Look, to_look_at, took
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.service.steps import STEPS, Said, subjects

STAGES = {  # in which state which check is made
    RenovationState.completion: Stage.first,
    RenovationState.fixing: Stage.first,
    RenovationState.waiting: Stage.second,
    RenovationState.mending: Stage.second,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`look`: what was to be looked at, or a finding of its own."""

    look: Look
    verdict: Verdict
    words: str = ""
    hours: int = 0
    upload_ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """By the customer, or why not and before whom."""

    name: str
    upload_id: int | None = None
    refusal: str = ""
    witness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`signature_id`: of whoever looked; `due_on`: by when all is to be put right, where something is."""

    lines: Sequence[Line]
    signature_id: int | None
    customer: Signed
    words: str = ""
    due_on: date | None = None

    @property
    def defects(self) -> list[Line]:
        return [line for line in self.lines if line.verdict is Verdict.fix]


@dataclass(frozen=True, slots=True)
class _Outcome:
    action: str
    changes: dict[str, Any] = field(default_factory=dict)


def hindrance(renovation: Renovation) -> str:
    """Why the acting person cannot check it now, or "" (rights aside)."""
    return _impossible(renovation) or _too_close(renovation)


def _impossible(renovation: Renovation) -> str:
    stage = STAGES.get(renovation.state, Stage.first)
    if reason := STEPS.impossible(renovation, f"pass_{stage}"):
        return reason
    due = renovation.second_due_on
    if stage is Stage.second and due and due > business_day():
        return _("The second check may be made from %(day)s on.", day=due.isoformat())
    return ""


def _too_close(renovation: Renovation) -> str:
    """Nobody checks what they took in themselves, or sooner because they said so."""
    me = actor().user_id
    if me is not None and (renovation.applied_by_id == me or took(renovation.id, me, "finish")):
        return _("You took this application yourself: somebody else checks what was built.")
    if took(renovation.id, me, "shorten"):
        return _("You shortened the waiting period yourself: somebody else checks what was built.")
    return ""


def check(renovation: Renovation, told: Checked, said: Said) -> RenovationCheck:
    """Raises `DomainError` where a line is missing or says too little, or a signature is missing."""
    STEPS.hold_unchanged(renovation)
    if reason := _impossible(renovation):
        raise IllegalTransition(reason)
    if reason := _too_close(renovation):
        raise NotEntitled(reason)
    stage = STAGES[renovation.state]
    if fault := _fault(told, to_look_at(renovation, stage)):
        raise DomainError(fault)
    made = _kept(renovation, stage, told, said.key)
    outcome = _outcome(stage, made)
    note = " · ".join(filter(None, (told.words, *(line.look.what for line in told.defects))))
    until = beginning_of(made.due_on) if made.due_on else None
    STEPS.take(renovation, outcome.action, replace(said, note=note, until=until), warned_on=None, **outcome.changes)
    _tell(renovation, made, len(told.defects))
    return made


def _fault(told: Checked, wanted: Sequence[Look]) -> str:
    given = {line.look.key for line in told.lines}
    if missing := [look.what for look in wanted if look.key not in given]:
        return _("Say of each line how it was found. Missing: %(what)s", what=missing[0])
    if dumb := [line.look.what for line in told.defects if not line.words.strip()]:
        return _("Write what is to be put right: %(what)s", what=dumb[0])
    short = [line for line in told.lines if line.verdict is Verdict.ok and line.hours < line.look.hours]
    if short:
        told_of = {"what": short[0].look.what, "hours": short[0].look.hours}
        return _("%(what)s: the water test lasts %(hours)s hours at least. Write how long it was.", **told_of)
    return _fault_of_days(told) or _fault_of_signatures(told)


def _fault_of_days(told: Checked) -> str:
    if told.defects and (told.due_on is None or told.due_on <= business_day()):
        return _("Write by when it is to be put right: a day after today.")
    return ""


def _fault_of_signatures(told: Checked) -> str:
    if told.signature_id is None:
        return _("Sign here yourself: whoever checks signs.")
    if not told.customer.name.strip():
        return _("Write who was there for the customer.")
    if told.customer.upload_id is not None:
        return ""
    if not (told.customer.refusal.strip() and told.customer.witness.strip()):
        return _("Let the customer sign, or write why not and who was there as witness.")
    return ""


def _kept(renovation: Renovation, stage: Stage, told: Checked, key: str | None) -> RenovationCheck:
    refused = told.customer.upload_id is None
    made = RenovationCheck(
        renovation_id=renovation.id,
        stage=stage,
        passed=not told.defects,
        words=told.words,
        due_on=told.due_on if told.defects else None,
        checked_on=business_day(),
        signature_id=told.signature_id,
        customer_name=told.customer.name,
        customer_signature_id=told.customer.upload_id,
        refusal=told.customer.refusal if refused else "",
        witness=told.customer.witness if refused else "",
        key=key,
        checked_by_id=g.actor.user_id,
        checked_by=g.actor.name,
        checked_at=utc_now(),
    )
    session().add(made)
    session().flush()
    for line in told.lines:
        _keep_line(made, line)
    return made


def _keep_line(made: RenovationCheck, line: Line) -> None:
    row = RenovationCheckLine(
        check_id=made.id,
        item_id=line.look.item_id,
        alteration_id=line.look.alteration_id,
        earlier_id=line.look.earlier_id,
        what=line.look.what,
        verdict=line.verdict,
        words=line.words,
        hours=line.hours,
    )
    session().add(row)
    session().flush()
    session().add_all(RenovationCheckPhoto(line_id=row.id, upload_id=each) for each in line.upload_ids)


def _outcome(stage: Stage, made: RenovationCheck) -> _Outcome:
    """What follows from it: with the first passed the waiting period begins."""
    if not made.passed:
        return _Outcome(f"fail_{stage}")
    if stage is Stage.second:
        return _Outcome("pass_second", {"second_passed_on": made.checked_on})
    due = months_later(made.checked_on, WAITING_MONTHS.on(made.checked_on))
    return _Outcome("pass_first", {"first_passed_on": made.checked_on, "second_due_on": due})


def _tell(renovation: Renovation, made: RenovationCheck, defects: int) -> None:
    begun = made.passed and made.stage is Stage.first
    record(
        RenovationChecked(
            renovation_check_id=made.id,
            stage=made.stage.value,
            passed=made.passed,
            defects=defects,
            due_on=made.due_on,
            second_due_on=renovation.second_due_on if begun else None,
            signed=made.customer_signature_id is not None,
            **subjects(renovation),
        )
    )
