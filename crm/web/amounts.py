"""Fields for sums, rates, prices and quantities as people type them: 500万, ￥5000000元, 7.2%, 2.80元/㎡, 120.5度."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_DOWN, Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, ValidationError
from wtforms.widgets import TextInput

from crm.money import in_capitals, to_fen

LARGEST = Decimal("1000000000000")  # yuan; more is a slip of the finger
_SCALES = {"万": 10_000, "亿": 100_000_000}
_NUMBER = re.compile(r"(\d{1,15}(?:\.\d{1,10})?)([万亿]?)")  # long enough to be refused as too large, in words
_RATE = re.compile(r"\d{1,3}(?:\.\d{1,2}0*)?")
_FIGURE = re.compile(r"\d{1,12}(?:\.\d{1,12})?")
_PER = re.compile(r"元?[/每]?(㎡|m2|m3|平方米|平米|立方米|方|吨|度|kwh|千瓦时|户|个|间|位)?(/?月)?$", re.IGNORECASE)
PRICE_PLACES, QUANTITY_PLACES = 6, 3  # decimals that are kept


def parse_yuan(text: str) -> Decimal:
    """Raises ValueError when it is no sum, and for parts of a fen."""
    written = re.sub(r"[\s,，¥￥元]", "", unicodedata.normalize("NFKC", text))
    found = _NUMBER.fullmatch(written)
    if not found:
        raise ValueError(text)
    yuan = Decimal(found[1]) * _SCALES.get(found[2], 1)
    to_fen(yuan)
    return yuan.quantize(Decimal("0.01"))


def parse_figure(text: str, places: int) -> Decimal:
    """At least nought, without its unit. Raises ValueError when it is no number or has more decimals than `places`."""
    written = re.sub(r"[\s,，¥￥]", "", unicodedata.normalize("NFKC", text))
    written = _PER.sub("", written)
    if not _FIGURE.fullmatch(written):
        raise ValueError(text)
    figure = Decimal(written)
    if figure != figure.quantize(Decimal(1).scaleb(-places), ROUND_DOWN):
        raise ValueError(text)
    return figure


class _TypedField(Field):
    """Keeps a wrong text."""

    widget = TextInput()
    typed = ""

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else f"{self.data:f}")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: Decimal | None = None
        self.typed = valuelist[0].strip() if valuelist else ""
        if self.typed:
            self.data = self.read(self.typed)

    def read(self, text: str) -> Decimal:
        raise NotImplementedError


class MoneyField(_TypedField):
    """Yuan, to the fen; the sum in capitals stands below while it is typed."""

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else f"{self.data:,.2f}")

    def read(self, text: str) -> Decimal:
        try:
            return parse_yuan(text)
        except ValueError as error:
            raise ValueError(_("Write a sum in yuan, such as 5000000, 500万 or 1,234.50.")) from error

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data > LARGEST:
            raise ValidationError(_("The sum is too large. Look at the number of zeros."))

    @property
    def capitals(self) -> str:
        return in_capitals(self.data) if self.data else ""


class RateField(_TypedField):
    """Per cent a year with two decimals at most."""

    def read(self, text: str) -> Decimal:
        written = unicodedata.normalize("NFKC", text).replace(" ", "").removesuffix("%")
        if not _RATE.fullmatch(written):
            raise ValueError(_("Write per cent a year with two decimals at most, such as 7.2."))
        rate = Decimal(written)
        if rate > 100:
            raise ValueError(_("A rate lies between 0 and 100 per cent a year."))
        return rate


class _FigureField(_TypedField):
    def _value(self) -> str:
        return self.typed or ("" if self.data is None else f"{self.data.normalize():f}")


class PriceField(_FigureField):
    """Yuan of one of something, with six decimals at most."""

    def read(self, text: str) -> Decimal:
        try:
            return parse_figure(text, PRICE_PLACES)
        except ValueError as error:
            raise ValueError(_("Write a price in yuan with six decimals at most, such as 2.80 or 0.588.")) from error


class QuantityField(_FigureField):
    """How many, or what a meter shows, with three decimals at most."""

    def read(self, text: str) -> Decimal:
        try:
            return parse_figure(text, QUANTITY_PLACES)
        except ValueError as error:
            raise ValueError(_("Write a number with three decimals at most, such as 120.5.")) from error
