"""What a unit owes: cases reckoned by hand, with their arithmetic, and what holds for any of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.billing.arithmetic import (
    Days,
    Rounding,
    Stretch,
    Valid,
    amount,
    month_of,
    months,
    rounded,
    shared_out,
    stretches,
    used,
)

BEGIN = date(2020, 1, 1)
FEN = Decimal("0.01")


def on(text: str) -> date:
    return date.fromisoformat(text)


def counts(*figures: tuple[str, str]) -> list[Valid[Decimal]]:
    return [Valid(since=on(day), figure=Decimal(figure), source=key) for key, (day, figure) in enumerate(figures, 1)]


# what, charged days, quantity, prices, rounding, yuan: the arithmetic stands behind each.
CASES = [
    ("a whole month", [("2026-11-01", "2026-12-01")], "120.50", [("2020-01-01", "2.80")], "fen", "337.40"),
    # 120.50 × 2.80 = 337.400
    ("moved in on the 12th", [("2026-11-12", "2026-12-01")], "120.50", [("2020-01-01", "2.80")], "fen", "213.69"),
    # 120.50 × 2.80 × 19/30 = 213.6866…
    ("moved out on the 12th", [("2026-11-01", "2026-11-12")], "120.50", [("2020-01-01", "2.80")], "fen", "123.71"),
    # 120.50 × 2.80 × 11/30 = 123.7133…; with the line above 337.40
    ("February of a leap year", [("2028-02-10", "2028-03-01")], "89.99", [("2020-01-01", "1.95")], "fen", "121.02"),
    # 89.99 × 1.95 × 20/29 = 121.0210…
    (
        "a new price on the 16th",
        [("2026-07-01", "2026-08-01")],
        "100",
        [("2020-01-01", "2"), ("2026-07-16", "3")],
        "fen",
        "251.61",
    ),
    # 100 × 2 × 15/31 = 96.774… and 100 × 3 × 16/31 = 154.838…; rounded once: 251.612…
    ("to the jiao", [("2026-11-12", "2026-12-01")], "120.50", [("2020-01-01", "2.80")], "jiao", "213.70"),
    ("to the yuan", [("2026-11-01", "2026-12-01")], "120.50", [("2020-01-01", "2.80")], "yuan", "337.00"),
    ("half a fen", [("2026-11-01", "2026-12-01")], "1", [("2020-01-01", "0.125")], "fen", "0.13"),
    (
        "a price put right the same day",
        [("2026-11-01", "2026-12-01")],
        "10",
        [("2026-11-01", "9"), ("2026-11-01", "3")],
        "fen",
        "30.00",
    ),
    ("no price before the 21st", [("2026-11-01", "2026-12-01")], "30", [("2026-11-21", "1")], "fen", "10.00"),
    # 30 × 1 × 10/30
    (
        "empty in between",
        [("2026-11-01", "2026-11-06"), ("2026-11-26", "2026-12-01")],
        "60",
        [("2020-01-01", "1")],
        "fen",
        "20.00",
    ),
    # 60 × (5 + 5)/30
    ("over the turn of the year", [("2026-12-17", "2027-01-16")], "31", [("2020-01-01", "1")], "fen", "30.00"),
    # 31 × 15/31 + 31 × 15/31
    ("nothing", [("2026-11-05", "2026-11-05")], "31", [("2020-01-01", "1")], "fen", "0.00"),
]


@pytest.mark.parametrize(
    ("charged", "quantity", "prices", "rounding", "yuan"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_reckoned_by_hand(charged, quantity, prices, rounding, yuan) -> None:
    days = [Days(on(begins), on(ends)) for begins, ends in charged]
    parts = stretches(days, counts(("2020-01-01", quantity)), counts(*prices))
    assert amount(parts, Rounding(rounding)) == Decimal(yuan)


def test_a_new_area_counts_from_its_day() -> None:
    """100 × 2 × 10/30 + 90 × 2 × 20/30."""
    parts = stretches(
        [month_of(on("2026-11-05"))], counts(("2020-01-01", "100"), ("2026-11-11", "90")), counts(("2020-01-01", "2"))
    )
    assert [(len(part.days), part.quantity) for part in parts] == [(10, Decimal(100)), (20, Decimal(90))]
    assert amount(parts) == Decimal("186.67")


def test_a_line_keeps_what_it_was_made_of() -> None:
    [part] = stretches(
        [Days(on("2026-11-12"), on("2026-12-01"))], counts(("2020-01-01", "120.50")), counts(("2020-01-01", "2.80"))
    )
    told = {
        "from": "2026-11-12",
        "to": "2026-11-30",
        "days": 19,
        "of": 30,
        "quantity": "120.50",
        "price": "2.80",
        "tariff": 1,
    }
    assert part.told() == told


def test_a_stretch_lies_within_one_month() -> None:
    with pytest.raises(ValueError, match="one month"):
        Stretch(days=Days(on("2026-11-12"), on("2026-12-02")), quantity=Decimal(1), price=Decimal(1), tariff_id=1)


DAYS = st.dates(BEGIN, date(2035, 1, 1))
SPANS = st.tuples(DAYS, DAYS).map(lambda both: Days(min(both), max(both)))
QUANTITIES = st.decimals(0, 5000, places=2)
PRICES = st.lists(st.tuples(DAYS, st.decimals(0, 50, places=4)), max_size=5).map(
    lambda rows: [Valid(since=day, figure=price, source=key) for key, (day, price) in enumerate(rows)]
)


@given(SPANS, QUANTITIES, PRICES, st.data())
def test_cutting_the_days_anywhere_charges_the_same(span, quantity, prices, data) -> None:
    """Somebody comes or goes on any day: nothing is charged twice and no day is forgotten."""
    area = [Valid(since=BEGIN, figure=quantity, source=0)]
    cut = data.draw(st.dates(span.begins, span.ends))
    whole = stretches([span], area, prices)
    parts = stretches([Days(span.begins, cut), Days(cut, span.ends)], area, prices)
    assert sum(part.exact for part in whole) == sum(part.exact for part in parts)


@given(SPANS)
def test_months_cover_a_span_without_gap(span) -> None:
    parts = months(span)
    assert sum(map(len, parts)) == len(span)
    assert all(one.ends == two.begins for one, two in pairwise(parts))


@given(SPANS, QUANTITIES, PRICES, st.decimals(0, 50, places=4))
def test_a_later_price_changes_no_day_before_it(span, quantity, prices, price) -> None:
    area = [Valid(since=BEGIN, figure=quantity, source=0)]
    later = [*prices, Valid(since=span.ends, figure=price, source=99)]
    assert stretches([span], area, prices) == stretches([span], area, later)


@given(st.fractions(-(10**6), 10**6), st.sampled_from(Rounding))
def test_rounding_is_within_half_a_step_and_the_same_both_ways(yuan, rounding) -> None:
    step = {Rounding.fen: Fraction(1, 100), Rounding.jiao: Fraction(1, 10), Rounding.yuan: Fraction(1)}[rounding]
    assert abs(Fraction(rounded(yuan, rounding)) - yuan) <= step / 2
    assert rounded(-yuan, rounding) == -rounded(yuan, rounding)
    assert Fraction(rounded(yuan, rounding)) % step == 0


@given(st.decimals(-(10**7), 10**7, places=2), st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=30))
def test_shares_add_up_to_the_last_fen(total, weights) -> None:
    named = dict(enumerate(weights))
    if not sum(weights):
        with pytest.raises(ValueError, match="weights"):
            shared_out(total, named)
        return
    parts = shared_out(total, named)
    assert sum(parts.values()) == total
    for key, part in parts.items():
        assert abs(Fraction(part) - Fraction(total) * Fraction(named[key]) / Fraction(sum(weights))) < Fraction(1, 100)


def test_the_largest_remainder_gets_the_fen() -> None:
    """By 1 : 1 : 1 one fen of 100.00 is left; by 3 : 2 : 1 of 50.00, 33.33… and 16.66… the last is nearest to it."""
    thirds = shared_out(Decimal(100), dict.fromkeys("甲乙丙", Decimal(1)))
    assert list(thirds.values()) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    sixths = shared_out(Decimal(100), {"甲": Decimal(3), "乙": Decimal(2), "丙": Decimal(1)})
    assert list(sixths.values()) == [Decimal("50.00"), Decimal("33.33"), Decimal("16.67")]


@pytest.mark.parametrize(
    ("previous", "reading", "multiplier", "rolls_at", "units"),
    [
        ("1204", "1237.5", "1", None, "33.5"),
        ("1204", "1237.5", "40", None, "1340.0"),
        ("99980", "15", "1", "100000", "35"),
        ("99980", "15", "1", None, "-99965"),
    ],
)
def test_what_a_meter_used(previous, reading, multiplier, rolls_at, units) -> None:
    highest = Decimal(rolls_at) if rolls_at else None
    assert used(Decimal(previous), Decimal(reading), multiplier=Decimal(multiplier), rolls_at=highest) == Decimal(units)
