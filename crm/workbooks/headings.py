"""A heading in its plain word: no brackets, blanks, units or stars. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ORDINAL_WORDS = frozenset("序号 序 no. no #".split())
REASON_WORDS = frozenset(
    {"原因", "未导入原因", "reason", "whyrefused"}
)  # the first column of our own workbook of refused rows
_BRACKETS = re.compile(r"[(\[{【〔<《].*?[)\]}】〕>》]")
_UNITS = re.compile(r"(?<=.)(m2|平米|平方米|平方|元/月|(?<!单)元|%|‰)$")


@lru_cache(maxsize=4096)
def plain_heading(heading: str) -> str:
    """建筑面积（㎡）* -> 建筑面积."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    text = re.sub(r"[\s*:：_]+|必填|选填", "", _BRACKETS.sub("", text))
    return _UNITS.sub("", text)
