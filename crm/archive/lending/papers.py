"""What the papers of lending say, as plain data: 出借单, the overdue notice, the pick-list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.archive.dossiers.proof import Paper
from crm.archive.dossiers.service.using import PURPOSES
from crm.archive.lending import queries
from crm.archive.lending.models import EXTENSION_TITLES, SLIP_FORM_TITLES, SLIP_KIND_TITLES, SLIP_TITLES, LendingSlip
from crm.archive.lending.reports import Row, in_walking_order, rows
from crm.audit.log import plain
from crm.dates import business_day_of

SLIP, OVERDUE = "lending_slip", "lending_overdue"


def slip_paper(slip: LendingSlip) -> dict[str, Any]:
    """出借单. Titles of customers' dossiers are left out: the paper says the same whoever prints it."""
    return {
        "number": slip.number,
        "kind": slip.kind.value,
        "form": slip.form.value,
        "state": slip.state.value,
        "borrower": slip.borrower.full_name,
        "department": slip.department.name if slip.department else "",
        "purpose": slip.purpose,
        "reason": slip.reason,
        "due_on": plain(slip.due_on),
        "asked_on": _day(slip.submitted_at),
        "decided_by": slip.decided_by.full_name if slip.decided_by else "",
        "decided_on": _day(slip.decided_at),
        "decision": slip.decision,
        "issued_by": slip.issued_by.full_name if slip.issued_by else "",
        "issued_on": _day(slip.issued_at),
        "closed_on": _day(slip.closed_at),
        "lines": [_line(line) for line in queries.lines_of(slip.id)],
        "extensions": [
            {"title": plain(each.new_due), "outcome": each.state.value, "late": each.late, "reason": each.reason}
            for each in queries.extensions_of(slip.id)
        ],
    }


def _day(moment: Any) -> str:
    return str(plain(business_day_of(moment))) if moment else ""


def _line(line: Any) -> dict[str, Any]:
    return {
        "code": f"{queries.number_of(line.dossier)} {line.item.code or ''}".strip(),
        "title": line.item.title,
        "pages": line.issued_pages or line.item.pages,
        "returned": line.returned_pages,
    }


def overdue_paper(slip: LendingSlip) -> dict[str, Any]:
    """What is still out, on whose slip, since when it is due."""
    out = [line for line in queries.lines_of(slip.id) if line.returned_pages < line.issued_pages]
    return {
        "number": slip.number,
        "borrower": slip.borrower.full_name,
        "department": slip.department.name if slip.department else "",
        "issued_on": _day(slip.issued_at),
        "due_on": plain(slip.due_on),
        "recall": slip.recall_reason,
        "lines": [_line(line) for line in out],
    }


def pick_list(slip: LendingSlip) -> Sequence[Row]:
    return in_walking_order(rows(slip))


def _of(make: Any) -> Any:
    def content(slip_id: int) -> dict[str, Any] | None:
        slip = queries.find_slip(slip_id)
        return make(slip) if slip else None

    return content


def _may_see(slip_id: int) -> bool:
    return queries.is_seen(slip_id)


FIELDS = {
    "number": _l("Number"),
    "form": _l("Form"),
    "department": _l("Department"),
    "purpose": _l("Purpose"),
    "borrower": _l("Borrower"),
    "due_on": _l("Due on"),
    "asked_on": _l("Handed in on"),
    "issued_by": _l("Lent out by"),
    "issued_on": _l("Lent on"),
    "closed_on": _l("Slip closed on"),
    "returned": _l("Pages back"),
    "extensions": _l("More days"),
    "outcome": _l("Decision"),
    "late": _l("Asked for after the due date"),
    "recall": _l("Called back"),
}
WORDS: dict[str, Any] = {
    "kind": SLIP_KIND_TITLES,
    "form": SLIP_FORM_TITLES,
    "state": SLIP_TITLES,
    "outcome": EXTENSION_TITLES,
    "purpose": PURPOSES.title_of,
}
PAPERS = {
    SLIP: Paper(title=_l("Lending slip"), content=_of(slip_paper), may_see=_may_see, fields=FIELDS, words=WORDS),
    OVERDUE: Paper(title=_l("Notice: lent and overdue"), content=_of(overdue_paper), may_see=_may_see, fields=FIELDS),
}
