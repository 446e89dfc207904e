"""The bank's answer: which column says what, and what each row means. Banks word it as they like."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _

from crm.errors import DomainError
from crm.money import to_fen
from crm.workbooks.cells import Cell, Sheet, as_text
from crm.workbooks.headings import plain_heading

HEADING_ROWS = 20  # titles above the headings are shorter than this
FIELDS = {
    "serial": "序号 流水序号 明细序号 编号".split(),
    "agreement": "协议号 合同号 签约号 用户号 缴费号".split(),
    "paid": "实扣金额 扣款金额 成功金额 实收金额 入账金额".split(),
    "amount": "金额 应扣金额 应收金额 托收金额".split(),
    "result": "结果 扣款结果 状态 处理状态 扣款状态 回盘结果 返回码 标志 成功标志 处理结果".split(),
    "reason": "原因 失败原因 返回信息 备注 说明 错误信息 摘要".split(),
}
TAKEN = frozenset("成功 扣款成功 已扣 已扣款 交易成功 处理成功 是 y yes ok 0 00 0000 000000 s success 1".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One row: of which line, whether the bank took the money, how much (None: what was asked for), why not."""

    row: int
    serial: int | None
    agreement: str
    is_paid: bool
    paid: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A row that cannot be used, as the page shows it."""

    row: int
    text: str
    why: str


def answers(sheet: Sheet) -> Iterator[Answer | Fault]:
    """Every row below the headings. Raises `DomainError` when the columns needed are not there."""
    heading_row, columns = _columns(sheet.rows)
    for number, row in enumerate(sheet.rows[heading_row:], start=heading_row + 1):
        texts = {name: as_text(row[place]).strip() if place < len(row) else "" for name, place in columns.items()}
        if texts.get("serial") or texts.get("agreement"):
            yield _answer(number, texts, row)


def _columns(rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(rows[:HEADING_ROWS], start=1):
        headings = [plain_heading(as_text(cell)) for cell in row]
        found = {name: place for name, words in FIELDS.items() if (place := _place(headings, words)) is not None}
        if "result" in found and ("serial" in found or "agreement" in found):
            return number, found
    raise DomainError(
        _("The file needs a column for the result (结果) and one for the serial or agreement number (序号, 协议号).")
    )


def _place(headings: Sequence[str], words: Collection[str]) -> int | None:
    return next((headings.index(word) for word in words if word in headings), None)


def _answer(number: int, texts: dict[str, str], row: Sequence[Cell]) -> Answer | Fault:
    told = " ".join(as_text(cell) for cell in row if cell is not None)[:80]
    result = unicodedata.normalize("NFKC", texts["result"]).casefold().removeprefix("已")
    if not result:
        return Fault(row=number, text=told, why=_("The row has no result."))
    try:
        serial = int(Decimal(texts["serial"])) if texts.get("serial") else None
        paid = Decimal(texts["paid"].replace(",", "")) if texts.get("paid") else None
        to_fen(paid or Decimal(0))
    except (InvalidOperation, ValueError):
        return Fault(row=number, text=told, why=_("A number in this row cannot be read."))
    return Answer(
        row=number,
        serial=serial,
        agreement=texts.get("agreement", ""),
        is_paid=result in TAKEN or f"已{result}" in TAKEN,
        paid=paid,
        reason=texts.get("reason", "") or texts["result"],
    )
