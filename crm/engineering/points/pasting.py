"""Many points at once, as they are pasted from a sheet: a line for each, every fault by its line.

专业 | 名称 | 房间 | 位置 | 离地 | 距离 | 备注, divided by tabs, as spreadsheets do, by | or by commas.
Measures are millimetres unless a unit stands behind them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from crm.engineering.trades import LETTERS, SPOKEN, Trade

MOST = 200  # lines of one form
LONGEST = {"what": 60, "room": 40, "spot": 100, "note": 200}
TALLEST = 100_000  # millimetres
_DIVIDERS = ("\t", "|", "｜", ",", "，")
_MEASURE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(MM|CM|M|毫米|厘米|公分|米)?", re.IGNORECASE | re.ASCII)
_IN_MM = {"": 1, "MM": 1, "毫米": 1, "CM": 10, "厘米": 10, "公分": 10, "M": 1000, "米": 1000}
HEADINGS = {"专业", "trade"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    trade: Trade
    what: str
    room: str = ""
    spot: str = ""
    height: int | None = None
    distance: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """`faults`: in words, each with the number of its line."""

    lines: Sequence[Line]
    faults: Sequence[str]


class _Wrong(ValueError):
    pass


def read(text: str) -> Read:
    """Empty lines and a line of headings are left out, and count where a fault names its line."""
    lines: list[Line] = []
    faults: list[str] = []
    for number, parts in _parts(text):
        try:
            lines.append(_line(parts))
        except _Wrong as wrong:
            faults.append(_("Line %(number)d: %(fault)s", number=number, fault=str(wrong)))
    if len(lines) > MOST:
        faults.append(_("At most %(most)d lines at once.", most=MOST))
    if not lines and not faults:
        faults.append(_("Write a line for each point."))
    return Read(lines, faults)


def _parts(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        divider = next((each for each in _DIVIDERS if each in line), "\t")
        parts = [part.strip() for part in line.split(divider)]
        if parts[0].casefold() not in HEADINGS:
            yield number, parts


def _line(parts: list[str]) -> Line:
    if len(parts) < 2:
        raise _Wrong(_("Write at least the trade and what it is, divided by a tab or a comma."))
    if len(parts) > 7:
        raise _Wrong(_("There are more than seven columns."))
    trade, what, room, spot, height, distance, note = [*parts, *[""] * (7 - len(parts))]
    if not what:
        raise _Wrong(_("Write what it is, such as 插座."))
    for name, said in (("what", what), ("room", room), ("spot", spot), ("note", note)):
        if len(said) > LONGEST[name]:
            raise _Wrong(_("“%(said)s…” is too long: at most %(most)d characters.", said=said[:20], most=LONGEST[name]))
    return Line(
        trade=_trade(trade),
        what=what,
        room=room,
        spot=spot,
        height=_millimetres(height),
        distance=_millimetres(distance),
        note=note,
    )


def _trade(text: str) -> Trade:
    said = unicodedata.normalize("NFKC", text).strip().casefold()
    if said in SPOKEN:
        return SPOKEN[said]
    told = {"said": text[:20], "known": "、".join(LETTERS.values())}
    raise _Wrong(_("“%(said)s” is no trade: write one of %(known)s.", **told))


def _millimetres(text: str) -> int | None:
    """300, 300mm, 30cm and 0.3 m are the same; whole millimetres."""
    said = unicodedata.normalize("NFKC", text).strip()
    if said in ("", "-", "–"):
        return None
    found = _MEASURE.fullmatch(said)
    if found is None:
        raise _Wrong(_("“%(said)s” is no measure: write such as 300, 30cm or 0.3m.", said=text[:20]))
    length = Decimal(found[1]) * _IN_MM[(found[2] or "").upper()]
    if length != int(length) or length > TALLEST:
        raise _Wrong(_("“%(said)s” is no measure: write such as 300, 30cm or 0.3m.", said=text[:20]))
    return int(length)
