"""What people say when they complain, and which category of the shipped tree is proposed for it."""

from __future__ import annotations

import pytest

from crm.calls.guessing import Known, guess, says_any
from crm.complaints.categories.defaults import tree
from crm.complaints.intake.words import GRAVE, SAID

SHIPPED = [(kind.name, group) for group, _department, kinds in tree() for kind in kinds]
TREE = [Known(number, name, group) for number, (name, group) in enumerate(SHIPPED, 1)]
NAMES = {each.id: each.name for each in TREE}


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("楼上半夜太吵了", "噪声扰民"),
        ("报修三天了没人来", "维修不及时"),
        ("上次修了又坏", "维修质量"),
        ("楼道一个星期没打扫", "保洁不到位"),
        ("垃圾桶满了没人收", "垃圾清运"),
        ("楼下饭店油烟很大", "油烟异味"),
        ("有人往下扔烟头", "高空抛物"),
        ("消防通道堵了", "消防"),
        ("有陌生人尾随我进楼", "陌生人尾随"),
        ("前台态度很差还骂人", "态度"),
        ("打电话没人回", "答复不及时"),
        ("这个月物业费账单算错了", "账单错误"),
        ("我被困在电梯里", "困人"),
        ("电梯总是坏", "故障"),
        ("隔壁装修电钻", "装修扰民"),
        ("邻居的狗乱叫", "宠物"),
        ("外卖电动车飞线", "电动车充电"),
        ("停车位被占", "停车"),
    ],
)
def test_what_people_say(said: str, first: str) -> None:
    assert NAMES[guess(said, TREE, SAID)[0]] == first


def test_every_word_leads_to_a_kind_that_is_shipped() -> None:
    assert sorted(set(SAID.values()) - set(NAMES.values())) == []


@pytest.mark.parametrize("said", ["", "喂", "你好，我想问一下"])
def test_what_means_nothing_known(said: str) -> None:
    assert guess(said, TREE, SAID) == []
    assert not says_any(said, GRAVE)


@pytest.mark.parametrize("said", ["孩子被困电梯", "有人从楼上扔瓶子", "他们打架了", "我要找记者"])
def test_grave_as_it_is_said(said: str) -> None:
    assert says_any(said, GRAVE)
