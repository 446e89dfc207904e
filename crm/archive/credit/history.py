"""A project's or client's timeline, read from the log in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.credit.forms import REVEAL_REASONS
from crm.archive.credit.models import ROLE_TITLES, Role
from crm.audit.queries import Happening, timeline
from crm.db import session
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
    "GuarantorAdded": _l("Guarantor entered"),
    "GuarantorReleased": _l("Guarantor released"),
    "CollateralAdded": _l("Collateral entered"),
    "CollateralReleased": _l("Collateral released"),
    "ContractAdded": _l("Contract entered"),
    "RegisterImported": _l("Register taken over"),
    "RefusedProjectsDownloaded": _l("Refused rows of a register downloaded"),
    "DossierOpened": _l("Dossier opened"),
    "DossierNumbered": _l("Archive number reserved"),
    "DossierFiled": _l("Dossier filed"),
    "ReadersSet": _l("Who reads the dossier was set"),
}
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
    "a_id": _l("A (project manager)"),
    "b_id": _l("B (second project manager)"),
}
PEOPLE = ("a_id", "b_id")  # told as changed; ids say nothing to a reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Happening):
    tone: str


def happenings(kind: str, object_id: int) -> Sequence[Step]:
    """The last entries, newest first."""
    return [
        Step(
            at=entry.at,
            who=entry.actor,
            title=str(EVENT_TITLES.get(entry.kind, entry.kind)),
            text=DETAILS.get(entry.kind, _named)(entry.data),
            tone=TONES.get(entry.kind, "grey"),
        )
        for entry in session().scalars(timeline(kind, object_id))
    ]


def reason_in_words(text: str) -> str:
    code, colon, note = text.partition(": ")
    return f"{REVEAL_REASONS.get(code, code)}{colon}{note}"


def _named(data: Mapping[str, Any]) -> str:
    return " · ".join(str(data[key]) for key in ("number", "code", "title", "name", "original_no") if data.get(key))


def _decided(data: Mapping[str, Any]) -> str:
    told = (data.get("resolution_no"), data["decided_on"], data.get("reason"))
    return " · ".join(str(part) for part in told if part)


def _changed(data: Mapping[str, Any]) -> str:
    return "; ".join(
        str(FIELD_TITLES.get(name, name)) + ("" if name in PEOPLE else f": {old or '–'} → {new or '–'}")
        for name, (old, new) in data["changes"].items()
    )


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
    return f"{data['name']} · {data['reason']}"


DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "ClientChanged": _changed,
    "ClientNumberShown": lambda data: reason_in_words(data["reason"]),
    "ProjectChanged": _changed,
    "ProjectApproved": _decided,
    "ProjectRefused": _decided,
    "ProjectWithdrawn": _decided,
    "ProjectEnded": lambda data: str(data["ends_on"]),
    "EndCorrected": _corrected,
    "TransferorReplaced": _replaced,
    "RepaymentEntered": _paid,
    "RepaymentReversed": _paid,
    "ProjectSettled": lambda data: str(data["settled_on"]),
    "GuarantorReleased": _released,
    "CollateralReleased": _released,
    "ReadersSet": lambda _data: "",
}
