"""Money: Decimal yuan in Python, whole fen (分) as BIGINT in the database. The one place that rounds."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, ClassVar

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

FEN = Decimal("0.01")


def to_fen(yuan: Decimal) -> int:
    """Whole fen; raises ValueError when the amount has parts of a fen."""
    fen = Decimal(yuan) * 100
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise ValueError(f"{yuan} is not a whole number of fen")
    return int(fen)


def from_fen(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def round_to_fen(yuan: Decimal) -> Decimal:
    """Half up, as on every Chinese bill."""
    return yuan.quantize(FEN, ROUND_HALF_UP)


class Fen(TypeDecorator[Decimal]):
    """Yuan as Decimal in Python, fen as BIGINT in the database: sums stay exact on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_fen(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else from_fen(value)


class Hundredths(Fen):
    """A measure with two decimals (m², per cent), stored exactly in the same way."""

    cache_ok = True


class Scaled(TypeDecorator[Decimal]):
    """A figure with so many decimals as a whole number in the database; one with more decimals is refused."""

    impl = BigInteger
    cache_ok = True
    places: ClassVar[int]

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        whole = value.scaleb(self.places)
        if whole != whole.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimals")
        return int(whole)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)


class Thousandths(Scaled):
    """Quantities and meter readings."""

    cache_ok = True
    places = 3


class Millionths(Scaled):
    """Prices of one: yuan per m², m³, kWh."""

    cache_ok = True
    places = 6


Money = Annotated[Decimal, mapped_column(Fen)]
Area = Annotated[Decimal, mapped_column(Hundredths)]  # m²
Percent = Annotated[Decimal, mapped_column(Hundredths)]
Quantity = Annotated[Decimal, mapped_column(Thousandths)]
Price = Annotated[Decimal, mapped_column(Millionths)]  # yuan of one of a quantity


_DIGITS, _PLACES, _GROUPS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿", "万亿")


def in_capitals(yuan: Decimal) -> str:
    """1234.5 -> 壹仟贰佰叁拾肆元伍角整, as cheques and contracts want it (正确填写票据和结算凭证的基本规定)."""
    whole, rest = divmod(to_fen(abs(yuan)), 100)
    jiao, fen = divmod(rest, 10)
    words = ("负" if yuan < 0 else "") + (f"{_whole(whole)}元" if whole or not rest else "")
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif fen and whole:
        words += "零"
    return words + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    """Groups of four digits; zeros between two digits are said once, those at a group's end not at all."""
    words, zero, digits = "", False, str(number)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        group, unit = divmod(place, 4)
        if digit == "0":
            zero = True
        else:
            words += ("零" if zero and words else "") + _DIGITS[int(digit)] + _PLACES[unit]
            zero = False
        if unit == 0 and group and number // 10_000**group % 10_000:
            words, zero = words + _GROUPS[group], False
    return words or "零"
