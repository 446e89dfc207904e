"""Money: Decimal yuan in Python, whole fen (分) as BIGINT in the database. The one place that rounds."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

FEN = Decimal("0.01")


def to_fen(yuan: Decimal) -> int:
    """Whole fen; raises ValueError when the amount has parts of a fen."""
    fen = yuan * 100
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


Money = Annotated[Decimal, mapped_column(Fen)]
Area = Annotated[Decimal, mapped_column(Hundredths)]  # m²
Percent = Annotated[Decimal, mapped_column(Hundredths)]
