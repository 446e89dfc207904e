"""What companies write where somebody was asked whether it is settled; which thing of ours a word means."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from crm.imports.histories.row import plain
from crm.workbooks.cells import Cell, as_text

CONTENT = {
    "满意": True, "很满意": True, "非常满意": True, "十分满意": True, "基本满意": True, "比较满意": True,
    "较满意": True, "好": True, "好评": True, "优秀": True, "优": True, "良好": True, "良": True, "是": True,
    "不满意": False, "很不满意": False, "非常不满意": False, "差": False, "差评": False, "较差": False, "否": False,
}  # fmt: skip
NOT_ASKED = ("未回访", "待回访", "无需回访", "未评价", "未评")
_SCORE = re.compile(r"([1-5])(?:分|星|颗星)?")


class Named(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def full_name(self) -> str: ...


Thing = TypeVar("Thing", bound=Named)


class Answer(NamedTuple):
    """What the customer said: content or not, one to five."""

    satisfied: bool | None = None
    score: int | None = None


def answer(cell: Cell) -> Answer:
    """Of words that are neither praise nor blame only the words are kept."""
    text = plain(as_text(cell)).rstrip("。.!")
    if found := _SCORE.fullmatch(text):
        score = int(found[1])
        return Answer(score >= 3, score)
    return Answer(CONTENT.get(text))


def called(name: str, things: Sequence[Thing], is_preferred: Callable[[Thing], bool] = lambda _thing: False) -> str:
    """The id of the thing that the file's word means, "" where none or several could be meant.

    Tried in turn: a thing's name with its group's before it; its name; the longest name that is a part of the word; a
    name that the word is a part of. Of several a preferred one is meant.
    """
    word, names = _bare(name), {each.id: _bare(each.name) for each in things}
    within = [each for each in things if len(names[each.id]) > 1 and names[each.id] in word]
    longest = max((len(names[each.id]) for each in within), default=0)
    for meant in (
        [each for each in things if _bare(each.full_name) == word],
        [each for each in things if names[each.id] == word],
        [each for each in within if len(names[each.id]) == longest],
        [each for each in things if len(word) > 1 and word in names[each.id]],
    ):
        if meant:
            chosen = [each for each in meant if is_preferred(each)] or meant
            return str(chosen[0].id) if len(chosen) == 1 else ""
    return ""


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", plain(text)).casefold()
