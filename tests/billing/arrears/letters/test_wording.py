"""What somebody writes is text: known placeholders are replaced, nothing is executed."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale

from crm.billing.arrears.dunning.models import StepKind
from crm.billing.arrears.dunning.wording import FIRST, LAWYERS, PLACEHOLDERS, SECOND, fault_of, filled, to_begin_with

VALUES = {name: f"<{name}>" for name in PLACEHOLDERS}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{name}：", "<name>："),
        ("{amount}{amount}", "<amount><amount>"),
        ("{name.__class__} {0} {name!r} {name:>9}", "{name.__class__} {0} {name!r} {name:>9}"),
        ("{{ name }} {% if x %}", "{{ name }} {% if x %}"),
        ("{{name}}", "{<name>}"),
        ("{unknown} 100%s %(name)s", "{unknown} 100%s %(name)s"),
    ],
)
def test_only_known_placeholders_are_replaced(text: str, wanted: str) -> None:
    assert filled(text, VALUES) == wanted


def test_a_value_is_not_looked_at_again() -> None:
    assert filled("{name} {units}", VALUES | {"name": "{phone}", "units": "{name}"}) == "{phone} {name}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{name}，{units}", ""),
        ("", ""),
        ("{nmae}", "{nmae}"),
        ("{name.__class__}", "{name.__class__}"),
        ("{ name }", "{ name }"),
        ("{name", "alone"),
        ("name}", "alone"),
    ],
)
def test_an_unknown_placeholder_is_named(app: Flask, text: str, wanted: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert wanted in fault_of(text)
        assert bool(fault_of(text)) == bool(wanted)


@pytest.mark.parametrize("wording", [FIRST, SECOND, LAWYERS])
def test_the_texts_to_begin_with_are_sound(app: Flask, wording) -> None:
    with app.test_request_context():
        assert [fault_of(wording.subject), fault_of(wording.body)] == ["", ""]
    whole = filled(wording.body, VALUES)
    assert "{" not in whole
    for name in ("name", "units", "amount", "amount_in_capitals", "pay_until", "phone"):
        assert VALUES[name] in whole
    assert "第九百四十四条" in whole


def test_which_text_a_step_begins_with() -> None:
    assert to_begin_with(StepKind.letter) is FIRST
    assert to_begin_with(StepKind.letter, again=True) is SECOND
    assert to_begin_with(StepKind.lawyers_letter) is LAWYERS
