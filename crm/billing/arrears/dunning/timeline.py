"""Steps and exclusions in the words of a timeline; `crm.wiring` hands them to the customer's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.auth.permissions import Permission
from crm.db import session

EVENT_TITLES = {
    "DunningStepAdded": _l("Dunning step added"),
    "DunningStepChanged": _l("Dunning step changed"),
    "DunningStepRetired": _l("Dunning step taken out of use"),
    "DunningStepsTaken": _l("Dunning steps laid"),
    "CustomerExcluded": _l("Left out of dunning"),
    "ExclusionEnded": _l("No longer left out of dunning"),
}
NEEDED = dict.fromkeys(("CustomerExcluded", "ExclusionEnded"), Permission.arrears_read)
FIELD_TITLES = {
    "days": _l("From how many days overdue"),
    "least": _l("From what sum (yuan)"),
    "gap": _l("Days after the step before"),
    "spares_matters": _l("Not while something of ours is open with the customer"),
    "pay_within": _l("A letter asks for payment within so many days"),
    "body": _l("Words of the letter"),
    "copied_from": _l("Copied from"),
}


def _excluded(data: Mapping[str, Any]) -> str:
    until = _("until %(day)s", day=data["until"]) if data["until"] else ""
    return " · ".join(filter(None, (until, data["reason"])))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "CustomerExcluded": _excluded,
    "ExclusionEnded": lambda data: str(data["reason"]),
}
STEP_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "DunningStepAdded": lambda data: f"{data['name']} · {data['rule']}",
    "DunningStepChanged": lambda data: "、".join(str(FIELD_TITLES.get(name, name)) for name in data["changes"]),
    "DunningStepRetired": lambda data: str(data["name"]),
    "DunningStepsTaken": lambda data: data["copied_from"] or _("the usual ones"),
}


def happenings(estate_id: int) -> Sequence[Happening]:
    """What was done to the steps of an estate, newest first."""
    return [
        Happening(
            at=entry.at, who=entry.actor, title=str(EVENT_TITLES[entry.kind]), text=STEP_DETAILS[entry.kind](entry.data)
        )
        for entry in session().scalars(timeline("estate", estate_id, 200))
        if entry.kind in STEP_DETAILS
    ]
