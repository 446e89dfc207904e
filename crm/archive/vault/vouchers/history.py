"""A voucher's events in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.vault.models import Part, Purpose
from crm.archive.vault.models.voucher import PART_TITLES, PURPOSE_TITLES

EVENT_TITLES = {
    "VoucherAsked": _l("Voucher made out"),
    "VoucherDecided": _l("Voucher decided"),
    "VoucherAskedAnew": _l("Voucher changed after its approval"),
    "VoucherPrepared": _l("Places and papers of a voucher"),
    "VoucherConfirmed": _l("Confirmed at the safe"),
    "VoucherDone": _l("Voucher carried out"),
    "VoucherCancelled": _l("Voucher cancelled"),
    "ProlongationAsked": _l("More time outside asked for"),
    "ProlongationDecided": _l("More time outside decided"),
    "VoucherScanned": _l("Signed sheet of a voucher attached"),
}
FIELD_TITLES = {
    "purpose": _l("Purpose"),
    "authority": _l("By what authority"),
    "back_on": _l("Back by"),
    "places": _l("Places"),
    "documents": _l("Certificate numbers"),
    "part": _l("As"),
    "witness": _l("Second person"),
    "custodian": _l("Title custodian"),
}
SUBJECT_TITLES = {"title_voucher": _l("Voucher of the vault")}
SUBJECT_PAGES = {"title_voucher": ("vouchers.show", "voucher_id")}


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "VoucherAsked": lambda data: _joined(
        data["number"], PURPOSE_TITLES[Purpose(data["purpose"])], _(", ").join(data["documents"]), data["reason"]
    ),
    "VoucherDecided": lambda data: _joined(
        data["number"], _("approved") if data["approved"] else _("turned down"), data["words"]
    ),
    "VoucherAskedAnew": lambda data: _joined(data["number"], data["receiver"]),
    "VoucherPrepared": lambda data: _joined(data["number"], *data["places"], data["receiver"]),
    "VoucherConfirmed": lambda data: _joined(data["number"], PART_TITLES[Part(data["part"])]),
    "VoucherDone": lambda data: _joined(
        data["number"], PURPOSE_TITLES[Purpose(data["purpose"])], data["custodian"], data["witness"]
    ),
    "VoucherCancelled": lambda data: _joined(data["number"], data["reason"]),
    "ProlongationAsked": lambda data: _joined(data["number"], data["until"], data["reason"]),
    "ProlongationDecided": lambda data: _joined(
        data["number"], data["until"], _("approved") if data["approved"] else _("turned down"), data["words"]
    ),
    "VoucherScanned": lambda data: str(data["number"]),
}
