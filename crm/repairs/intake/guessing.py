"""Which category is meant, from what the caller says: a proposal that whoever takes the call sees and changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SAID = {  # what people say -> what the shipped tree calls it
    "爆": "爆管跑水",
    "喷水": "爆管跑水",
    "漏水": "水管漏水",
    "滴水": "水龙头阀门",
    "龙头": "水龙头阀门",
    "阀门": "水龙头阀门",
    "堵": "下水堵塞",
    "下水慢": "下水堵塞",
    "反水": "下水堵塞",
    "马桶": "马桶洁具",
    "没水": "停水水小",
    "停水": "停水水小",
    "水小": "停水水小",
    "楼下": "渗漏到楼下",
    "屋顶": "屋顶漏水",
    "渗水": "外墙渗水",
    "冒烟": "冒烟打火",
    "打火": "冒烟打火",
    "火花": "冒烟打火",
    "没电": "全屋停电",
    "停电": "全屋停电",
    "跳闸": "跳闸",
    "插座": "开关插座",
    "开关": "开关插座",
    "灯不亮": "灯具",
    "楼道灯": "楼道灯不亮",
    "路灯": "路灯不亮",
    "锁": "门锁打不开",
    "打不开": "门锁打不开",
    "窗": "门窗变形",
    "玻璃": "玻璃破裂",
    "暖气不热": "暖气不热",
    "不热": "暖气不热",
    "暖气漏": "暖气漏水",
    "空调": "空调故障",
    "对讲": "对讲门铃",
    "门铃": "对讲门铃",
    "门禁": "单元门禁",
    "刷卡": "单元门禁",
    "道闸": "车场道闸",
    "网": "网络电视",
    "煤气": "燃气异味",
    "燃气": "燃气异味",
    "困人": "困人",
    "困在": "困人",
    "被困": "困人",
    "关在": "困人",
    "电梯": "停运",
    "异响": "异响抖动",
    "井盖": "井盖缺失",
    "消防栓": "消防栓漏水",
    "墙": "墙面开裂",
    "砖": "地砖空鼓",
}
GRAVE = (
    "爆",
    "跑水",
    "喷水",
    "冒烟",
    "打火",
    "着火",
    "火花",
    "煤气",
    "燃气味",
    "困人",
    "困在",
    "被困",
    "关在电梯",
    "触电",
    "漏电",
    "坠落",
    "井盖",
)
SAYS_MUCH, SAYS_SOMETHING = 3, 1


@dataclass(frozen=True, slots=True)
class Known:
    """A problem of the tree: its id, its name, the category it stands in."""

    id: int
    name: str
    group: str


def guess(text: str, known: Sequence[Known], most: int = 5) -> list[int]:
    """The likeliest problems first; [] where nothing of the text is known."""
    scores = {each.id: _score(text, each) for each in known}
    likely = sorted((key for key, score in scores.items() if score > 0), key=lambda key: -scores[key])
    return likely[:most]


def _score(text: str, known: Known) -> int:
    """Words that people say count most, the longer the more; then what the text shares with the names."""
    said = sum(SAYS_MUCH * len(word) for word, name in SAID.items() if word in text and name == known.name)
    shared = len(_pairs(text) & (_pairs(known.name) | _pairs(known.group)))
    return said + SAYS_SOMETHING * shared


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def is_grave(text: str, words: Iterable[str] = GRAVE) -> bool:
    """Whether it sounds like an emergency: whoever takes the call is asked to say so."""
    return any(word in text for word in words)
