"""One row of a register: its cells by field, its sums, terms and rates in every spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from crm.archive.credit.importing.fields import MONTHLY, PER_MILLE, SIGNS
from crm.archive.credit.models import ProjectKind, ProjectState
from crm.money import round_to_fen
from crm.phones import normalise_phone
from crm.web.amounts import LARGEST, parse_yuan
from crm.workbooks import readers, rows
from crm.workbooks.cells import Cell, plain_number
from crm.workbooks.discretion import discreet
from crm.workbooks.readers import Wrong
from crm.workbooks.registers import TEN_THOUSAND, WAN

_RATE = re.compile(r"(\d{1,4}(?:\.\d{1,20})?)([%‰]?)")
SMALLEST_MONTHLY = Decimal("0.05")  # per cent; less is a cell formatted as per cent, or one in parts of one
_TERM = re.compile(r"(\d+(?:\.\d+)?)(个?月|年|m|y)?")
KINDS = {
    "借": ProjectKind.loan, "借款": ProjectKind.loan, "贷款": ProjectKind.loan, "小贷": ProjectKind.loan, "小额贷款": ProjectKind.loan,
    "保": ProjectKind.guarantee, "担保": ProjectKind.guarantee, "融资担保": ProjectKind.guarantee, "贷款担保": ProjectKind.guarantee,
}  # fmt: skip
STATES = {
    "申请": ProjectState.applied, "受理": ProjectState.applied, "审批中": ProjectState.applied,
    "已批准": ProjectState.approved, "批准": ProjectState.approved, "已审批": ProjectState.approved, "待放款": ProjectState.approved,
    "已放款": ProjectState.ended, "放款": ProjectState.ended, "正常": ProjectState.ended, "在保": ProjectState.ended,
    "逾期": ProjectState.ended, "未结清": ProjectState.ended, "关注": ProjectState.ended,
    "结清": ProjectState.settled, "已结清": ProjectState.settled, "解保": ProjectState.settled, "已解保": ProjectState.settled,
    "否决": ProjectState.refused, "未通过": ProjectState.refused, "拒绝": ProjectState.refused,
    "撤回": ProjectState.withdrawn, "放弃": ProjectState.withdrawn, "撤销": ProjectState.withdrawn,
}  # fmt: skip


class Row(rows.Row):
    def parts(self, field: str, kept: Callable[[str], str] = discreet) -> tuple[str, ...]:
        return tuple(map(kept, self.read(field, readers.parts) or ()))

    def yuan(self, field: str) -> Decimal | None:
        """In yuan whatever the column's unit; 万 in the cell itself counts before the heading's."""
        found: Decimal | None = self.read(field, self._yuan)
        return found

    def _yuan(self, cell: Cell) -> Decimal | None:
        text = plain_number(cell) if isinstance(cell, Decimal) else readers.known_text(cell)
        if not text:
            return None
        scale = WAN if self.block.unit == TEN_THOUSAND and not set(text) & set("万亿元") else ""
        try:
            yuan = parse_yuan(text + scale)
        except ValueError as error:
            raise Wrong(_("Write a sum such as 500万 or 5000000, to the fen.")) from error
        if yuan > LARGEST:
            raise Wrong(_("The sum is too large. Look at the unit of the column."))
        return yuan

    def months(self, field: str) -> int | None:
        found: int | None = self.read(field, _months)
        return found

    def rate(self, field: str) -> Decimal | None:
        """Per cent a year: monthly and per-mille rates are turned into it by their heading or sign."""
        found: Decimal | None = self.read(field, self._rate)
        return found

    def _rate(self, cell: Cell) -> Decimal | None:
        text = plain_number(cell) if isinstance(cell, Decimal) else readers.known_text(cell)
        if not text:
            return None
        found = _RATE.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
        if found is None:
            raise Wrong(_("Write per cent a year, such as 7.2."))
        heading = unicodedata.normalize("NFKC", self.block.heading("rate"))
        rate, sign = Decimal(found[1]), found[2] or "".join(sign for sign in SIGNS if sign in heading)
        if MONTHLY in heading and not sign and 0 < rate < SMALLEST_MONTHLY:
            raise Wrong(_("Write the rate with its sign, per cent or per mille."))
        if PER_MILLE in sign:
            rate /= 10
        elif not sign and MONTHLY not in heading and isinstance(cell, Decimal) and rate < 1:
            rate *= 100  # a cell formatted as per cent
        if MONTHLY in heading:
            rate *= 12
        if rate > 100:
            raise Wrong(_("A rate lies between 0 and 100 per cent a year."))
        return round_to_fen(rate)

    def word(self, field: str, words: dict[str, Any]) -> Any:
        return self.read(field, readers.one_of(words))

    def phone(self) -> str:
        text = self.text("phone")
        digits = normalise_phone(text)
        if text and not digits:
            raise self.out("phone", _("Write one telephone number, such as 13912345678 or 0931-1234567."))
        return digits


def _months(cell: Cell) -> int | None:
    text = unicodedata.normalize("NFKC", readers.known_text(cell)).replace(" ", "").casefold()
    if not text:
        return None
    found = _TERM.fullmatch("6" if text == "半年" else text)
    months = Decimal(found[1]) * (12 if found[2] in ("年", "y") else 1) if found else Decimal(0)
    if months != months.to_integral_value() or not 1 <= months <= 600:
        raise Wrong(_("Write the term in months, such as 12."))
    return int(months)
