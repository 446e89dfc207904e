"""The draw: a sample of the dossiers, and the same one from the same seed."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from crm.review.sampling.drawing import LARGEST_SEED, drawn, usual_size

IDS = st.lists(st.integers(1, 2**31), unique=True, max_size=60)
SEEDS = st.integers(0, LARGEST_SEED - 1)


@given(IDS, st.integers(1, 80), SEEDS, st.randoms())
def test_a_draw_is_of_those_there_are_and_comes_again_in_whatever_order_they_stand(ids, size, seed, dice):
    found = drawn(ids, size, seed)
    assert len(found) == len(set(found)) == min(size, len(ids))
    assert set(found) <= set(ids)
    dice.shuffle(ids)
    assert drawn(ids, size, seed) == found


@given(IDS, SEEDS)
def test_a_larger_sample_has_the_smaller_one_in_it(ids, seed):
    assert drawn(ids, 60, seed)[:7] == drawn(ids, 7, seed)


def test_every_dossier_is_as_likely_as_any_other():
    """2,000 samples of 5 of 20: each about 500 times, less than five deviations (19) away."""
    times = Counter(each for seed in range(2_000) for each in drawn(range(1, 21), 5, seed))
    assert len(times) == 20
    assert all(abs(count - 500) < 97 for count in times.values())


def test_the_draw_of_a_seed_stays_what_it_was():
    """Whoever draws a sample of years ago again must get it."""
    assert drawn(range(1, 101), 5, 20261124) == [69, 22, 54, 55, 74]


def test_the_usual_size_is_a_share_within_what_is_sensible():
    assert usual_size(1_000, 5, 5, 500) == 50
    assert usual_size(1_001, 5, 5, 500) == 51
    assert usual_size(30, 5, 5, 500) == 5
    assert usual_size(3, 5, 5, 500) == 3
    assert usual_size(100_000, 5, 5, 500) == 500
    assert usual_size(0, 5, 5, 500) == 0
