"""Separators in typed prices."""

import pytest

from storefront.money import CURRENCIES, THREE_DECIMAL, Money, PriceError, parse_amount, parse_price


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


@pytest.mark.parametrize(
    ("typed", "currency", "whole", "decimal"),
    [
        ("1,000", "KWD", "1000", "1.00"),
        ("1,250", "KWD", "1250", "1.25"),
        ("1,000", "EUR", "1000", "1.00"),
        ("19,990", "EUR", "19990", "19.99"),
        ("1,234", "EUR", "1234", "1.234"),
        ("1.500", "EUR", "1500", "1.50"),
        ("100,000", "JPY", "100000", "100"),
        ("1.000", "JPY", "1000", "1"),
        ("5,000", "UGX", "5000", "5"),
        ("2,000", "HUF", "2000", "2.00"),
    ],
)
def test_defect_43_a_separator_with_two_readings_is_refused_with_both(
    typed: str, currency: str, whole: str, decimal: str
) -> None:
    for parse in (parse_price, parse_amount):
        with pytest.raises(PriceError) as refused:
            parse(typed, currency)
        assert refused.value.code == "price_ambiguous"
        details = refused.value.details
        assert (details["typed"], details["whole"], details["decimal"]) == (typed, whole, decimal)


def test_defect_43_no_comma_or_point_before_three_digits_is_read_silently_in_any_currency() -> None:
    for currency in CURRENCIES:
        for typed in ("1,000", "12,500", "999,999", "1.000", "12.500"):
            if "." in typed and currency in THREE_DECIMAL:
                continue
            with pytest.raises(PriceError, match="price_ambiguous"):
                parse_amount(typed, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "minor_units"),
    [
        ("0,500", "KWD", 500),
        ("1234,500", "KWD", 1_234_500),
        ("1 234,500", "KWD", 1_234_500),
        ("1.250", "KWD", 1_250),
        ("1,5", "EUR", 150),
        ("1,50", "EUR", 150),
    ],
)
def test_defect_43_amounts_with_one_reading_are_accepted(typed: str, currency: str, minor_units: int) -> None:
    assert parse_amount(typed, currency).amount == minor_units


def test_defect_43_the_price_that_a_form_shows_can_be_saved_again() -> None:
    for currency in CURRENCIES:
        shown = Money(1_000 if currency in THREE_DECIMAL else 100_000, currency)
        assert parse_amount(shown.decimal_text(), currency) == shown
