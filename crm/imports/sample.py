"""A workbook to begin with: the headings that are understood, over a small estate that nobody lives in.

In Chinese whatever the language of who asks: so are the workbooks that companies keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from crm.web.excel import Workbook

NAME = "示例小区.xlsx"
BUILDINGS = ("楼号", "单元", "总层数", "电梯")
PLACE = ("楼号", "单元", "房间号", "楼层", "房屋用途", "建筑面积", "房屋状态", "交房日期")
ROOMS = (*PLACE, "业主姓名", "手机号", "身份证号", "租户姓名", "租户电话", "车牌号", "备注")
PARKING = ("停车场", "车位号", "车位类型", "租售状态", "车主姓名", "手机号", "车牌号")
ROWS_OF_BUILDINGS = (("1", "1", "6", "无"), ("1", "2", "6", "无"), ("2", "1", "18", "有"))
OWNED = (("101", "示例赵一"), ("102", "示例钱二"), ("201", "示例孙三"), ("202", "示例李四"))


def sample() -> bytes:
    buffer = BytesIO()
    with Workbook(buffer, "楼栋", BUILDINGS, ["text"] * len(BUILDINGS)) as book:
        book.add(ROWS_OF_BUILDINGS)
        book.begin("房屋和住户", ROOMS, ["text"] * len(ROOMS))
        book.add(_rooms())
        book.begin("车位", PARKING, ["text"] * len(PARKING))
        book.add(_parking())
    return buffer.getvalue()


def _rooms() -> Iterator[tuple[str, ...]]:
    for place, (room, name) in enumerate(OWNED, start=1):
        yield "1", "1", room, room[0], "住宅", "89.5", "已入住", "2024-06-30", name, _phone(place), *_nothing(5)
    let = ("2", "1", "1801", "18", "住宅", "120", "已出租", "2024-06-30", "示例周五", _phone(5), "")
    yield *let, "示例吴六", _phone(6), "", "门铃坏，请打电话"
    yield "1", "2", "101", "1", "住宅", "92", "未售", *_nothing(8)


def _parking() -> Iterator[tuple[str, ...]]:
    yield "地下车库", "B1-001", "地下", "出售", OWNED[0][1], _phone(1), ""
    yield "地面", "A-001", "地面", "出租", *_nothing(3)


def _nothing(columns: int) -> tuple[str, ...]:
    return ("",) * columns


def _phone(number: int) -> str:
    """Nobody's."""
    return f"1390000{number:04d}"
