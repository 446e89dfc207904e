"""What callers say, and which problem of the shipped tree is proposed for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.calls.guessing import Known, guess, says_any
from crm.repairs.categories.defaults import tree
from crm.repairs.intake.words import GRAVE, SAID

SHIPPED = [(problem.name, group) for _place, group, problems in tree() for problem in problems]
TREE = [Known(number, name, group) for number, (name, group) in enumerate(SHIPPED, 1)]
NAMES = {each.id: each.name for each in TREE}


def meant(text: str) -> list[str]:
    return [NAMES[key] for key in guess(text, TREE, SAID)]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("厨房水管漏水", "水管漏水"),
        ("水管爆了，地上全是水", "爆管跑水"),
        ("厕所堵了，水下不去", "下水堵塞"),
        ("水龙头一直滴水", "水龙头阀门"),
        ("家里突然没电了", "全屋停电"),
        ("一烧水就跳闸", "跳闸"),
        ("插座冒烟", "冒烟打火"),
        ("卧室灯不亮", "灯具"),
        ("三楼楼道灯不亮", "楼道灯不亮"),
        ("钥匙断在锁里了", "门锁打不开"),
        ("暖气不热", "暖气不热"),
        ("漏到楼下了", "渗漏到楼下"),
        ("对讲没声音", "对讲门铃"),
        ("厨房有煤气味", "燃气异味"),
        ("我被困在电梯里了", "困人"),
        ("电梯里有人被困", "困人"),
        ("电梯停了", "停运"),
        ("路边井盖没了", "井盖缺失"),
    ],
)
def test_what_people_say(said: str, first: str) -> None:
    assert meant(said)[0] == first


@pytest.mark.parametrize("said", ["", "喂", "你好，我想问一下", "hello", "12345"])
def test_what_means_nothing_known(said: str) -> None:
    assert guess(said, TREE, SAID) == []


def test_a_tree_of_other_names_is_guessed_by_what_it_shares() -> None:
    own = [Known(1, "泳池水泵", "会所"), Known(2, "健身器材", "会所")]
    assert guess("泳池的水泵不转", own, SAID) == [1]
    assert guess("会所的门", own, SAID) == [1, 2]
    assert guess("漏水", own, SAID) == []


@given(st.text(alphabet="".join(SAID) + "的了在", max_size=12), st.integers(1, 8))
def test_each_once_and_no_more_than_asked(text: str, most: int) -> None:
    found = guess(text, TREE, SAID, most)
    assert len(found) == len(set(found)) <= most
    assert found == guess(text, TREE, SAID, len(TREE))[:most]


@pytest.mark.parametrize("word", GRAVE)
def test_grave_words(word: str) -> None:
    assert says_any(f"快来，{word}，在3栋", GRAVE)


@pytest.mark.parametrize("said", ["水管爆了", "有人被困", "洗衣机漏电", "阳台插座打火"])
def test_grave_as_it_is_said(said: str) -> None:
    assert says_any(said, GRAVE)


@pytest.mark.parametrize("said", ["", "灯不亮", "水龙头滴水", "门打不开"])
def test_nothing_grave(said: str) -> None:
    assert not says_any(said, GRAVE)


def test_every_word_leads_to_a_problem_that_is_shipped() -> None:
    assert sorted(set(SAID.values()) - set(NAMES.values())) == []
