"""The list that is shipped: what 住宅室内装饰装修管理办法 and JGJ 367 ask of a fit-out. The company changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm.renovations.acceptance.items.models import Applies


@dataclass(frozen=True, slots=True)
class Item:
    """`hours` of a water test; `second`: also looked at in the second check."""

    name: str
    advice: str
    hours: int = 0
    second: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    applies: Applies
    items: list[Item]


# group | of which works, then name | advice | hours | first: not at the second check
_TREE: dict[tuple[str, Applies], str] = {
    ("公共部位", Applies.always): """
电梯、楼道、大堂墙地面无损坏|与开工前照片对照
装修垃圾已清运|户内、楼道、指定堆放处都看|0|first
公共管线、检修口未封闭|水表、燃气表、弱电箱、检修口可以打开
""",
    ("外立面与门窗", Applies.always): """
外墙、阳台、门窗未擅自改变|与批准方案和整栋楼对照
空调外机在指定位置，冷凝水有组织排放|看外机支架、排水管
""",
    ("消防与弱电", Applies.always): """
烟感、喷淋、消防栓未移动、未遮挡|逐个看，不得喷涂
可视对讲、门禁能正常使用|当场呼叫一次|0|first
""",
    ("燃气与排烟", Applies.always): """
燃气管道、燃气表未移改、未包封|改动须有燃气公司验收单
厨房、卫生间排烟排风接入公共烟道|止回阀完好
""",
    ("结构", Applies.structure): """
承重墙、梁、柱、板未拆改、未开槽|与结构图对照，看有无裂缝
拆改部位与批准方案一致|逐处对照拆改申请
楼面荷载无明显增加|看有无加砌实体墙、大面积石材垫层
""",
    ("防水", Applies.wets): """
卫生间闭水试验无渗漏|蓄水深度不小于20毫米，到楼下查看|48
厨房、阳台防水试验无渗漏|蓄水或淋水，到楼下查看|24
""",
    ("给排水", Applies.wets): """
给水管道试压、通水无渗漏|逐个龙头看|0
地漏、排水管道通畅，存水弯完好|放水看，不返味
""",
    ("电气", Applies.always): """
漏电保护器动作正常，回路未超载|按试验按钮一次
""",
}


def tree() -> Iterator[Group]:
    for (name, applies), told in _TREE.items():
        yield Group(name, applies, [_item(line.split("|")) for line in told.strip().splitlines()])


def _item(told: list[str]) -> Item:
    name, advice, *rest = told
    return Item(name, advice, int(rest[0]) if rest else 0, second="first" not in rest)
