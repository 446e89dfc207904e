"""The tree that is shipped: what a company of this trade is called about. The company changes it as it likes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm.repairs.categories.models import Place, Priority, WarrantyPart


@dataclass(frozen=True, slots=True)
class Problem:
    name: str
    trade: str
    priority: Priority = Priority.normal
    warranty: WarrantyPart | None = None


E, U, N = Priority.emergency, Priority.urgent, Priority.normal
W = WarrantyPart
_TREE: dict[Place, dict[str, str]] = {  # category -> problems: name trade [priority] [warranty]
    Place.home: {
        "给排水": """爆管跑水 plumbing E pipes; 水管漏水 plumbing U pipes; 下水堵塞 plumbing U; 水龙头阀门 plumbing;
            马桶洁具 plumbing; 渗漏到楼下 building U waterproofing; 停水水小 plumbing U pipes""",
        "电气": """冒烟打火 electrical E pipes; 全屋停电 electrical U pipes; 跳闸 electrical U pipes;
            开关插座 electrical N pipes; 灯具 electrical""",
        "渗漏土建": """屋顶漏水 building U waterproofing; 外墙渗水 building N waterproofing;
            墙面开裂 building N fittings; 地砖空鼓 building N fittings; 结构裂缝 building U structure""",
        "门窗五金": "门锁打不开 joinery U; 门窗变形 joinery N fittings; 玻璃破裂 joinery U; 纱窗五金 joinery",
        "暖通": "暖气漏水 hvac E heating; 暖气不热 hvac U heating; 空调故障 hvac N heating; 排风不畅 hvac N pipes",
        "弱电": "对讲门铃 weak_current N pipes; 网络电视 weak_current",
        "燃气": "燃气异味 general E; 燃气灶具 general",
        "其他": "其他 general",
    },
    Place.public: {
        "公共照明": "楼道灯不亮 electrical; 路灯不亮 electrical; 应急灯 electrical",
        "公共给排水": "管道爆裂 plumbing E; 井盖缺失 plumbing E; 排水堵塞 plumbing U; 水箱水池 plumbing U",
        "公共土建": "外墙脱落 building E; 屋面渗漏 building U waterproofing; 地面破损 building; 栏杆扶手松动 joinery U",
        "门禁道闸": "单元门禁 weak_current U; 车场道闸 weak_current U; 监控 weak_current",
        "消防设施": "消防栓漏水 plumbing U; 消防门 joinery; 灭火器 general",
        "其他": "其他 general",
    },
    Place.equipment: {
        "电梯": "困人 lift E; 停运 lift U; 异响抖动 lift U; 按键照明 lift",
        "水泵": "停机断水 plumbing E; 漏水 plumbing U; 异响 plumbing",
        "供配电": "大面积停电 electrical E; 跳闸 electrical U; 仪表异常 electrical",
        "消防系统": "误报警 weak_current U; 水压不足 plumbing U; 主机故障 weak_current U",
        "门禁监控": "离线 weak_current; 故障 weak_current",
        "暖通设备": "停机 hvac U; 漏水 hvac U; 异响 hvac",
        "维护保养": "例行保养 general; 年度检验 general",
        "其他": "其他 general",
    },
}


def tree() -> Iterator[tuple[Place, str, list[Problem]]]:
    for place, categories in _TREE.items():
        for name, problems in categories.items():
            yield place, name, [_problem(line.split()) for line in problems.split(";")]


def _problem(words: list[str]) -> Problem:
    name, trade, *rest = words
    priority = next((each for word, each in {"E": E, "U": U}.items() if word in rest), N)
    warranty = next((W(word) for word in rest if word in list(W)), None)
    return Problem(name, trade, priority, warranty)
