"""What it is, how grave, whom it is about, and who has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import differences, record
from crm.auth.actor import actor
from crm.auth.models import User
from crm.complaints.cases.events import ComplaintClassified
from crm.complaints.cases.models import About, Complaint, SeverityReason
from crm.complaints.cases.rules import severity_of
from crm.complaints.cases.service.ringing import handlers_of, ring
from crm.complaints.cases.service.steps import NOTHING_SAID, STEPS, Said, subjects, tell
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.db import session
from crm.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a complaint turns out to be. A person's department counts where no other is named."""

    category: ComplaintCategory
    severity: Severity
    about: About
    about_department_id: int | None = None
    about_user_id: int | None = None
    contractor: str = ""


def classify(case: Complaint, judged: Judged, handler_id: int | None = None, said: Said = NOTHING_SAID) -> None:
    """Also whoever is to handle it, where somebody is named already."""
    values = _values(case, judged)
    _expect_handler(case, handler_id, judged.about_user_id)
    changes = differences(case, values)
    if handler_id or _is_about_the_handler(case, judged):
        values["handler_id"] = handler_id
    STEPS.take(case, "classify", said, **values)
    _tell(case, "classify", changes, said)
    _ring(case, handler_id)


def reclassify(case: Complaint, judged: Judged, said: Said = NOTHING_SAID) -> None:
    """What was waited stays waited: another severity changes the targets from the receipt on. Raises `DomainError`
    when nothing changes."""
    values = _values(case, judged)
    changes = differences(case, values)
    if not changes:
        raise DomainError(_("Nothing was changed."))
    if _is_about_the_handler(case, judged):
        values["handler_id"] = None
    STEPS.take(case, "reclassify", said, **values)
    _tell(case, "reclassify", changes, said)


def _is_about_the_handler(case: Complaint, judged: Judged) -> bool:
    return case.handler_id is not None and case.handler_id == judged.about_user_id


def assign(case: Complaint, handler_id: int, said: Said = NOTHING_SAID) -> None:
    """To somebody who may handle a case of this level in its estate, and who is told."""
    if handler_id == case.handler_id:
        raise DomainError(_("This person has the complaint already."))
    _expect_handler(case, handler_id, case.about_user_id)
    before = case.handler_id
    STEPS.take(case, "assign", said, handler_id=handler_id)
    tell(case, "assign", said)
    _ring(case, handler_id)
    ring(case, [before], lambda: _("%(number)s was given to somebody else.", number=case.number))


def _values(case: Complaint, judged: Judged) -> dict[str, Any]:
    derived, why = severity_of(
        judged.category.severity, case.channel, urgent=case.severity_reason is SeverityReason.said
    )
    department = judged.about_department_id
    if department is None and judged.about_user_id:
        department = session().get_one(User, judged.about_user_id).department_id
    if judged.about is About.person and not judged.about_user_id:
        raise DomainError(_("Choose which of our people it is about."))
    if judged.about is not About.neighbour and not (department or judged.contractor):
        raise DomainError(_("Say whom it is about: a department, one of our people or a contractor."))
    return {
        "category_id": judged.category.id,
        "severity": judged.severity,
        "severity_reason": why if derived is judged.severity else SeverityReason.chosen,
        "about": judged.about,
        "about_department_id": department,
        "about_user_id": judged.about_user_id,
        "contractor": judged.contractor,
    }


def _expect_handler(case: Complaint, handler_id: int | None, about_user_id: int | None) -> None:
    if handler_id is None:
        return
    if handler_id == about_user_id:
        raise DomainError(_("The complaint is about this person. Choose somebody else."))
    if handler_id not in handlers_of(case, case.level):
        raise DomainError(_("This person handles no complaints of this level here. Choose somebody else."))


def _tell(case: Complaint, action: str, changes: dict[str, list[Any]], said: Said) -> None:
    tell(case, action, said)
    named = {"about_what" if name == "about" else name: change for name, change in changes.items()}
    if named:
        record(ComplaintClassified(changes=named, **subjects(case)))


def _ring(case: Complaint, handler_id: int | None) -> None:
    if handler_id != actor().user_id:
        ring(case, [handler_id], lambda: _("Complaint for you: %(number)s %(words)s", **called(case)))


def called(case: Complaint) -> dict[str, Any]:
    """Number and the first words, for a line under the bell."""
    return {"number": case.number, "words": case.words[:60]}
