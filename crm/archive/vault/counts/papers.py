"""The sheet of a count, empty or filled, and the sheet of a day, as `/verify` knows them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from crm.archive.dossiers.proof import Paper
from crm.archive.handover.days import minute_of
from crm.archive.vault.counts.queries import find_count, find_day_end
from crm.archive.vault.models.count import COUNT_KIND_TITLES, COUNT_TITLES, DIFFERENCE_TITLES
from crm.auth.actor import actor
from crm.auth.permissions import Permission

SHEET, DAY = "vault_count", "vault_day"


def sheet(count_id: int) -> dict[str, Any] | None:
    """Empty until it is handed in: the counters see the safe's places, and nothing that the books say."""
    standing = find_count(count_id)
    if standing is None:
        return None
    count = standing.count
    signed = {each.user_id: minute_of(each.signed_at) for each in standing.signatures}
    return {
        **standing.content,
        "state": count.state.value,
        "places": list(standing.places.values()),
        "signed": [{"name": standing.names.get(key, ""), "at": at} for key, at in signed.items()],
    }


def day(day_end_id: int) -> dict[str, Any] | None:
    """日终表."""
    ended = find_day_end(day_end_id)
    if ended is None:
        return None
    figures = ("opening", "came_in", "went_out", "closing", "counted", "remark")
    return {
        "number": ended.day.isoformat(),
        "day": ended.day.isoformat(),
        **{name: getattr(ended, name) for name in figures},
        "custodian": ended.custodian.full_name,
        "witness": ended.witness.full_name,
        "closed_at": minute_of(ended.closed_at),
    }


def _oversees(_key: int) -> bool:
    return actor().may(Permission.credit_oversee)


PAPERS = {
    SHEET: Paper(
        title=_l("Count of a safe"),
        content=sheet,
        may_see=_oversees,
        fields={
            "number": _l("Number"),
            "name": _l("By"),
            "quantity": _l("Quantity"),
            "differences": _l("Differences"),
            "safe": _l("Safe"),
            "due_on": _l("Due on"),
            "found": _l("Found at the safe"),
            "expected": _l("By the books"),
            "difference": _l("Difference"),
            "certificate_no": _l("Certificate number"),
            "explanation": _l("Explanation"),
            "incident": _l("Incident of it"),
            "place": _l("Place"),
            "places": _l("Places"),
            "sheet": _l("Sheet"),
            "counters": _l("Counters"),
        },
        words={"kind": COUNT_KIND_TITLES, "state": COUNT_TITLES, "difference": DIFFERENCE_TITLES},
    ),
    DAY: Paper(
        title=_l("End of a day at the vault"),
        content=day,
        may_see=_oversees,
        fields={
            "number": _l("Number"),
            "remark": _l("Remark"),
            "day": _l("Day"),
            "opening": _l("Opening"),
            "came_in": _l("In"),
            "went_out": _l("Out"),
            "closing": _l("Closing"),
            "counted": _l("Counted"),
            "custodian": _l("Title custodian"),
            "witness": _l("Second person"),
            "closed_at": _l("Sealed at"),
        },
    ),
}
