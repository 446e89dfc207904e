"""The tree that is shipped: what an estate of this trade has to deal with. The company changes it as it likes.

Clauses are those of the model 临时管理规约 and of the law as it stands; the company checks them against its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Kind:
    """`days` to put it right, `amount`: yuan proposed for a deduction."""

    name: str
    words: str
    clause: str
    days: int
    amount: Decimal = Decimal(0)
    stops_work: bool = False


# category -> name | clause | days | amount | stop, the words below it
_TREE: dict[str, str] = {
    "装修": """
擅自拆改承重结构|住宅室内装饰装修管理办法第五条、管理规约第十四条|3|2000|stop
未经批准拆改房屋承重墙、梁、柱、板，危及整栋楼安全。请立即停止施工，恢复原状，并提交有资质单位出具的鉴定和加固方案。
违规施工时间|管理规约第十六条|1|200
在规定施工时间（工作日8:00—12:00、14:00—18:00）以外施工，影响邻居休息。请立即停止，今后只在规定时间内施工。
建筑垃圾乱堆|管理规约第十六条、装修协议第八条|1|300
装修垃圾未装袋，堆放在公共区域。请清运到指定地点，并把公共区域打扫干净。
阳台封闭不合规|管理规约第十五条|15|1000
封闭阳台的样式、颜色或位置与批准的方案不符，影响外立面和安全。请按批准的方案整改。
擅自改动防水、管线|住宅室内装饰装修管理办法第六条、装修协议第六条|7|1000|stop
未经批准改动卫生间、厨房防水层或者公共管线。请停止施工，恢复原状，并重新做闭水试验。
损坏公共部位|装修协议第七条|7|500
施工中损坏了电梯、墙面、地面等公共部位。请修复，或者按实际费用赔偿。
""",
    "公共秩序": """
占用消防通道|消防法第二十八条、管理规约第十八条|1
占用、堵塞消防通道，影响人员疏散和消防车通行。请立即清理，今后不再占用。
楼道堆物|消防法第二十八条、管理规约第十八条|3
在楼道、电梯厅、楼梯间堆放物品，影响疏散和消防安全。请把物品搬走；逾期不搬的，按规约处理。
高空抛物|民法典第一千二百五十四条、管理规约第十七条|1
从建筑物中抛掷物品，危及他人安全。请立即停止；造成损害的，依法承担责任。
飞线充电|消防法第二十八条、管理规约第十八条|1
私拉电线给电动车充电，或者把电动车、电池带进楼内充电，有火灾危险。请立即拆除，到指定的充电处充电。
噪声扰民|噪声污染防治法第六十五条、管理规约第十七条|3
产生的噪声影响邻居正常生活。请采取措施降低噪声，夜间22:00到次日6:00不得产生扰民噪声。
宠物违规|管理规约第十九条|3
遛犬不牵绳、不清理粪便，或者饲养禁养犬只。请办理犬证，牵绳遛犬，及时清理。
侵占公共绿地|管理规约第十七条|7
在公共绿地种植、圈占或者搭建。请拆除并恢复绿化。
乱贴乱挂|管理规约第十七条|3
在外墙、门窗、公共部位张贴、悬挂广告或者杂物。请自行拆除。
""",
    "车辆": """
乱停车|管理规约第二十条|1
车辆没有停在车位内，影响他人通行。请立即把车开走，今后按位停放。
占用消防车道|消防法第二十八条、管理规约第二十条|1
车辆停在消防车道上，影响消防车通行。请立即把车开走；再次占用的，报消防救援机构处理。
占用他人车位|管理规约第二十条|1
占用了别人的车位。请立即把车开走。
""",
    "改变用途": """
群租|管理规约第十三条、房屋租赁管理办法第八条|15
把房屋分隔成若干小间出租，或者人均面积、人数超过规定。请拆除隔断，按规定的人数居住。
住改商|民法典第二百七十九条、管理规约第十三条|15
未经有利害关系的业主一致同意，把住宅改为经营性用房。请停止经营，恢复住宅用途。
违法搭建|民法典第二百八十六条、管理规约第十五条|15
在房屋外、露台、屋面或者公共区域搭建建筑物、构筑物。请自行拆除。
""",
    "其他": """
其他|管理规约|7
违反了管理规约。请按通知的要求整改。
""",
}


def tree() -> Iterator[tuple[str, list[Kind]]]:
    for name, told in _TREE.items():
        lines = told.strip().splitlines()
        yield name, [_kind(head.split("|"), words) for head, words in zip(lines[::2], lines[1::2], strict=True)]


def _kind(head: list[str], words: str) -> Kind:
    name, clause, days, *rest = head
    amount = Decimal(rest[0]) if rest else Decimal(0)
    return Kind(name, words, clause, int(days), amount, stops_work="stop" in rest)
