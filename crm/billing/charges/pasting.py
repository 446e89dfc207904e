"""Units with their prices as they are pasted from a sheet: a line each, the unit first, then price and quantity."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from crm.billing.charges.service import Priced
from crm.properties.models import Unit, label_as_typed
from crm.web.amounts import PRICE_PLACES, QUANTITY_PLACES, parse_figure
from crm.web.lines import Fault

MOST_LINES = 2_000
_BREAK = re.compile(r"\t|[,，;；]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Typed:
    """A line by its number, cut into its parts."""

    number: int
    text: str
    label: str
    price: str
    quantity: str
    rest: str


class _Wrong(Exception):
    """What is wrong with a line, in words."""


def typed_lines(text: str) -> list[Typed]:
    """The lines that hold anything."""
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    return [_typed(number, line) for number, line in lines if line]


def _typed(number: int, line: str) -> Typed:
    parts = [*filter(None, _BREAK.split(line)), "", "", ""]
    rest = " ".join(filter(None, parts[3:]))
    return Typed(number, line[:40], label_as_typed(parts[0]), parts[1], parts[2], rest)


def read(
    lines: list[Typed], units: Mapping[str, Unit], general: Priced, fault_of: Callable[[Priced], str]
) -> tuple[list[Priced], list[Fault]]:
    """What each line says, what is missing taken from `general`; and each bad line with what is wrong with it."""
    said, faults, seen = list[Priced](), list[Fault](), dict[str, int]()
    for line in lines:
        try:
            priced = _read(line, units, general, seen)
            if reason := fault_of(priced):
                raise _Wrong(reason)
            said.append(priced)
        except _Wrong as wrong:
            faults.append(Fault(line.number, line.text, str(wrong)))
    return said, faults


def _read(line: Typed, units: Mapping[str, Unit], general: Priced, seen: dict[str, int]) -> Priced:
    unit = units.get(line.label)
    if unit is None:
        raise _Wrong(_("There is no such unit in this estate. Write it as in 3-1-502."))
    if line.label in seen:
        raise _Wrong(_("The unit stands in line %(number)s already.", number=seen[line.label]))
    seen[line.label] = line.number
    if line.rest:
        raise _Wrong(_("Write the unit, its price and, where it differs, the quantity; nothing more."))
    return Priced(
        unit=unit,
        price=_figure(line.price, PRICE_PLACES, general.price),
        quantity=_figure(line.quantity, QUANTITY_PLACES, general.quantity),
    )


def _figure(text: str, places: int, otherwise: Decimal | None) -> Decimal | None:
    if not text:
        return otherwise
    try:
        return parse_figure(text, places)
    except ValueError as error:
        raise _Wrong(
            _("%(figure)s is no number with %(places)s decimals at most.", figure=text, places=places)
        ) from error
