"""Promises and plans on a timeline, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.billing.arrears.contacts.models import CONTACT_CHANNELS, ContactChannel
from crm.billing.arrears.promises.models import PLAN_TITLES, PlanState
from crm.db import session
from crm.web.templating import money

EVENT_TITLES = {
    "PromiseMade": _l("Promised to pay"),
    "PromiseWithdrawn": _l("Promise withdrawn"),
    "PlanRequested": _l("Instalment plan asked for"),
    "PlanDecided": _l("Instalment plan decided"),
    "PlanSigned": _l("Signed instalment agreement put on the file"),
    "PlanEnded": _l("Instalment plan ended"),
}
TONES = {"PromiseMade": "green", "PlanRequested": "orange", "PlanDecided": "blue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Happening):
    tone: str


def happenings(kind: str, object_id: int) -> Sequence[Step]:
    """The last entries about a promise or an instalment plan, newest first."""
    return [
        Step(
            at=entry.at,
            who=entry.actor,
            title=str(EVENT_TITLES.get(entry.kind, entry.kind)),
            text=EVENT_DETAILS[entry.kind](entry.data) if entry.kind in EVENT_DETAILS else "",
            tone=TONES.get(entry.kind, "grey"),
        )
        for entry in session().scalars(timeline(kind, object_id))
    ]


def _sum(data: Mapping[str, Any], name: str = "amount") -> str:
    return money(Decimal(data[name]))


def _by(data: Mapping[str, Any]) -> str:
    return _("%(sum)s yuan by %(day)s", sum=_sum(data), day=data["due_on"])


def _made(data: Mapping[str, Any]) -> str:
    return " · ".join((_by(data), data["given_by"], str(CONTACT_CHANNELS[ContactChannel(data["channel"])])))


def _withdrawn(data: Mapping[str, Any]) -> str:
    return " · ".join((_by(data), data["reason"]))


def _requested(data: Mapping[str, Any]) -> str:
    told = {"sum": _sum(data, "total"), "count": data["instalments"], "day": data["last_on"]}
    return " · ".join((_("%(sum)s yuan in %(count)s instalments up to %(day)s", **told), data["reason"]))


def _decided(data: Mapping[str, Any]) -> str:
    said = (str(PLAN_TITLES[PlanState(data["decision"])]), _sum(data, "total"), data["remark"])
    return " · ".join(filter(None, said))


def _ended(data: Mapping[str, Any]) -> str:
    return " · ".join((_("from %(day)s on", day=data["ended_on"]), data["reason"]))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "PromiseMade": _made,
    "PromiseWithdrawn": _withdrawn,
    "PlanRequested": _requested,
    "PlanDecided": _decided,
    "PlanEnded": _ended,
}
