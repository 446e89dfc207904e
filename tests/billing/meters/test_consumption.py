"""What was used between two readings, reckoned by hand; the statement says the same."""

from datetime import date
from decimal import Decimal

import pytest

from crm.billing.meters.consumption import Anomaly, Dial, Read, Usual, anomaly, used

BEFORE, NOW = date(2026, 10, 25), date(2026, 11, 25)
CASES = {  # digits, reversed, multiplier, before, now, rolled -> used
    "plain": (5, False, 1, "120", "150", False, "30"),
    "decimals": (5, False, 1, "120.125", "150.5", False, "30.375"),
    "multiplier 40": (5, False, 40, "100", "112.5", False, "500"),
    "rolled over": (5, False, 1, "99950", "20", True, "70"),
    "rolled over × 40": (4, False, 40, "9990", "5", True, "600"),
    "eight figures": (8, False, 1, "99999999", "1", True, "2"),
    "reversed": (5, True, 1, "500", "420", False, "80"),
    "reversed past nought": (5, True, 1, "10", "99990", True, "20"),
    "negative": (5, False, 1, "150", "120", False, "-30"),
    "reversed that counted up": (5, True, 1, "420", "500", False, "-80"),
    "nothing": (5, False, 40, "150", "150", False, "0"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_used(case):
    digits, reverse, multiplier, before, now, rolled, expected = case
    read = Read(value=Decimal(now), read_on=NOW, multiplier=multiplier, rolled=rolled)
    assert used(Dial(digits=digits, reversed=reverse), Decimal(before), read) == Decimal(expected)


ODD = {  # now, rolled, multiplier, reversed, usual use in 60 days -> anomaly; before: 100 on 25 October
    "usual": ("110", False, 1, False, "20", None),
    "just under three times": ("130.99", False, 1, False, "20", None),
    "three times": ("131", False, 1, False, "20", Anomaly.high),
    "nothing known before": ("900", False, 1, False, "0", None),
    "nothing used": ("100", False, 1, False, "20", Anomaly.zero),
    "lower": ("90", False, 1, False, "20", Anomaly.below),
    "negative": ("110", False, 1, True, "20", Anomaly.negative),
    "multiplier": ("110", False, 40, False, "20", Anomaly.multiplier),
    "beyond": ("99999", False, 1000, False, "0", Anomaly.beyond),
    "rolled without need": ("110", True, 1, False, "20", Anomaly.high),
}


@pytest.mark.parametrize("case", ODD.values(), ids=ODD)
def test_anomaly(case):
    now, rolled, multiplier, reverse, usual, expected = case
    read = Read(value=Decimal(now), read_on=NOW, multiplier=multiplier, rolled=rolled)
    before = Read(value=Decimal(100), read_on=BEFORE)
    known = Usual(quantity=Decimal(usual), days=60 if Decimal(usual) else 0)
    assert anomaly(Dial(digits=5, reversed=reverse), before, read, known, 3) is expected
