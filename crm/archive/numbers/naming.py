"""Archive numbers in words: 2012鸿借字第001号, its contracts 2012鸿借字第001-01号. L-21, A-08, A-11; pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import total_ordering

_WRITTEN = re.compile(r"(\d{4})([^\d\W]+)字第(\d{3,10})(?:[-‐-―−](\d{2,5}))?号")
LARGEST_SERIAL = 2**31 - 1


@total_ordering
@dataclass(frozen=True, slots=True)
class ArchiveNo:
    """`part` numbers what belongs to the dossier, its contracts; None is the dossier itself."""

    year: int
    word: str
    serial: int
    part: int | None = None

    @property
    def text(self) -> str:
        """At least three digits, and more after 999."""
        part = "" if self.part is None else f"-{self.part:02d}"
        return f"{self.year:04d}{self.word}字第{self.serial:03d}{part}号"

    @property
    def whole(self) -> ArchiveNo:
        """The dossier's own, of a contract's."""
        return replace(self, part=None)

    @property
    def sort_key(self) -> tuple[str, int, int, int]:
        """第1000号 comes after 第999号: serials are compared as numbers."""
        return self.word, self.year, self.serial, self.part or 0

    def __lt__(self, other: ArchiveNo) -> bool:
        return self.sort_key < other.sort_key


def parse(text: str) -> ArchiveNo | None:
    """The number somebody wrote, with full-width digits and blanks anywhere; None when it is none."""
    found = _WRITTEN.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        return None
    number = ArchiveNo(int(found[1]), found[2], int(found[3]), int(found[4]) if found[4] else None)
    possible = number.year > 0 and 0 < number.serial <= LARGEST_SERIAL and number.part != 0
    return number if possible else None


def pattern(word: str) -> str:
    """What `crm.numbering` fills with year and serial."""
    return f"{{year:04d}}{word}字第{{serial:03d}}号"


def is_word(text: str) -> bool:
    """Whether a series can be called so: letters only, such as 鸿借."""
    return parse(f"2012{text}字第001号") == ArchiveNo(2012, text, 1)
