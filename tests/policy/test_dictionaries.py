"""Dictionaries: codes stay readable whatever happens to their entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, g
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Engine

from crm.auth.actor import system_actor
from crm.db import session
from crm.errors import DomainError, Stale
from crm.policy import dictionaries, service
from crm.policy.dictionaries import Dictionary

Work = Callable[..., Any]


@pytest.fixture
def reasons() -> Iterator[Dictionary]:
    before = dict(dictionaries.declared)
    yield Dictionary(key="tests.reason", title="Reasons", defaults={"repair": "报修", "fee": "费用", "other": "其他"})
    dictionaries.declared.clear()
    dictionaries.declared.update(before)


def change(dictionary: Dictionary, code: str, **given: Any) -> None:
    entry = dictionary.get(code)
    facts = {"title": entry.title, "active": entry.active, "version": entry.version} | given
    service.change_entry(dictionary, entry, **facts)


def codes(dictionary: Dictionary) -> list[str]:
    return [code for code, _title in dictionary.choices()]


def test_the_defaults_stand_in_their_order(work: Work, reasons: Dictionary) -> None:
    with work():
        assert reasons.choices() == [("repair", "报修"), ("fee", "费用"), ("other", "其他")]


def test_an_entry_out_of_use_is_offered_no_more_but_stays_readable(work: Work, reasons: Dictionary) -> None:
    with work():
        change(reasons, "fee", active=False)
    with work():
        assert codes(reasons) == ["repair", "other"]
        assert reasons.choices(keep="fee")[1] == ("fee", "费用")
        assert reasons.title_of("fee") == "费用"
        assert reasons.title_of("of an older version") == "of an older version"


def test_a_new_entry_stands_last_and_a_renamed_one_keeps_its_code(work: Work, reasons: Dictionary) -> None:
    with work():
        code = service.add_entry(reasons, "装修咨询").code
        change(reasons, "repair", title="报修与维修")
        assert reasons.choices()[0] == ("repair", "报修与维修")
        assert reasons.choices()[-1] == (code, "装修咨询")


def test_moving_shifts_the_others(work: Work, reasons: Dictionary) -> None:
    with work():
        service.move_entry(reasons, reasons.get("other"), -1)
        assert codes(reasons) == ["repair", "other", "fee"]
        service.move_entry(reasons, reasons.get("repair"), -1)
        assert codes(reasons) == ["repair", "other", "fee"]
        service.move_entry(reasons, reasons.get("repair"), 1)
        assert codes(reasons) == ["other", "repair", "fee"]


def test_a_title_nobody_changed_follows_the_readers_language(work: Work, reasons: Dictionary) -> None:
    with work() as db:
        service.move_entry(reasons, reasons.get("other"), -2)
        change(reasons, "fee", active=False)
        kept = dictionaries.find_row(reasons, "fee")
        db.flush()
        assert kept is not None
        assert kept.title == ""


def test_the_last_entry_in_use_stays(work: Work, reasons: Dictionary) -> None:
    with work():
        change(reasons, "repair", active=False)
        change(reasons, "fee", active=False)
        with pytest.raises(DomainError):
            change(reasons, "other", active=False)
        assert codes(reasons) == ["other"]


def test_two_entries_never_have_one_title(work: Work, reasons: Dictionary) -> None:
    with work():
        change(reasons, "fee", active=False)
        with pytest.raises(DomainError):
            service.add_entry(reasons, "费用")
        with pytest.raises(DomainError):
            change(reasons, "other", title="报修")


def test_a_second_tab_is_refused(work: Work, reasons: Dictionary) -> None:
    with work():
        change(reasons, "fee", title="费用查询", version=0)
        with pytest.raises(Stale):
            change(reasons, "fee", title="收费", version=0)


def test_all_dictionaries_cost_one_query_a_request(
    work: Work, reasons: Dictionary, queries: Callable[..., Any]
) -> None:
    other = Dictionary(key="tests.other", title="Others", defaults={"a": "A"})
    with work(), queries() as seen:
        for dictionary in (reasons, other, reasons):
            dictionary.choices()
            dictionary.title_of("repair")
    assert len(seen) == 1


def test_a_key_is_declared_once_and_an_unknown_one_raises(reasons: Dictionary) -> None:
    with pytest.raises(TypeError, match="twice"):
        Dictionary(key=reasons.key, title="", defaults={})
    with pytest.raises(KeyError):
        dictionaries.get_dictionary("tests.nothing")


STEPS = some.lists(
    some.tuples(some.sampled_from(("add", "rename", "switch", "up", "down")), some.integers(0, 9)), max_size=12
)


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(STEPS)
def test_whatever_is_done_no_code_is_lost(app: Flask, engine: Engine, steps: list[tuple[str, int]]) -> None:
    """Any row of steps: every code ever seen stays readable, positions stay distinct, one entry stays in use."""
    dictionaries.declared.pop("tests.any", None)
    words = Dictionary(key="tests.any", title="Any", defaults={"a": "A", "b": "B"})
    seen = {"a", "b"}
    with app.app_context():
        g.actor = system_actor("tests")
        session().connection(execution_options={"writes": True})
        for number, (step, which) in enumerate(steps):
            entries = words.entries()
            entry = entries[which % len(entries)]
            try:
                if step == "add":
                    seen.add(service.add_entry(words, f"own {number}").code)
                elif step in ("up", "down"):
                    service.move_entry(words, entry, -1 if step == "up" else 1)
                elif step == "rename":
                    change(words, entry.code, title=f"name {number}")
                else:
                    change(words, entry.code, active=not entry.active)
            except DomainError:
                pass
            assert {entry.code for entry in words.entries()} == seen
            assert all(words.title_of(code) != "" for code in seen)
            assert len({entry.position for entry in words.entries()}) == len(seen)
            assert words.choices()
        session().info.clear()
    dictionaries.declared.pop("tests.any", None)
