"""A cell's meaning: codes and words translated, placeholders recognised, numbers and days read in every spelling.

A reader returns None for "not known" and raises `Wrong` with a sentence for what it cannot take.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from crm.imports.reading.cells import Cell, CellFault, as_text
from crm.money import round_to_fen

LARGEST_AREA = Decimal(1_000_000)
LARGEST_RENT = Decimal(100_000_000)
SERIAL_ZERO = date(1899, 12, 30)  # Excel's day 0
OPEN_END = date(2037, 1, 1)  # MicroCommunity writes it for "no end"
UNKNOWN_WORDS = frozenset("无 未知 不详 暂无 没有 未提供 待补 待补充 / - -- --- — —— n/a na null none nan".split())
SEPARATORS = re.compile(r"[#,，、;；/\n]+")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[1-9]\d{4}")
_MONTH_ONLY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")

USES = {
    "110": "home", "住宅": "home", "住房": "home", "公寓": "home", "别墅": "home", "房屋": "home", "民宅": "home",
    "120": "office", "办公室": "office", "办公": "office", "写字楼": "office", "办公楼": "office",
    "119": "dormitory", "宿舍": "dormitory",
    "商铺": "shop", "商业": "shop", "门面": "shop", "店铺": "shop", "门市": "shop", "底商": "shop", "商服": "shop",
    "仓库": "storage", "储藏室": "storage", "储物间": "storage", "库房": "storage", "地下室": "storage",
}  # fmt: skip
STATUSES = {
    "2001": "occupied", "已入住": "occupied", "入住": "occupied", "自住": "occupied", "在住": "occupied", "常住": "occupied",
    "2002": "unsold", "未销售": "unsold", "未售": "unsold", "待售": "unsold", "未出售": "unsold",
    "2003": "handed_over", "已交房": "handed_over", "已交付": "handed_over", "已收房": "handed_over", "已领房": "handed_over",
    "2004": "vacant", "未入住": "vacant",
    "2005": "renovated", "已装修": "renovated",
    "2006": "let", "已出租": "let", "出租": "let", "已租": "let", "租赁": "let",
    "2007": "sold", "已出售": "sold", "已售": "sold", "未交房": "sold", "已销售": "sold", "未领房": "sold",
    "2008": "vacant", "空闲": "vacant", "空置": "vacant", "空房": "vacant", "闲置": "vacant", "未住": "vacant",
    "2009": "renovating", "装修中": "renovating", "装修": "renovating", "在装修": "renovating",
}  # fmt: skip
ROLES = {
    "1001": "owner", "业主": "owner", "产权人": "owner", "户主": "owner", "房主": "owner", "本人": "owner",
    "共有人": "co_owner", "共有业主": "co_owner", "共同业主": "co_owner", "产权共有人": "co_owner",
    "1002": "family", "家庭成员": "family", "家属": "family", "家人": "family", "亲属": "family",
    "1003": "tenant", "房屋租客": "tenant", "租客": "tenant", "租户": "tenant", "承租人": "tenant", "租赁户": "tenant",
    "1004": "user", "临时人员": "user", "使用人": "user", "其他": "user", "暂住": "user",
    "配偶": "spouse", "夫妻": "spouse", "妻子": "spouse", "丈夫": "spouse", "妻": "spouse", "夫": "spouse",
    "子女": "child", "儿子": "child", "女儿": "child", "子": "child", "女": "child",
    "父母": "parent", "父亲": "parent", "母亲": "parent", "父": "parent", "母": "parent",
    "兄弟姐妹": "sibling", "兄弟": "sibling", "姐妹": "sibling",
}  # fmt: skip
SEXES = {
    "男": "male",
    "m": "male",
    "male": "male",
    "男性": "male",
    "女": "female",
    "f": "female",
    "female": "female",
    "女性": "female",
}
TRUTHS = {
    "有": True, "是": True, "y": True, "yes": True, "true": True, "√": True, "✓": True, "1": True,
    "无": False, "否": False, "没有": False, "n": False, "no": False, "false": False, "×": False, "x": False, "0": False,
}  # fmt: skip
TENURES = {
    "h": "tenant", "出租": "tenant", "租": "tenant", "租赁": "tenant", "已租": "tenant", "已出租": "tenant", "月租": "tenant",
    "s": "owner", "出售": "owner", "售": "owner", "已售": "owner", "已出售": "owner", "产权": "owner", "自有": "owner",
    "空闲": "", "未售": "", "待售": "", "空置": "",
}  # fmt: skip
PARKING_KINDS = {
    "地上停车位": "surface", "地上": "surface", "地面": "surface", "地上车位": "surface", "地面车位": "surface", "露天": "surface",
    "1001": "surface", "地下停车位": "underground", "地下": "underground", "地下车位": "underground", "地库": "underground",
    "2001": "underground",
}  # fmt: skip
VEHICLE_KINDS = {"9901": "家用小汽车", "9902": "客车", "9903": "货车"}
CUSTOMER_KINDS = {
    "个人": "person", "自然人": "person", "私人": "person", "个人客户": "person", "居民": "person",
    "单位": "company", "企业": "company", "公司": "company", "法人": "company", "单位客户": "company", "机构": "company",
}  # fmt: skip
UNKNOWN_LAYOUTS = frozenset({"10102"})  # the one code everybody was told to fill in
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


def layout(cell: Cell) -> str | None:
    text = known_text(cell)
    return None if not text or text in UNKNOWN_LAYOUTS else text


def vehicle_kind(cell: Cell) -> str | None:
    text = known_text(cell)
    return VEHICLE_KINDS.get(text, text) or None


def amount(largest: Decimal) -> Callable[[Cell], Decimal | None]:
    """A reader for numbers from 0 to `largest`, kept with two decimals; 0 is "not known"."""

    def read(cell: Cell) -> Decimal | None:
        number = _number(cell)
        if number is None:
            return None
        if number < 0 or number > largest:
            raise Wrong(_("The number must lie between 0 and %(largest)s.", largest=f"{largest:,}"))
        return round_to_fen(number) or None

    return read


def parking_area(cell: Cell) -> Decimal | None:
    """1 stands for "not measured"."""
    area = amount(LARGEST_AREA)(cell)
    return None if area == 1 else area


def share(cell: Cell) -> Decimal | None:
    """Per cent; 0.5 from a cell formatted as per cent is 50."""
    number = _number(cell, suffixes="%")
    if number is None:
        return None
    number = number * 100 if isinstance(cell, Decimal) and number <= 1 else number
    if not 0 < number <= 100:
        raise Wrong(_("A share lies between 0 and 100 per cent."))
    return round_to_fen(number)


def whole(smallest: int, largest: int) -> Callable[[Cell], int | None]:
    """A reader for whole numbers, also written 3层 or 3F."""

    def read(cell: Cell) -> int | None:
        number = _number(cell, suffixes="层楼岁人f")
        if number is None:
            return None
        if number != number.to_integral_value() or not smallest <= number <= largest:
            raise Wrong(_("Write a whole number from %(smallest)s to %(largest)s.", smallest=smallest, largest=largest))
        return int(number)

    return read


def _number(cell: Cell, suffixes: str = "元㎡m²平米方") -> Decimal | None:
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
        return cell
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


def is_company(name: str) -> bool:
    return bool(_COMPANY.search(name)) and len(name) > 3
