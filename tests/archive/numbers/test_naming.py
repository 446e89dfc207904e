"""Archive numbers read as they are written, in any spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.archive.numbers.naming import ArchiveNo, is_word, parse

WORDS = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4)
NUMBERS = st.builds(ArchiveNo, st.integers(1990, 2199), WORDS, st.integers(1, 20_000), st.none() | st.integers(1, 300))
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")


@given(NUMBERS)
def test_a_number_reads_back(number):
    assert parse(number.text) == number


@given(NUMBERS)
def test_full_width_digits_and_blanks_change_nothing(number):
    assert parse(" ".join(number.text.translate(WIDE))) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (ArchiveNo(2012, "鸿借", 1), "2012鸿借字第001号"),
        (ArchiveNo(2012, "鸿借", 1, 1), "2012鸿借字第001-01号"),
        (ArchiveNo(2012, "鸿保", 1000), "2012鸿保字第1000号"),
    ],
)
def test_how_it_is_written(number, text):
    assert number.text == text


@pytest.mark.parametrize(
    "text",
    ["", "2012鸿借", "12鸿借字第001号", "2012字第001号", "2012鸿借字第01号", "2012鸿借字第000号", "2012鸿1字第001号"],
)
def test_what_is_no_number(text):
    assert parse(text) is None


@given(st.lists(NUMBERS))
def test_they_sort_by_integers(numbers):
    ordered = sorted(numbers)
    assert [(each.word, each.year, each.serial) for each in ordered] == sorted(
        (each.word, each.year, each.serial) for each in numbers
    )


def test_the_thousandth_comes_behind_the_999th():
    assert ArchiveNo(2012, "鸿借", 999) < ArchiveNo(2012, "鸿借", 1000)


@pytest.mark.parametrize(
    ("word", "possible"), [("鸿借", True), ("", False), ("鸿 借", False), ("鸿2", False), ("{x}", False)]
)
def test_which_words_a_series_may_have(word, possible):
    assert is_word(word) is possible
