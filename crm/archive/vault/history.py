"""Events of title documents and transfer lists in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.handover.models import GRADE_TITLES, Grade, Party
from crm.archive.vault.custody import CAUSE_TITLES
from crm.archive.vault.models import TitleKind
from crm.archive.vault.models.document import KIND_TITLES
from crm.archive.vault.transfers.standing import PARTY_TITLES

EVENT_TITLES = {
    "TitleEntered": _l("Title document entered"),
    "TitleChanged": _l("Title document changed"),
    "TitleObtained": _l("Title document obtained by A"),
    "TitleVoidAsked": _l("Title document to become void"),
    "TitleKept": _l("Title document not made void"),
    "TitleReplaced": _l("Title document replaced by a new certificate"),
    "TitleVoided": _l("Title document void"),
    "TitleMoved": _l("Title document moved"),
    "TransferIssued": _l("Transfer list issued"),
    "TransferCompared": _l("Transfer list compared"),
    "TransferSigned": _l("Transfer list signed"),
    "TransferReceived": _l("Title documents received"),
    "TransferWithdrawn": _l("Transfer list withdrawn"),
}
FIELD_TITLES = {
    "title_kind": _l("Kind of the title document"),
    "certificate_no": _l("Certificate number"),
    "quantity": _l("Quantity"),
    "pieces": _l("Pieces"),
    "owner": _l("Owner or holder of the right"),
    "issued_by": _l("Registry"),
    "obtained_at": _l("Obtained at"),
    "title_party": _l("Party"),
    "agreeing": _l("Lines that agree"),
    "differing": _l("Lines that differ"),
    "title_document_ids": _l("Title documents"),
}
SUBJECT_TITLES = {"title_document": _l("Title document"), "title_transfer": _l("Transfer list of title documents")}
SUBJECT_PAGES = {
    "title_document": ("vault.document", "title_id"),
    "title_transfer": ("vault.transfer", "transfer_id"),
}


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _party(data: Mapping[str, Any]) -> str:
    return str(PARTY_TITLES[Party(data["title_party"])])


def _changed(data: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{FIELD_TITLES.get(name, _('Remark'))}{_(': ')}{old or '–'} → {new or '–'}"
        for name, (old, new) in data["changes"].items()
        if name not in ("kind", "name", "collateral_id")
    ) or _joined(*(new for name, (_old, new) in data["changes"].items() if name == "name"))


DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "TitleEntered": lambda data: _joined(
        KIND_TITLES[TitleKind(data["title_kind"])], data["name"], data["certificate_no"]
    ),
    "TitleChanged": _changed,
    "TitleObtained": lambda data: _joined(data["certificate_no"], data["number"]),
    **dict.fromkeys(
        ("TitleVoided", "TitleVoidAsked", "TitleKept"),
        lambda data: _joined(data["certificate_no"], data["reason"]),
    ),
    "TitleReplaced": lambda data: f"{data['certificate_no']} → {data['new']}",
    "TitleMoved": lambda data: _joined(
        CAUSE_TITLES[data["cause"]], data["certificate_no"], f"{data['old'] or '–'} → {data['new']}"
    ),
    "TransferIssued": lambda data: str(data["number"]),
    "TransferCompared": _party,  # what was found stands on the list, once all three have compared
    "TransferSigned": lambda data: _joined(_party(data), GRADE_TITLES[Grade(data["grade"])]),
    "TransferReceived": lambda data: _joined(data["number"], _("%(pieces)d pieces", pieces=data["pieces"])),
    "TransferWithdrawn": lambda data: _joined(data["number"], data["reason"]),
}
