"""A part of a draft becomes cases: set-based, inside the caller's unit of work, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.bulk import keys, pour
from crm.complaints.cases.clocks import TAKEN_OVER
from crm.complaints.cases.models import (
    OUTCOME_TITLES,
    About,
    Channel,
    Complaint,
    ComplaintCallback,
    ComplaintCaller,
    ComplaintState,
    ComplaintStep,
)
from crm.complaints.cases.rules import severity_of
from crm.complaints.cases.service.registering import take_numbers
from crm.complaints.cases.terms import reckon
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.complaints.importing.draft import Line
from crm.complaints.importing.fields import FIELDS
from crm.complaints.importing.models import ComplaintImport, ComplaintImportRow
from crm.dates import utc_now
from crm.db import session
from crm.imports.histories.service import hold
from crm.numbering import Taken
from crm.web.language import kept
from crm.web.templating import moment

S = ComplaintState
DUES = ("answer_due_at", "result_due_at")
COLON, STOP = "：", " · "


class Case(NamedTuple):
    """Ids of the case and of its caller, and the row they come from."""

    id: int
    caller_id: int
    line: Line


def store(run: ComplaintImport, lines: Sequence[Line], file: str) -> None:
    hold(run.estate_id)
    told = _Told(run, file)
    ids = zip(keys(Complaint, len(lines)), keys(ComplaintCaller, len(lines)), lines, strict=True)
    cases = [Case(*each) for each in ids]
    numbers = take_numbers(len(lines))
    pour(Complaint, [told.case(*each) for each in zip(cases, numbers, strict=True)])
    pour(ComplaintCaller, [told.caller(each) for each in cases])
    pour(ComplaintStep, [step for each in cases for step in told.steps(each)])
    pour(ComplaintCallback, [told.callback(each) for each in cases if each.line.answer_words and each.line.closed_at])
    pour(ComplaintImportRow, [told.row(each) for each in cases])


class Taking(NamedTuple):
    """A step as the file tells it."""

    action: str
    target: ComplaintState
    at: datetime
    by: str
    by_id: int | None = None
    reason: str = ""
    note: str = ""


class _Told:
    """What every case of the import says alike."""

    def __init__(self, run: ComplaintImport, file: str) -> None:
        self.run, self.now = run, utc_now()
        self.who, self.who_id = g.actor.name, g.actor.user_id
        self.file = kept(_l("Taken over from %(file)s", file=file))
        self.unnamed = kept(_l("Name not told"))
        self.outcomes = {outcome: kept(title) for outcome, title in OUTCOME_TITLES.items()}
        self.titles = {name: kept(each.title) for name, each in FIELDS.items()}
        wanted = ComplaintCategory.id.in_({int(choice) for choice in run.categories.values() if choice})
        self.categories = {str(each.id): each for each in session().scalars(select(ComplaintCategory).where(wanted))}
        self._dues: dict[tuple[Severity, date], dict[str, datetime | None]] = {}

    def case(self, case: Case, number: Taken) -> dict[str, Any]:
        line, category = case.line, self.categories[self.run.categories[case.line.category]]
        severity, why = severity_of(category.severity, line.channel or Channel.imported, urgent=False)
        return {
            "id": case.id,
            "number_id": number.id,
            "number": number.text,
            "source_number": line.number or None,
            "estate_id": self.run.estate_id,
            "building_id": line.building_id,
            "unit_id": None if line.withheld else line.unit_id,  # everybody could see whose it is
            "spot": line.spot,
            "customer_id": line.customer_id,
            "channel": Channel.imported,
            "category_id": category.id,
            "about": About.service,
            "about_department_id": line.department_id,
            "contractor": line.contractor,
            "words": line.words,
            "severity": severity,
            "severity_reason": why,
            "wants_callback": not line.anonymous and bool(line.customer_id or line.digits),
            "received_at": line.received_at,
            "received_by": line.registered_by or self.file,
            **(self._ended(line) if line.closed_at else self._open(line, severity)),
        }

    def _ended(self, line: Line) -> dict[str, Any]:
        """Filed, with nothing promised: what was promised then is not known."""
        return dict.fromkeys(DUES) | {
            "state": S.filed,
            "handler_id": line.handler_id,
            "acknowledged_at": line.acknowledged_at,
            "reply": line.reply,
            "replied_at": line.replied_at,
            "satisfied": line.answer.satisfied,
            "cause": line.cause,
            "cause_words": line.cause_words,
            "outcome": line.outcome,
            "closed_at": line.closed_at,
            "filed_at": self.now,
        }

    def _open(self, line: Line, severity: Severity) -> dict[str, Any]:
        """To be answered anew; promised from now on."""
        unknown = "handler_id acknowledged_at replied_at satisfied outcome closed_at filed_at".split()
        words = dict.fromkeys(("reply", "cause", "cause_words"), "")
        return dict.fromkeys(unknown) | words | {"state": S.received, **self._promised(severity, line)}

    def _promised(self, severity: Severity, line: Line) -> dict[str, datetime | None]:
        """As the case's next step will reckon it: from the step that takes it over."""
        key = severity, line.day
        if key not in self._dues:
            case = Complaint(
                severity=severity, received_at=line.received_at, channel=Channel.imported, state=S.received
            )
            steps = [
                ComplaintStep(action=each.action, to_state=each.target, taken_at=each.at) for each in self._taken(line)
            ]
            reckon(case, steps)
            self._dues[key] = {name: getattr(case, name) for name in DUES}
        return self._dues[key]

    def caller(self, case: Case) -> dict[str, Any]:
        line = case.line
        is_known = bool(line.caller or line.customer_id or line.anonymous)
        return {
            "id": case.caller_id,
            "complaint_id": case.id,
            "customer_id": line.customer_id,
            "unit_id": line.unit_id,
            "name": line.caller if is_known else self.unnamed,
            "digits": line.digits,
            "tail": line.digits[-4:],
            "anonymous": line.anonymous,
            "channel": line.channel or Channel.imported,
            "noted_by": line.registered_by or self.file,
            "noted_at": line.received_at,
        }

    def steps(self, case: Case) -> Iterator[dict[str, Any]]:
        before: ComplaintState | None = None
        for taken in self._taken(case.line):
            yield {
                "complaint_id": case.id,
                "action": taken.action,
                "from_state": before,
                "to_state": taken.target,
                "level": 0,
                "reason": taken.reason,
                "note": taken.note,
                "taken_by_id": taken.by_id,
                "taken_by": taken.by,
                "taken_at": taken.at,
            }
            before = taken.target

    def _taken(self, line: Line) -> Iterator[Taking]:
        handler = line.handler or self.file
        yield Taking("receive", S.received, line.received_at, line.registered_by or self.file, note=line.words)
        if line.closed_at is None or line.replied_at is None:
            note = self._words(line.unknown | self._so_far(line))
            yield Taking(TAKEN_OVER, S.received, self.now, self.who, self.who_id, note=note)
            return
        if line.acknowledged_at:
            yield Taking("acknowledge", S.acknowledged, line.acknowledged_at, handler, line.handler_id)
        yield Taking("reply", S.replied, line.replied_at, handler, line.handler_id, note=line.reply)
        yield Taking("close", S.closed, line.closed_at, self.file, reason=line.cause, note=line.cause_words)
        yield Taking(TAKEN_OVER, S.filed, self.now, self.who, self.who_id, note=self._words(line.unknown))

    def _so_far(self, line: Line) -> dict[str, str]:
        """What was done to an open one before, in words: nobody here has answered for it."""
        found = {"handler": line.unknown.get("handler") or line.handler, "reply": line.reply, "cause": line.cause_words}
        found |= {"satisfied": line.answer_words, "outcome": self.outcomes[line.outcome] if line.outcome else ""}
        for name in ("acknowledged", "replied"):
            if at := getattr(line, f"{name}_at"):
                found[name] = moment(at)
        return {name: told for name, told in found.items() if told}

    def _words(self, told: Mapping[str, str]) -> str:
        return STOP.join([self.file, *(f"{self.titles[name]}{COLON}{words}" for name, words in told.items())])

    def callback(self, case: Case) -> dict[str, Any]:
        """The file tells no day for it: it stands where the case ended."""
        line = case.line
        return {
            "complaint_id": case.id,
            "caller_id": case.caller_id,
            "satisfied": line.answer.satisfied,
            "score": line.answer.score,
            "words": line.answer_words,
            "made_by": self.file,
            "made_at": line.closed_at,
        }

    def row(self, case: Case) -> dict[str, Any]:
        place = {"complaint_import_id": self.run.id, "sheet": case.line.sheet, "row": case.line.row}
        return place | {"complaint_id": case.id}
