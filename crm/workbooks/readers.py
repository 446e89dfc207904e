"""A cell's meaning whatever the list: words for "not known", numbers and days in every spelling, codes.

A reader returns None for "not known" and raises `Wrong` with a sentence for what it cannot take.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from crm.money import round_to_fen
from crm.workbooks.cells import Cell, CellFault, as_text

SERIAL_ZERO = date(1899, 12, 30)  # Excel's day 0
UNKNOWN_WORDS = frozenset("无 未知 不详 暂无 没有 未提供 待补 待补充 / - -- --- — —— n/a na null none nan".split())
SEPARATORS = re.compile(r"[#,，、;；/\n]+")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_MOMENT = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?[\st]*(?P<half>上午|下午|晚上|am|pm)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:时点]\s*(?:(?P<minute>\d{1,2})\s*分?)?)(?:(?:\s*:|(?<=分))\s*\d{1,2}(?:\.\d+)?\s*秒?)?"
)
_COMPACT_MOMENT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})\s*(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?\d{2})?"
)
_FRACTION = re.compile(r"([1-9]\d{4})\.(\d+)")
AFTERNOON = ("下午", "晚上", "pm")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[1-9]\d{4}")
_MONTH_ONLY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_COMPANY = re.compile(
    r"公司|集团|有限|股份|工厂|[厂店院所部局社]$|中心|银行|学校|小学|中学|大学|幼儿园|医院|诊所|事务所|工作室|合作社|委员会|酒店|"
    r"宾馆|超市|商行|协会|餐厅|俱乐部|经营部|门诊|政府|派出所|街道办|物业"
)


class Wrong(Exception):
    """The sentence for the person who has to correct the cell."""


def known_text(cell: Cell) -> str:
    """The cell as text; "" when it is empty or says in some word that nothing is known."""
    if isinstance(cell, CellFault):
        raise Wrong(fault_text(cell))
    text = as_text(cell)
    return "" if text.casefold() in UNKNOWN_WORDS else text


def meaning(cell: Cell, reader: Callable[[Cell], Any]) -> Any:
    """What the reader makes of a cell; None of an empty one, and `Wrong` for one without a usable value."""
    if cell is None:
        return None
    return known_text(cell) if isinstance(cell, CellFault) else reader(cell)


def fault_text(fault: CellFault) -> str:
    if fault.code == "formula":
        return str(_("The formula in this cell was never calculated. Open the file in Excel and save it there."))
    return str(_("The cell holds an Excel error. Correct the formula or write the value itself."))


def parts(cell: Cell) -> list[str]:
    """Several values in one cell, in order, each once."""
    found = [part.strip() for part in SEPARATORS.split(known_text(cell))]
    return list(dict.fromkeys(part for part in found if part and part.casefold() not in UNKNOWN_WORDS))


def one_of(words: dict[str, Any]) -> Callable[[Cell], Any]:
    """A reader for codes and words."""

    def read(cell: Cell) -> Any:
        text = "".join(
            unicodedata.normalize(
                "NFKC", as_text(cell) if not isinstance(cell, CellFault) else known_text(cell)
            ).split()
        )
        if not text or text.casefold() in words:
            return words.get(text.casefold()) if text else None
        if text.casefold() in UNKNOWN_WORDS:
            return None
        raise Wrong(_("This value is not known here. Write one of: %(words)s.", words=_offered(words)))

    return read


def _offered(words: dict[str, Any]) -> str:
    chinese = [word for word in words if not word.isascii()]
    first = {words[word]: word for word in reversed(chinese)}
    return "、".join(word for word in chinese if first[words[word]] == word)


def text_code(cell: Cell) -> str:
    """A code written as a number where text is meant: 1.0 -> 1; inner blanks go."""
    return "".join(unicodedata.normalize("NFKC", known_text(cell)).split())


def amount(largest: Decimal) -> Callable[[Cell], Decimal | None]:
    """A reader for numbers from 0 to `largest`, kept with two decimals; 0 is "not known"."""

    def read(cell: Cell) -> Decimal | None:
        number = number_in(cell)
        if number is None:
            return None
        if number < 0 or number > largest:
            raise Wrong(_("The number must lie between 0 and %(largest)s.", largest=f"{largest:,}"))
        return round_to_fen(number) or None

    return read


def share(cell: Cell) -> Decimal | None:
    """Per cent; 0.5 from a cell formatted as per cent is 50."""
    number = number_in(cell, suffixes="%")
    if number is None:
        return None
    number = number * 100 if isinstance(cell, Decimal) and number <= 1 else number
    if not 0 < number <= 100:
        raise Wrong(_("A share lies between 0 and 100 per cent."))
    return round_to_fen(number)


def whole(smallest: int, largest: int) -> Callable[[Cell], int | None]:
    """A reader for whole numbers, also written 3层 or 3F."""

    def read(cell: Cell) -> int | None:
        number = number_in(cell, suffixes="层楼岁人f")
        if number is None:
            return None
        if number != number.to_integral_value() or not smallest <= number <= largest:
            raise Wrong(_("Write a whole number from %(smallest)s to %(largest)s.", smallest=smallest, largest=largest))
        return int(number)

    return read


def number_in(cell: Cell, suffixes: str = "元㎡m²平米方") -> Decimal | None:
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, bool | date):
        raise Wrong(_("Write a number."))
    text = unicodedata.normalize("NFKC", known_text(cell)).replace(",", "").casefold()
    text = text.removesuffix("m2").rstrip(suffixes).strip()
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Wrong(_("Write a number.")) from error
    if not number.is_finite():
        raise Wrong(_("Write a number."))
    return number


def day(cell: Cell) -> date | None:
    """2020-6-10, 2020.6.10, 2020/06/10, 2020年6月10日, 20200610, an Excel date or its serial number."""
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    text = unicodedata.normalize("NFKC", known_text(cell))
    if not text:
        return None
    try:
        if found := _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text):
            return date(*map(int, found.groups()))
    except ValueError as error:
        raise Wrong(_("This day is not in the calendar. Write it as 2020-06-10.")) from error
    if _SERIAL.fullmatch(text.split(".")[0]) and isinstance(cell, Decimal | str):
        return SERIAL_ZERO + timedelta(days=int(text.split(".")[0]))
    raise Wrong(_("This is no date. Write it as 2020-06-10."))


def moment(cell: Cell) -> date | None:
    """As `day`, with the time of day behind it where there is one: 2025-03-01 14:30, 2025年3月1日 14时30分, 下午2:30,
    an Excel date with its fraction. A `datetime` without a zone then, a `date` where the cell tells no time."""
    if isinstance(cell, date):
        return cell
    text = unicodedata.normalize("NFKC", known_text(cell)).casefold()
    if found := _FRACTION.fullmatch(text):
        begun = datetime.combine(SERIAL_ZERO + timedelta(days=int(found[1])), time.min)
        seconds = round(float(f"0.{found[2]}") * 86_400)
        return begun + timedelta(seconds=seconds)
    found = _MOMENT.fullmatch(text) or _COMPACT_MOMENT.fullmatch(text)
    if not found:
        return day(cell)
    return _at(**found.groupdict(default=""))


def _at(year: str, month: str, day: str, hour: str, minute: str, half: str = "") -> datetime:
    clock = int(hour)
    if half in AFTERNOON and clock < 12:
        clock += 12
    try:
        return datetime(int(year), int(month), int(day), clock, int(minute or 0))  # noqa: DTZ001 - the cell names no zone
    except ValueError as error:
        raise Wrong(_("There is no such day or time. Write it as 2025-03-01 14:30.")) from error


def is_company(name: str) -> bool:
    return bool(_COMPANY.search(name)) and len(name) > 3
