"""What companies write in the columns for urgency and for the return visit; which category of ours a word means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from crm.imports.histories.row import plain
from crm.repairs.categories.models import Place, Priority, RepairCategory
from crm.workbooks.cells import Cell, as_text

E, U, N = Priority.emergency, Priority.urgent, Priority.normal
PRIORITIES = {
    "紧急": E, "特急": E, "非常紧急": E, "十分紧急": E, "应急": E, "抢修": E, "紧急抢修": E, "急修": E, "emergency": E,
    "加急": U, "急": U, "较急": U, "较紧急": U, "比较紧急": U, "重要": U, "高": U, "优先": U, "urgent": U,
    "一般": N, "普通": N, "正常": N, "标准": N, "常规": N, "不紧急": N, "不急": N, "中": N, "低": N, "normal": N,
}  # fmt: skip
CONTENT = {
    "满意": True, "很满意": True, "非常满意": True, "十分满意": True, "基本满意": True, "比较满意": True,
    "较满意": True, "好": True, "好评": True, "优秀": True, "优": True, "良好": True, "良": True, "是": True,
    "不满意": False, "很不满意": False, "非常不满意": False, "差": False, "差评": False, "较差": False, "否": False,
}  # fmt: skip
NOT_ASKED = ("未回访", "待回访", "无需回访", "未评价", "未评")
_SCORE = re.compile(r"([1-5])(?:分|星|颗星)?")


class Answer(NamedTuple):
    """What the customer said, as `ReturnVisit` keeps it."""

    satisfied: bool | None = None
    score: int | None = None


def answer(cell: Cell) -> Answer:
    """Of words that are neither praise nor blame only the words are kept."""
    text = plain(as_text(cell)).rstrip("。.!")
    if found := _SCORE.fullmatch(text):
        score = int(found[1])
        return Answer(score >= 3, score)
    return Answer(CONTENT.get(text))


def category_called(name: str, problems: Sequence[RepairCategory]) -> str:
    """The id of the problem that the file's word means, "" where none or several could be meant.

    Tried in turn: a problem's name with its category's before it; its name; the longest name that is a part of the
    word; a name that the word is a part of. Of several the one inside the unit is meant.
    """
    word, names = _bare(name), {each.id: _bare(each.name) for each in problems}
    within = [each for each in problems if len(names[each.id]) > 1 and names[each.id] in word]
    longest = max((len(names[each.id]) for each in within), default=0)
    for meant in (
        [each for each in problems if _bare(each.full_name) == word],
        [each for each in problems if names[each.id] == word],
        [each for each in within if len(names[each.id]) == longest],
        [each for each in problems if len(word) > 1 and word in names[each.id]],
    ):
        if meant:
            return _only(meant)
    return ""


def _only(meant: Sequence[RepairCategory]) -> str:
    chosen = [each for each in meant if each.place is Place.home] or meant
    return str(chosen[0].id) if len(chosen) == 1 else ""


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", plain(text)).casefold()
