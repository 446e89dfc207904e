"""Yuan and fen: nothing is lost, nothing is rounded unasked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from crm.money import Fen, Hundredths, from_fen, round_to_fen, to_fen

BIGGEST = 2**63 - 1
FEN = st.integers(-BIGGEST, BIGGEST)
TRIAL = Table(
    "money_trial",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("amount", Fen),
    Column("area", Hundredths),
    prefixes=["TEMPORARY"],
)


@given(FEN)
def test_fen_come_back_as_they_went(fen):
    assert to_fen(from_fen(fen)) == fen


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2))
def test_yuan_come_back_as_they_went(yuan):
    assert from_fen(to_fen(yuan)) == yuan


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_rounding_ends_at_the_nearest_fen(yuan):
    rounded = round_to_fen(yuan)
    assert rounded.as_tuple().exponent == -2
    assert abs(rounded - yuan) <= Decimal("0.005")
    assert to_fen(rounded) == rounded * 100


@pytest.mark.parametrize(
    ("yuan", "rounded"),
    [("0.005", "0.01"), ("0.015", "0.02"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("0.0049", "0.00"), ("12", "12.00")],
)
def test_halves_go_up_as_on_a_bill(yuan, rounded):
    assert str(round_to_fen(Decimal(yuan))) == rounded


@pytest.mark.parametrize("yuan", ["0.001", "12.345", "-0.005", "NaN"])
def test_parts_of_a_fen_are_refused(yuan):
    with pytest.raises(ValueError, match="whole number of fen"):
        to_fen(Decimal(yuan))


def test_the_database_keeps_and_sums_exactly(db):
    amounts = [Decimal("0.10")] * 3 + [Decimal("-0.30"), Decimal("90071992547409.93"), Decimal("0.01"), None]
    connection = db.connection()
    TRIAL.create(connection)
    connection.execute(insert(TRIAL), [{"amount": amount, "area": amount} for amount in amounts])
    for column in (TRIAL.c.amount, TRIAL.c.area):
        assert list(connection.scalars(select(column).order_by(TRIAL.c.id))) == amounts
        assert connection.scalar(select(func.sum(column))) == Decimal("90071992547409.94")
    TRIAL.drop(connection)


def test_the_database_takes_no_part_of_a_fen(db):
    connection = db.connection()
    TRIAL.create(connection)
    with pytest.raises(StatementError, match="whole number of fen"):
        connection.execute(insert(TRIAL), {"amount": Decimal("0.001")})
    TRIAL.drop(connection)
