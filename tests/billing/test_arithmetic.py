"""What some days cost: cases reckoned by hand, their arithmetic beside them, and what holds for any of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, literal, select

from crm.billing.arithmetic import STEPS, Days, Rounding, cost, cut, first_of, month_of, next_month, rounded
from crm.billing.ledger.invariants import LARGEST_PRODUCT, fen_of_product

CASES = [  # what, quantity, price, days, of, rounding, yuan, arithmetic
    ("a whole month", "120.50", "2.80", 30, 30, "fen", "337.40", "120.50 × 2.80 = 337.4"),
    ("moved in on the 12th", "120.50", "2.80", 19, 30, "fen", "213.69", "120.50 × 2.80 × 19/30 = 213.6866…"),
    ("moved out on the 12th", "120.50", "2.80", 11, 30, "fen", "123.71", "120.50 × 2.80 × 11/30 = 123.7133…"),
    ("one day of January", "120.50", "2.80", 1, 31, "fen", "10.88", "337.40 / 31 = 10.8838…"),
    ("February of a leap year", "89.99", "1.95", 20, 29, "fen", "121.02", "89.99 × 1.95 × 20/29 = 121.0210…"),
    ("February of no leap year", "89.99", "1.95", 20, 28, "fen", "125.34", "89.99 × 1.95 × 20/28 = 125.3432…"),
    ("the old price's days", "100", "2", 15, 31, "fen", "96.77", "100 × 2 × 15/31 = 96.7741…"),
    ("the new price's days", "100", "3", 16, 31, "fen", "154.84", "100 × 3 × 16/31 = 154.8387…"),
    ("to the jiao, down", "120.50", "2.8003", 30, 30, "jiao", "337.40", "120.50 × 2.8003 = 337.43615"),
    ("to the jiao, up", "120.50", "2.80", 19, 30, "jiao", "213.70", "213.6866…"),
    ("to the yuan", "120.50", "2.80", 30, 30, "yuan", "337.00", "337.4"),
    ("half a yuan goes up", "1", "0.50", 30, 30, "yuan", "1.00", "0.5"),
    ("half a jiao goes up", "1", "0.25", 30, 30, "jiao", "0.30", "0.25"),
    ("half a fen goes up", "1", "0.125", 1, 1, "fen", "0.13", "0.125"),
    ("less than half a fen is nothing", "1", "0.004999", 1, 1, "fen", "0.00", "0.004999"),
    ("a meter", "33.5", "3.45", 1, 1, "fen", "115.58", "33.5 × 3.45 = 115.575"),
    ("a price with six decimals", "301.07", "1.333333", 30, 30, "fen", "401.43", "301.07 × 1.333333 = 401.426…"),
    ("nothing", "0", "2.80", 30, 30, "fen", "0.00", "0"),
]
ABOUT = ("quantity", "price", "days", "of", "rounding", "yuan")
TABLE = pytest.mark.parametrize(ABOUT, [case[1:7] for case in CASES], ids=[case[0] for case in CASES])


@TABLE
def test_reckoned_by_hand(quantity, price, days, of, rounding, yuan) -> None:
    assert cost(Decimal(quantity), Decimal(price), days, of, Rounding(rounding)) == Decimal(yuan)


def in_sql(db, quantity, price, days, of, rounding) -> int | None:
    """Fen, by the statement that publishes."""
    figures = (Decimal(quantity).scaleb(3), Decimal(price).scaleb(6), days, of, STEPS[Rounding(rounding)])
    return db.scalar(select(fen_of_product(*(literal(int(figure), BigInteger) for figure in figures))))


@TABLE
def test_the_database_reckons_the_same(db, quantity, price, days, of, rounding, yuan) -> None:
    assert in_sql(db, quantity, price, days, of, rounding) == int(Decimal(yuan) * 100)


def test_the_database_reckons_the_largest_exactly_and_nothing_beyond(db) -> None:
    """100,000 m² at 1,000 yuan for 30 of 31 days: 96,774,193.548387…; one thousandth more is refused."""
    assert in_sql(db, "100000", "1000", 30, 31, "fen") == 9_677_419_355
    assert LARGEST_PRODUCT == 100_000_000 * 1_000_000_000
    assert in_sql(db, "100000.001", "1000", 30, 31, "fen") is None
    assert in_sql(db, "100000", "100000", 31, 31, "fen") is None


def test_months() -> None:
    assert month_of(date(2028, 2, 17)) == Days(date(2028, 2, 1), date(2028, 3, 1))
    assert len(month_of(date(2028, 2, 17))) == 29
    assert month_of(date(2026, 12, 31)).last == date(2026, 12, 31)
    assert first_of(date(2026, 12, 31)) == date(2026, 12, 1)
    assert next_month(date(2026, 12, 31)) == date(2027, 1, 1)
    assert next_month(date(2027, 1, 31), -2) == date(2026, 11, 1)
    with pytest.raises(ValueError, match="before"):
        Days(date(2026, 2, 2), date(2026, 2, 1))


SUMS = st.decimals(0, 10**7, places=2)


@given(st.fractions(0, 10**7), st.sampled_from(Rounding))
def test_rounding_is_within_half_a_step_and_up_at_the_half(yuan, rounding) -> None:
    step = Fraction(STEPS[rounding], 100)
    found = Fraction(rounded(yuan, rounding))
    assert found % step == 0
    assert -step / 2 < found - yuan <= step / 2


@given(SUMS, st.integers(2, 31), st.data())
def test_both_parts_of_a_cut_line_add_up_to_it(amount, days, data) -> None:
    first = data.draw(st.integers(0, days))
    sellers, buyers = cut(amount, days, first)
    assert sellers + buyers == amount
    assert min(sellers, buyers) >= 0
    assert abs(Fraction(sellers) - Fraction(amount) * Fraction(first, days)) <= Fraction(1, 200)


@given(st.decimals(0, 5000, places=3), st.decimals(0, 50, places=6), st.integers(1, 31))
def test_stretches_of_a_month_stay_within_half_a_fen_each(quantity, price, days) -> None:
    """Somebody comes on any day: the two lines are at most a fen from the whole month's."""
    whole = cost(quantity, price, 31, 31)
    parts = cost(quantity, price, days, 31) + cost(quantity, price, 31 - days, 31)
    assert abs(whole - parts) <= Decimal("0.01")
