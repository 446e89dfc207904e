"""A project's or client's timeline, read from the log in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.credit.forms import REVEAL_REASONS
from crm.archive.credit.models import BASIS_TITLES, ROLE_TITLES, EndBasis, Role
from crm.audit.queries import Happening, timeline
from crm.db import session
from crm.web.revealing import reason_in_words
from crm.web.templating import money

EVENT_TITLES = {
    "ClientRegistered": _l("Client registered"),
    "ClientChanged": _l("Client changed"),
    "ClientNumberShown": _l("Number shown in full"),
    "ProjectAdded": _l("Application entered"),
    "ProjectImported": _l("Taken over from a register"),
    "ProjectChanged": _l("Application changed"),
    "ProjectApproved": _l("Approved"),
    "ProjectRefused": _l("Turned down"),
    "ProjectWithdrawn": _l("Withdrawn by client"),
    "ProjectEnded": _l("Disbursed or guaranteed"),
    "EndCorrected": _l("Day of the end corrected"),
    "TransferorReplaced": _l("A or B replaced"),
    "RepaymentEntered": _l("Repayment"),
    "RepaymentReversed": _l("Repayment taken back"),
    "ProjectSettled": _l("Settled"),
    "SettlementChecked": _l("Settlement confirmed"),
    "GuarantorAdded": _l("Guarantor entered"),
    "GuarantorReleased": _l("Guarantor released"),
    "CollateralAdded": _l("Collateral entered"),
    "CollateralReleased": _l("Collateral released"),
    "ContractAdded": _l("Contract entered"),
    "ContractVoided": _l("Contract entered wrongly"),
    "RegisterImported": _l("Register taken over"),
    "RefusedProjectsDownloaded": _l("Refused rows of a register downloaded"),
}
# What packages above this one record about projects; `crm.wiring` hands it over.
further_titles: dict[str, LazyString] = {}
further_details: dict[str, Callable[[Mapping[str, Any]], str]] = {}
TONES = {"ProjectApproved": "green", "ProjectSettled": "green", "ProjectRefused": "red", "RepaymentReversed": "orange"}
FIELD_TITLES = {
    "name": _l("Name"),
    "credit_code": _l("Unified social credit code"),
    "legal_representative": _l("Legal representative"),
    "id_number": _l("ID number"),
    "phone": _l("Telephone"),
    "address": _l("Address"),
    "note": _l("Remark"),
    "title": _l("Title of the project"),
    "amount": _l("Sum (yuan)"),
    "term_months": _l("Term (months)"),
    "rate": _l("Rate or fee, per cent a year"),
    "purpose": _l("Purpose"),
    "applied_on": _l("Applied for on"),
    "due_on": _l("Due on"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Happening):
    tone: str


def happenings(kind: str, object_id: int) -> Sequence[Step]:
    """The last entries, newest first."""
    titles, details = EVENT_TITLES | further_titles, DETAILS | further_details
    return [
        Step(
            at=entry.at,
            who=entry.actor,
            title=str(titles[entry.kind]),
            text=details.get(entry.kind, _named)(entry.data),
            tone=TONES.get(entry.kind, "grey"),
        )
        for entry in session().scalars(timeline(kind, object_id))
    ]


def _named(data: Mapping[str, Any]) -> str:
    return " · ".join(str(data[key]) for key in ("number", "title", "name", "original_no") if data.get(key))


def _with_sum(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda data: " · ".join(filter(None, (_named(data), money(Decimal(data[name])) if data[name] else "")))


def _decided(data: Mapping[str, Any]) -> str:
    told = (data.get("resolution_no"), data["decided_on"], data.get("reason"), _changed(data))
    return " · ".join(str(part) for part in told if part)


def _changed(data: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{FIELD_TITLES[name]}: {old or '–'} → {new or '–'}" for name, (old, new) in data.get("changes", {}).items()
    )


def _ended(data: Mapping[str, Any]) -> str:
    due = _("due on %(day)s", day=data["due_on"])
    return " · ".join((str(BASIS_TITLES[EndBasis(data["basis"])]), str(data["ends_on"]), due))


def _paid(data: Mapping[str, Any]) -> str:
    sums = _(
        "principal %(principal)s, interest %(interest)s",
        principal=money(Decimal(data["principal"])),
        interest=money(Decimal(data["interest"])),
    )
    return " · ".join(part for part in (data.get("paid_on", ""), sums, data.get("reason", "")) if part)


def _replaced(data: Mapping[str, Any]) -> str:
    return f"{ROLE_TITLES[Role(data['role'])]} · {data['reason']} · {data['handed_over']}"


def _corrected(data: Mapping[str, Any]) -> str:
    return f"{data['old']} → {data['new']} · {data['reason']}"


def _released(data: Mapping[str, Any]) -> str:
    return f"{_named(data)} · {data['reason']}"


DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "ClientChanged": _changed,
    "ClientNumberShown": lambda data: reason_in_words(data["reason"], REVEAL_REASONS),
    "ProjectChanged": _changed,
    "ProjectApproved": _decided,
    "ProjectRefused": _decided,
    "ProjectWithdrawn": _decided,
    "ProjectEnded": _ended,
    "EndCorrected": _corrected,
    "TransferorReplaced": _replaced,
    "RepaymentEntered": _paid,
    "RepaymentReversed": _paid,
    "ProjectSettled": lambda data: str(data["settled_on"]),
    "SettlementChecked": lambda data: str(data["settled_on"]),
    "GuarantorAdded": _with_sum("amount"),
    "GuarantorReleased": _released,
    "CollateralAdded": _with_sum("value"),
    "CollateralReleased": _released,
    "ContractAdded": _with_sum("amount"),
    "ContractVoided": _released,
}
