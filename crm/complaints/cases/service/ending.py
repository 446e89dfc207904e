"""Cases that end: closed with their cause, taken back, and filed when the sheet lies in the dossiers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask_babel import gettext as _

from crm.audit.log import record
from crm.complaints.cases.events import ComplaintEnded, ComplaintFiled
from crm.complaints.cases.hindrances import not_to_close, not_to_end
from crm.complaints.cases.models import Complaint, ComplaintState, Outcome
from crm.complaints.cases.queries import named_of
from crm.complaints.cases.service.steps import NOTHING_SAID, NOW, STEPS, Said, subjects, tell
from crm.complaints.categories.models import CAUSES
from crm.db import session
from crm.errors import DomainError
from crm.tenants.closing import file_soon

KIND = "complaint"  # of `crm.tenants.closing`


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Why it came to the complaint, of CAUSES and in words, and whether it was justified."""

    cause: str
    words: str
    outcome: Outcome


def close(case: Complaint, found: Found, said: Said = NOTHING_SAID) -> None:
    """A background job then presses its sheet and files it."""
    if found.cause not in dict(CAUSES.choices()):
        raise DomainError(_("Choose the cause."))
    if not found.words.strip():
        raise DomainError(_("Write how it came to this: it stands on the sheet."))
    STEPS.expect(case, "close")
    if reason := not_to_close(case, found.outcome):
        raise DomainError(reason)
    told = Said(reason=found.cause, note=found.words, key=said.key)
    values = {"cause": found.cause, "cause_words": found.words, "outcome": found.outcome}
    STEPS.take(case, "close", told, closed_at=NOW, **values)
    tell(case, "close", told)
    record(ComplaintEnded(state=case.state.value, **subjects(case)))
    file_soon(KIND, case.id, case.number, case.estate_id)


def withdraw(case: Complaint, said: Said, *, for_all: bool = False) -> None:
    """`for_all`: everybody who complained by name takes it back. Where they are several that must be said, and stands
    in the step: how many, as the file of one names no other."""
    if not said.reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    STEPS.hold_unchanged(case)
    STEPS.expect(case, "withdraw")
    if reason := not_to_end(case):
        raise DomainError(reason)
    told = _of_everybody(case, said, for_all=for_all)
    STEPS.take(case, "withdraw", told)
    tell(case, "withdraw", told)
    record(ComplaintEnded(state=case.state.value, **subjects(case)))


def _of_everybody(case: Complaint, said: Said, *, for_all: bool) -> Said:
    count = len(named_of(case.id))
    if count < 2:
        return said
    if not for_all:
        raise DomainError(_("Others complained of the same: ask each of them, and say that all take it back."))
    return replace(said, note=_("All %(count)s who complained take it back.", count=count))


def file_again(case: Complaint) -> None:
    """Where the job that files it did not come to its end."""
    STEPS.expect(case, "file")
    file_soon(KIND, case.id, case.number, case.estate_id)


def filed(complaint_id: int) -> None:
    """Its sheet lies in the dossiers. Told twice it is filed once; opened again meanwhile it is refused."""
    case = session().get_one(Complaint, complaint_id)
    STEPS.hold(case)
    if case.state is ComplaintState.filed:
        return
    STEPS.take(case, "file", filed_at=NOW)
    tell(case, "file")
    record(ComplaintFiled(**subjects(case)))
