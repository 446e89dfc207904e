"""Prices and quantities as people type them."""

from decimal import Decimal

import pytest

from crm.web.amounts import parse_figure


@pytest.mark.parametrize(
    ("typed", "places", "meant"),
    [
        ("2.80", 6, "2.80"),
        ("2.80元/㎡", 6, "2.80"),
        ("￥2.8 元/㎡/月", 6, "2.8"),
        ("０．５８８元/度", 6, "0.588"),
        ("0.123456", 6, "0.123456"),
        ("1,234.5", 3, "1234.5"),
        ("120.5 m2", 3, "120.5"),
        ("38度", 3, "38"),
        ("150.000000", 3, "150"),
    ],
)
def test_figures(typed, places, meant):
    assert parse_figure(typed, places) == Decimal(meant)


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("", 6),
        ("-1", 6),
        ("0.1234567", 6),
        ("1.2345", 3),
        ("一百", 3),
        ("1e5", 3),
        ("NaN", 3),
        ("12元钱", 6),
        ("1/2", 6),
    ],
)
def test_what_is_no_figure(typed, places):
    with pytest.raises(ValueError):  # noqa: PT011 - it says the text, which the field says better
        parse_figure(typed, places)
