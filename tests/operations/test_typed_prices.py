"""Spaces in typed prices."""

import pytest

from storefront.money import PriceError, parse_price


@pytest.mark.parametrize(
    ("typed", "currency", "minor_units"),
    [
        ("1 990", "HUF", 199_000),
        ("12 345,50", "EUR", 1_234_550),
        ("1\u00a0999.5", "EUR", 199_950),
        ("999\u202f999", "JPY", 999_999),
        (" 19.99 ", "EUR", 1_999),
    ],
)
def test_spaces_between_thousands_are_accepted(typed: str, currency: str, minor_units: int) -> None:
    assert parse_price(typed, currency).amount == minor_units


@pytest.mark.parametrize("typed", ["19.9 9", "19. 99", "19 .99", "1 9", "1 99.00", "1  000", "1234 567", "1 000 00"])
def test_spaces_elsewhere_are_refused(typed: str) -> None:
    with pytest.raises(PriceError) as refused:
        parse_price(typed, "EUR")
    assert refused.value.code == "price_format"
