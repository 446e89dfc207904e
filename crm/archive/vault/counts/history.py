"""A count's events and those of a day in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.vault.models import CountKind, Difference, Part
from crm.archive.vault.models.count import COUNT_KIND_TITLES, DIFFERENCE_TITLES
from crm.archive.vault.models.voucher import PART_TITLES

EVENT_TITLES = {
    "CountOrdered": _l("Count ordered"),
    "CountBegun": _l("Count begun"),
    "CountHandedIn": _l("Count handed in"),
    "CountedAgain": _l("Counted again"),
    "VarianceExplained": _l("Difference explained"),
    "CountSigned": _l("Count signed"),
    "CountCancelled": _l("Count cancelled"),
    "DayCounted": _l("Counted at the end of the day"),
    "DayEnded": _l("The vault's day sealed"),
}
FIELD_TITLES = {
    "safe": _l("Safe"),
    "counters": _l("Counters"),
    "sheet": _l("Sheet"),
    "found": _l("Found at the safe"),
    "expected": _l("By the books"),
    "variances": _l("Differences"),
    "difference": _l("Difference"),
    "certificate_no": _l("Certificate number"),
    "explanation": _l("Explanation"),
    "complete": _l("Signed by two"),
    "opening": _l("Opening"),
    "came_in": _l("In"),
    "went_out": _l("Out"),
    "closing": _l("Closing"),
    "counted": _l("Counted"),
}
SUBJECT_TITLES = {"vault_count": _l("Count of a safe"), "vault_day_end": _l("End of a day at the vault")}
SUBJECT_PAGES = {"vault_count": ("vault_counts.show", "vault_count_id")}


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _handed_in(data: Mapping[str, Any]) -> str:
    counted = _("%(found)s found, %(expected)s by the books", found=data["found"], expected=data["expected"])
    return _joined(data["number"], data["safe"], counted)


DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "CountOrdered": lambda data: _joined(data["number"], COUNT_KIND_TITLES[CountKind(data["kind"])], data["safe"]),
    "CountBegun": lambda data: _joined(data["number"], data["safe"], *data["counters"]),
    "CountedAgain": lambda data: _joined(data["number"], data["safe"], data["reason"]),
    "CountHandedIn": _handed_in,
    "VarianceExplained": lambda data: _joined(
        data["number"],
        DIFFERENCE_TITLES[Difference(data["difference"])],
        data["certificate_no"],
        data["explanation"],
    ),
    "CountSigned": lambda data: _joined(data["number"], data["safe"], data["hash"][:12]),
    "CountCancelled": lambda data: _joined(data["number"], data["safe"], data["reason"]),
    "DayCounted": lambda data: _joined(data["day"], PART_TITLES[Part(data["part"])], data["counted"]),
    "DayEnded": lambda data: _joined(data["day"], f"{data['opening']} → {data['closing']}", data["remark"]),
}
