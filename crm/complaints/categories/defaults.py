"""The tree that is shipped: what a company of this trade is complained about. The company changes it as it likes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm.complaints.categories.models import Severity

URGENT = "!"  # after the name
_TREE = {  # group -> the department it is usually about ("": nobody's), what is complained about
    "工程维修": ("工程维修部", "维修不及时; 维修质量; 渗漏反复; 停水停电"),
    "环境卫生": ("客户服务部", "保洁不到位; 垃圾清运; 噪声扰民; 油烟异味; 虫鼠害; 绿化养护"),
    "秩序安全": ("客户服务部", "门禁; 停车; 高空抛物!; 消防!; 陌生人尾随!; 电动车充电!; 物品丢失"),
    "客服": ("客户服务部", "态度; 答复不及时; 通知不到位"),
    "收费": ("财务部", "账单错误; 收费不透明; 催费方式"),
    "电梯": ("工程维修部", "困人!; 故障; 维保不及时"),
    "公共设施": ("工程维修部", "公共照明; 道路积水; 健身游乐设施; 公共部位收益"),
    "邻里": ("", "装修扰民; 宠物; 占用楼道; 漏水到楼下"),
    "其他": ("", "其他"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    severity: Severity


def tree() -> Iterator[tuple[str, str, list[Kind]]]:
    """Group, department, what is in it."""
    for group, (department, kinds) in _TREE.items():
        yield group, department, [_kind(each.strip()) for each in kinds.split(";")]


def _kind(text: str) -> Kind:
    urgent = text.endswith(URGENT)
    return Kind(text.removesuffix(URGENT), Severity.urgent if urgent else Severity.ordinary)
