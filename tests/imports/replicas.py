"""The two outside workbooks told again, cell for cell where it matters, for machines that do not have them.

Same sheets, headings, values and traps: notes beside the data, numbers where text is meant, `#` between values,
placeholders for "not known", one ID number under five names, owners that nobody lists.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import xlsxwriter

NOTE = ["", "", "说明", "这一列怎样填写，写在数据旁边"]
OWNER_ID = "632126199109162011"
FEES = ["1#2", 1, 2, "1#2", 2, 2, 2, "1#2"]
STARTS = {"1#2": "2020-06-10#2020-07-10", 1: "2020-06-10", 2: "2020-06-10"}

ENTRANCES: list[list[Any]] = [
    ["楼栋号", "单元编号", "总层数", "是否有电梯"],
    *[[building, entrance, 33, "有"] for building in range(1, 14) for entrance in (1, 2)],
]
OWNERS: list[list[Any]] = [
    ["编号", "业主名称", "性别", "年龄", "手机号", "身份证号", "业主类型", "业主编号"],
    [1, "吴学文", "男", 28, 18999999999, OWNER_ID, 1001, 1],
    *[[row, f"张三{row - 1}", "男", 18, 18999999989 + row, OWNER_ID, 1001, row] for row in range(2, 6)],
]
FEE_SETTINGS: list[list[Any]] = [
    [
        "费用编号",
        "费用类型",
        "收费项目",
        "费用标识",
        "付费类型",
        "缴费周期",
        "出账类型",
        "计费起始时间",
        "计费结束时间",
        "计算公式",
        "计费单价",
        "固定费用",
    ],
    [1, "物业费", "测试收费1", "周期性费用", "预付费", 6, "每月1日", "2020-6-10", "2037-1-1", 1001, 1.3, 20],
    [2, "物业费", "测试收费2", "周期性费用", "预付费", 3, "每月1日", "2020-6-10", "2037-1-1", 1001, 1.0, 20],
]
UNITS: list[list[Any]] = [
    [
        "房屋编号",
        "楼栋编号",
        "单元编号",
        "房屋楼层",
        "房屋户型",
        "建筑面积",
        "业主编号",
        "房屋费用",
        "费用开始时间",
        "房屋类型",
        "室内面积",
        "租金",
    ],
    *[
        [1011 + row // 4 * 10 + row % 4, 1, 1, 1 + row // 4, "10102", 94.56, row + 1, fee, STARTS[fee], 110, 94.56, 0]
        for row, fee in enumerate(FEES)
    ],
]
PARKING: list[list[Any]] = [
    [
        "停车场编号",
        "车位编码",
        "停车场类型",
        "面积",
        "业主编号",
        "车牌号",
        "车品牌",
        "车类型（9901 家用小汽车 9902 客车 9903 货车）",
        "颜色",
        "出租还是出售（H出租S出售）",
        "开始时间",
        "结束时间",
    ],
    [1, "C0001", "地上停车位", 98.32],
]
ROOMS: list[list[Any]] = [
    [
        "楼号",
        "单元",
        "房间",
        "楼层",
        "总层数",
        "是否有电梯",
        "房屋类型",
        "房屋户型",
        "建筑面积",
        "室内面积",
        "租金",
        "房屋状态",
        "业主名称",
        "性别",
        "手机号",
        "身份证号",
        "业主类型",
    ],
    [
        1,
        1,
        1001,
        1,
        33,
        "有",
        110,
        10102,
        94.56,
        94.56,
        0,
        2001,
        "吴学文",
        "男",
        18909711443,
        "632126199109162056",
        1001,
    ],
]
WORKBOOKS = {
    "microcommunity-estate.xlsx": {
        "楼栋单元": ENTRANCES,
        "业主信息": OWNERS,
        "费用设置": FEE_SETTINGS,
        "房屋信息": UNITS,
        "车位信息": PARKING,
    },
    "microcommunity-rooms.xlsx": {"资产信息": ROOMS},
}


def told_again(name: str) -> Path:
    """The workbook as a file of this machine, with notes to the right and below the data."""
    path = Path(tempfile.mkdtemp(prefix="yihu-workbook-")) / name
    with xlsxwriter.Workbook(str(path)) as book:
        for title, rows in WORKBOOKS[name].items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            sheet.write_row(2, len(rows[0]), NOTE)
            sheet.write_row(len(rows) + 2, len(rows[0]), NOTE)
    return path
