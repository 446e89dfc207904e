"""What takes long to load is loaded when it is needed, and not before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from crm.late import late

SLOW = ("weasyprint", "pypinyin.phrases_dict")


def test_the_command_line_starts_without_what_prints_and_spells_and_a_server_has_it_before_it_answers() -> None:
    loaded = f"print(*(name in sys.modules for name in {SLOW}))"
    code = f"import sys, crm.cli; {loaded}; crm.late.load_all(); {loaded}"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == ["False False", "True True"]


def test_a_module_comes_with_the_first_thing_asked_of_it() -> None:
    assert late("colorsys").rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
    assert late("json") is sys.modules["json"]


def test_a_module_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(ModuleNotFoundError):
        late("crm.nowhere")
