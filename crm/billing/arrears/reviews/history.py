"""A review's timeline, read from the log in words; the customers' timelines get what was decided about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.auth.permissions import Permission
from crm.billing.arrears.reviews.models import DECISION_TITLES, Decision
from crm.db import session
from crm.web.templating import money

EVENT_TITLES = {
    "ReviewOpened": _l("Arrears review opened"),
    "AccountDecided": _l("Decided about arrears"),
    "AccountsDecided": _l("Decided about several accounts"),
    "MinutesWritten": _l("Minutes of the arrears review"),
    "ReviewSigned": _l("Arrears review signed"),
}
OF_LETTERS = {"DemandsMade": _l("Demand letters made"), "DemandsRolledBack": _l("Demand letters rolled back")}
NEEDED = dict.fromkeys(EVENT_TITLES, Permission.arrears_read)  # who may read them on a timeline
TONES = {"ReviewOpened": "blue", "ReviewSigned": "green", "AccountsDecided": "orange"}
FIELD_TITLES = {
    "as_advised": _l("Left to the advice"),
    "groups": _l("Of each"),
    "hold_until": _l("Hold until"),
    "minutes": _l("Minutes"),
    "month": _l("Month"),
    "overdue": _l("Overdue (yuan)"),
    "accounts": _l("Accounts owing"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Happening):
    tone: str


def happenings(review_id: int) -> Sequence[Step]:
    """The last entries about a review, newest first."""
    return [
        Step(
            at=entry.at,
            who=entry.actor,
            title=str((EVENT_TITLES | OF_LETTERS).get(entry.kind, entry.kind)),
            text=EVENT_DETAILS[entry.kind](entry.data) if entry.kind in EVENT_DETAILS else "",
            tone=TONES.get(entry.kind, "grey"),
        )
        for entry in session().scalars(timeline("arrears_review", review_id))
    ]


def _decision(data: Mapping[str, Any]) -> str:
    return str(DECISION_TITLES[Decision(data["decision"])]) if data["decision"] else _("As advised")


def _one(data: Mapping[str, Any]) -> str:
    until = _("until %(day)s", day=date.fromisoformat(data["hold_until"]).isoformat()) if data["hold_until"] else ""
    told = (_decision(data), until, _("%(sum)s yuan overdue", sum=money(Decimal(data["overdue"]))), data["remark"])
    return " · ".join(filter(None, told))


def _many(data: Mapping[str, Any]) -> str:
    count = _("%(count)s accounts", count=f"{data['lines']:,}")
    return " · ".join(filter(None, (_decision(data), count, money(Decimal(data["overdue"])), data["remark"])))


def _opened(data: Mapping[str, Any]) -> str:
    count = _("%(count)s accounts", count=f"{data['accounts']:,}")
    return f"{count} · {money(Decimal(data['overdue']))}"


def _signed(data: Mapping[str, Any]) -> str:
    if not data["as_advised"]:
        return ""
    return _("%(count)s accounts left to the advice", count=f"{data['as_advised']:,}")


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "ReviewOpened": _opened,
    "AccountDecided": _one,
    "AccountsDecided": _many,
    "ReviewSigned": _signed,
}
