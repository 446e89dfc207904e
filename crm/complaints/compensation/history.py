"""Compensations in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.complaints.cases.models import COMPENSATION_KINDS, CompensationKind

EVENT_TITLES = {
    "CompensationAsked": _l("Compensation asked for"),
    "CompensationDecided": _l("Compensation decided"),
    "CompensationTakenBack": _l("Compensation taken back"),
    "CompensationGiven": _l("Compensation given"),
}
NEEDED = dict.fromkeys(EVENT_TITLES, Permission.complaint_read)  # who may read them on a timeline
FIELD_TITLES = {
    "compensation_kind": _l("Kind of compensation"),
    "amount": _l("Sum (yuan)"),
    "reference": _l("Proof that it was given"),
    "given_on": _l("Given to the customer on"),
}
SUBJECT_TITLES = {"compensation": _l("Compensation")}
SUBJECT_PAGES = {"compensation": ("compensations.show", "compensation_id")}


def _what(data: Mapping[str, Any]) -> str:
    kind = COMPENSATION_KINDS[CompensationKind(data["compensation_kind"])]
    return _("%(number)s · %(kind)s, %(sum)s yuan", number=data["number"], kind=kind, sum=data["amount"])


def _asked(data: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (_what(data), data["reason"], data["decision"])))


def _decided(data: Mapping[str, Any]) -> str:
    answer = _("approved") if data["approved"] else _("refused")
    return " · ".join(filter(None, (_what(data), answer, data["decision"])))


def _taken_back(data: Mapping[str, Any]) -> str:
    return f"{_what(data)} · {data['reason']}"


def _given(data: Mapping[str, Any]) -> str:
    return " · ".join((_what(data), data["given_on"], data["reference"]))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "CompensationAsked": _asked,
    "CompensationDecided": _decided,
    "CompensationTakenBack": _taken_back,
    "CompensationGiven": _given,
}
