"""What companies write in the columns for the channel, for anonymity and for whether a complaint was justified."""

from __future__ import annotations

from collections.abc import Mapping

from crm.complaints.cases.models import Channel, Outcome
from crm.imports.histories.row import plain

C, O = Channel, Outcome  # noqa: E741 - as in their table
CHANNELS = {
    "电话": C.phone, "来电": C.phone, "热线": C.phone, "客服热线": C.phone, "电话投诉": C.phone, "服务热线": C.phone,
    "来访": C.counter, "上门": C.counter, "前台": C.counter, "现场": C.counter, "来访投诉": C.counter,
    "口头": C.counter, "当面": C.counter,
    "微信": C.message, "微信群": C.message, "业主群": C.message, "公众号": C.message, "小程序": C.message,
    "短信": C.message, "app": C.message, "网络": C.message, "邮件": C.message, "qq": C.message,
    "信函": C.letter, "书面": C.letter, "来信": C.letter, "意见箱": C.letter, "意见簿": C.letter,
    "12345": C.hotline, "12345热线": C.hotline, "市民热线": C.hotline, "政务热线": C.hotline, "政府热线": C.hotline,
    "市长热线": C.hotline,
    "巡查": C.patrol, "巡视": C.patrol, "巡检": C.patrol,
}  # fmt: skip
NAMELESS = ("匿名", "匿名业主", "匿名投诉", "匿名用户", "不愿透露", "未署名")
ANONYMOUS = {
    "是": True, "匿名": True, "y": True, "yes": True, "√": True, "1": True,
    "否": False, "实名": False, "不匿名": False, "n": False, "no": False, "×": False, "0": False,
}  # fmt: skip
OUTCOMES = {
    "属实": O.justified, "有效": O.justified, "有效投诉": O.justified, "是": O.justified, "成立": O.justified,
    "部分属实": O.partly, "部分有效": O.partly, "部分成立": O.partly,
    "不属实": O.unjustified, "无效": O.unjustified, "无效投诉": O.unjustified, "否": O.unjustified,
    "不成立": O.unjustified,
    "无法核实": O.unproven, "无法查实": O.unproven, "待核实": O.unproven, "无法认定": O.unproven,
}  # fmt: skip


def code_called(word: str, titles: Mapping[str, str]) -> str:
    """The code of the entry that the word means; "" where none or several could be meant."""
    told, names = plain(word).casefold(), {code: plain(title).casefold() for code, title in titles.items()}
    for meant in (
        [code for code, name in names.items() if told in (name, code)],
        [code for code, name in names.items() if told and (told in name or name in told)],
    ):
        if meant:
            return meant[0] if len(meant) == 1 else ""
    return ""


def department_called(word: str, departments: Mapping[str, int]) -> int | None:
    """Of the name in full, or of the only one that is a short form of the other: 工程部 is 工程维修部."""
    told = plain(word)
    if told in departments:
        return departments[told]
    meant = [each for name, each in departments.items() if _is_short_for(told, name) or _is_short_for(name, told)]
    return meant[0] if len(meant) == 1 else None


def _is_short_for(short: str, name: str) -> bool:
    """Its letters stand in the name, in their order, beginning with the first."""
    remaining = iter(name)
    return len(short) > 1 and name[:1] == short[0] and all(letter in remaining for letter in short)
