"""What is shipped: papers and kinds of work as an estate of this trade has them. The company changes them as it likes.

Papers are those of 住宅室内装饰装修管理办法 (articles 13 and 16) and of the model 装饰装修管理服务协议; sums and days
are usual in the trade: the company confirms them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from crm.renovations.works.models import Asked
from crm.renovations.works.titles import APPLICATION


@dataclass(frozen=True, slots=True)
class PaperKind:
    title: str
    advice: str
    asked: Asked = Asked.works
    form: str = ""
    slot: str = APPLICATION


@dataclass(frozen=True, slots=True)
class Work:
    """`papers`: asked for, those with a question mark where they fit."""

    name: str
    deposit: Decimal
    days: int
    papers: tuple[str, ...]
    alters_structure: bool = False
    wets: bool = False


PAPERS = (
    PaperKind("装修申请表", "打印后由申请人签字。", Asked.always, "D01"),
    PaperKind("施工人员登记表", "每个进场人员一行，附身份证复印件。", Asked.always, "D02"),
    PaperKind("申请人身份证复印件", "业主本人的；委托办理的，附委托书。", Asked.always),
    PaperKind("施工人员身份证复印件", "正反面，每人一份。", Asked.always),
    PaperKind("业主同意书", "由业主签字，写明同意承租人装修的项目。", Asked.tenant),
    PaperKind("施工企业营业执照和资质证书", "复印件加盖公章，资质在有效期内。", Asked.firm),
    PaperKind("装修设计图", "平面布置图，注明改动的位置和尺寸。"),
    PaperKind("水电改造图", "标明线路、管路走向和回路。"),
    PaperKind("电工证复印件", "在有效期内的特种作业操作证。"),
    PaperKind("防水施工方案", "写明材料、做法和闭水时间。"),
    PaperKind("拆改申请表", "逐项写明拆改的墙体、管线和位置。", form="D08"),
    PaperKind("结构设计单位出具的方案", "由原设计单位或者有相应资质的设计单位盖章。", Asked.bears),
    PaperKind("阳台封闭效果图", "样式和颜色与小区统一的要求一致。"),
    PaperKind("燃气公司同意书", "由燃气公司审核、改管并盖章。"),
    PaperKind("空调安装位置图", "室外机安装在预留的机位。"),
    PaperKind("店招效果图", "注明尺寸、材料和安装方式。"),
    PaperKind("户外招牌审批文件", "需要城市管理部门审批的，附批准文件。"),
    PaperKind("消防设计审查文件", "涉及消防设施或者公共场所的，附主管部门的文件。"),
)
# group -> name | deposit | days | papers (? where they fit) | marks
_TREE: dict[str, str] = {
    "室内装修": """
水电改造|2000|90|水电改造图 电工证复印件|wet
厨卫防水|2000|90|防水施工方案|wet
地面墙面|1000|60|装修设计图?
吊顶和隔断|1000|60|装修设计图
门窗更换|1000|30|装修设计图?
全屋装修|3000|90|装修设计图 水电改造图 电工证复印件 防水施工方案|wet
""",
    "拆改": """
非承重墙拆改|3000|90|装修设计图 拆改申请表|alters
承重结构改动|5000|90|装修设计图 拆改申请表|alters
楼板、墙体开洞|3000|60|装修设计图 拆改申请表|alters
给排水、暖气管线移位|2000|60|水电改造图 拆改申请表|alters wet
""",
    "外立面": """
阳台封闭|2000|30|阳台封闭效果图
外窗更换|1000|30|装修设计图
空调室外机安装|500|15|空调安装位置图
""",
    "设备": """
燃气管线改动|2000|30|燃气公司同意书
地暖、暖气改造|2000|60|水电改造图|wet
""",
    "商铺": """
店面装修|5000|60|装修设计图 水电改造图 电工证复印件 消防设计审查文件?
店面招牌|2000|15|店招效果图 户外招牌审批文件?
消防设施改动|5000|60|装修设计图 消防设计审查文件|alters
""",
    "其他": """
其他装修|1000|30|装修设计图?
""",
}


def tree() -> Iterator[tuple[str, list[Work]]]:
    for name, told in _TREE.items():
        yield name, [_work(*line.split("|")) for line in told.strip().splitlines()]


def _work(name: str, deposit: str, days: str, papers: str, marks: str = "") -> Work:
    return Work(
        name,
        Decimal(deposit),
        int(days),
        tuple(papers.split()),
        alters_structure="alters" in marks.split(),
        wets="wet" in marks.split(),
    )
