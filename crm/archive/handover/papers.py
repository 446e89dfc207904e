"""The papers of the hand-over that `/verify` knows, as plain data without any language in it (decision 022)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.archive.credit.models import Project
from crm.archive.credit.queries import visible
from crm.archive.dossiers.content import number_of
from crm.archive.dossiers.models import Item
from crm.archive.dossiers.proof import Paper
from crm.archive.handover import late
from crm.archive.handover.content import FORM, of_version
from crm.archive.handover.days import minute_of
from crm.archive.handover.models import (
    GRADE_TITLES,
    LATE_TITLES,
    LINE_STATE_TITLES,
    LINE_TITLES,
    Handover,
    LateFiling,
    Postponement,
    SupplementList,
)
from crm.archive.handover.models.deadlines import ASK_TITLES, CLOCK_TITLES
from crm.archive.handover.queries.deadlines import find_postponement
from crm.archive.handover.queries.late import find_late_filing
from crm.archive.handover.queries.lists import entries_between
from crm.archive.handover.queries.standing import find_handover, find_supplement_list, standing_of
from crm.archive.handover.reports import COPIES
from crm.audit.log import plain
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.db import session
from crm.errors import DomainError

SUPPLEMENT, POSTPONEMENT, REGISTER, LATE = "supplement_list", "postponement", "receipt_register", late.FORM
FIRST_DAY, LAST_DAY, LONGEST = date(2000, 1, 1), date(2099, 12, 31), 50_000


def list_today(handover_id: int) -> dict[str, Any] | None:
    """What the newest version would say now; None when there is no such hand-over or no list yet."""
    handover = find_handover(handover_id)
    if handover is None:
        return None
    standing = standing_of(handover)
    return of_version(standing.content, standing.issued) if standing.version else None


def supplement_list(list_id: int) -> dict[str, Any] | None:
    """补充资料清单."""
    asked = find_supplement_list(list_id)
    if asked is None:
        return None
    lines = [
        {
            "kind": line.kind.value,
            "title": line.wanted,
            "state": line.state.value,
            "provided": line.provided,
            "reason": line.reason,
            "decided_by": line.decided_by.full_name if line.decided_by else "",
            "decided_at": _minute(line.decided_at),
        }
        for line in asked.lines
    ]
    head = {"count": asked.number, "issued_by": asked.issued_by.full_name, "issued_at": minute_of(asked.issued_at)}
    return _about(asked.handover_id) | head | {"lines": lines}


def postponement(postponement_id: int) -> dict[str, Any] | None:
    """延期审批单."""
    asked = find_postponement(postponement_id)
    if asked is None:
        return None
    return _about(asked.handover_id) | {
        "clock": asked.clock.value,
        "old_due": plain(asked.old_due),
        "new_due": plain(asked.new_due),
        "after_due": asked.after_due,
        "reason": asked.reason,
        "state": asked.state.value,
        "asked_by": asked.asked_by.full_name,
        "asked_at": minute_of(asked.asked_at),
        "decided_by": asked.decided_by.full_name if asked.decided_by else "",
        "decided_at": _minute(asked.decided_at),
        "decision": asked.decision,
    }


def late_filing(filing_id: int) -> dict[str, Any] | None:
    """补充归档单."""
    filing = find_late_filing(filing_id)
    if filing is None:
        return None
    item = session().get(Item, filing.item_id) if filing.item_id is not None else None
    placed = {name: getattr(item, name) if item else None for name in ("code", "page_from", "page_to")}
    signed = {
        each.part.value: {"grade": each.grade.value, "at": minute_of(each.signed_at)} for each in filing.signatures
    }
    stands = {"state": filing.state.value, "decision": filing.decision, "slip": filing.hash}
    return {**filing.content, **stands, **placed, "signed": signed}


def register(period: int) -> dict[str, Any] | None:
    """登记本 for a period, the same whoever prints it."""
    since, until = period_of(period)
    lines = [
        {
            "code": row.serial,
            "number": row.number,
            "title": row.title,
            "received_on": plain(row.received_on),
            "entered_at": minute_of(row.entered_at),
            "late": row.late,
            "late_days": [row.late_a, row.late_b, row.late_total],
            "giver": row.giver,
            "giver_grade": row.giver_grade.value,
            "giver_signed_at": minute_of(row.giver_signed_at),
            "archivist": row.archivist,
            "archivist_grade": row.archivist_grade.value,
            "archivist_signed_at": minute_of(row.archivist_signed_at),
        }
        for row in entries_between(since, until)
    ]
    return {"number": f"{since} – {until}", "since": plain(since), "until": plain(until), "lines": lines}


def number_for(since: date, until: date) -> int:
    """A period as the one number by which a print knows its subject; both days inclusive.

    Raises `DomainError` for a period outside this century or the wrong way round.
    """
    if not FIRST_DAY <= since <= until <= LAST_DAY:
        raise DomainError(_("A period lies in this century, and its end not before its beginning."))
    return (since - FIRST_DAY).days * LONGEST + (until - since).days


def period_of(number: int) -> tuple[date, date]:
    start, length = divmod(number, LONGEST)
    since = FIRST_DAY + timedelta(days=start)
    return since, since + timedelta(days=length)


def _about(handover_id: int) -> dict[str, Any]:
    whole = joinedload(Handover.project).joinedload(Project.a), joinedload(Handover.dossier)
    handover = session().scalars(select(Handover).where(Handover.id == handover_id).options(*whole)).one()
    project = handover.project
    return {
        "number": number_of(handover.dossier),
        "title": project.title,
        "ends_on": plain(project.ends_on),
        "a": project.a.full_name,
    }


def _minute(moment: datetime | None) -> str:
    return minute_of(moment) if moment else ""


def may_see(handover_id: int) -> bool:
    if not actor().may(Permission.credit_read):
        return False
    found = select(Handover.id).join(Project, Project.id == Handover.project_id)
    return session().scalar(found.where(Handover.id == handover_id, visible())) is not None


def _may_see_of(model: type[SupplementList | Postponement | LateFiling], key: int) -> bool:
    handover_id = session().scalar(select(model.handover_id).where(model.id == key))
    return handover_id is not None and may_see(handover_id)


def _oversees(_period: int) -> bool:
    return actor().may(Permission.credit_oversee)


SIGNED = {
    "code": _l("Serial"),
    "late": _l("Late entry"),
    "late_days": _l("Days late: A / B / total"),
    "received_on": _l("Received on"),
    "entered_at": _l("Entered at"),
    "giver_grade": _l("How the giver signed"),
    "giver_signed_at": _l("Signed by the giver at"),
    "archivist_grade": _l("How the archivist signed"),
    "archivist_signed_at": _l("Signed by the archivist at"),
    "since": _l("From"),
    "until": _l("Until"),
}
ASKED = {
    "clock": _l("Clock"),
    "old_due": _l("Due so far"),
    "new_due": _l("New due date"),
    "after_due": _l("Asked for after the due date"),
    "asked_at": _l("Asked for on"),
    "decided_at": _l("Decided on"),
}
WANTED = {
    "count": _l("Number of the supplement list"),
    "issued_by": _l("Issued by"),
    "issued_at": _l("Issued at"),
    "provided": _l("What was brought"),
    "decided_at": _l("Decided on"),
}
PAPERS = {
    FORM: Paper(title=_l("List of the dossier"), content=list_today, may_see=may_see, copies=COPIES),
    SUPPLEMENT: Paper(
        title=_l("Supplement list"),
        content=supplement_list,
        may_see=lambda key: _may_see_of(SupplementList, key),
        fields=WANTED,
        words={"kind": LINE_TITLES, "state": LINE_STATE_TITLES},
    ),
    POSTPONEMENT: Paper(
        title=_l("Postponement of a hand-over"),
        content=postponement,
        may_see=lambda key: _may_see_of(Postponement, key),
        fields=ASKED,
        words={"clock": CLOCK_TITLES, "state": ASK_TITLES},
    ),
    LATE: Paper(
        title=_l("Supplement to a filed dossier"),
        content=late_filing,
        may_see=lambda key: _may_see_of(LateFiling, key),
        words={"state": LATE_TITLES, "grade": GRADE_TITLES},
    ),
    REGISTER: Paper(
        title=_l("Register of receipts"),
        content=register,
        may_see=_oversees,
        fields=SIGNED,
        words={"giver_grade": GRADE_TITLES, "archivist_grade": GRADE_TITLES},
    ),
}
