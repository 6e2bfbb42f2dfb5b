"""Amounts in minor units. Expected values are literals: no test converts back with the same function."""

import pytest

from storefront.money import CURRENCIES, Money, PriceError, parse_amount, parse_price


@pytest.mark.parametrize(
    ("typed", "currency", "minor_units"),
    [
        ("19.99", "USD", 1999),
        ("19,99", "EUR", 1999),
        ("20", "EUR", 2000),
        ("0.50", "EUR", 50),
        ("1 999.5", "EUR", 199950),
        ("1500", "JPY", 1500),
        ("1.25", "KWD", 1250),
        ("1.250", "KWD", 1250),
        ("12", "KWD", 12000),
        ("1990", "HUF", 199000),
        ("1990.50", "HUF", 199050),
        ("1500", "ISK", 150000),
        ("5000", "UGX", 500000),
        ("999999.99", "USD", 99999999),
    ],
)
def test_a_typed_price_is_parsed_to_stripes_minor_units(typed: str, currency: str, minor_units: int) -> None:
    assert parse_price(typed, currency) == Money(minor_units, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "code"),
    [
        ("1e3", "USD", "price_format"),
        ("NaN", "USD", "price_format"),
        ("Infinity", "USD", "price_format"),
        ("-5", "USD", "price_format"),
        ("+5", "USD", "price_format"),
        ("", "USD", "price_format"),
        ("٥٠", "USD", "price_format"),
        ("1,999.50", "USD", "price_format"),
        ("0x10", "USD", "price_format"),
        ("19.999", "USD", "price_decimals"),
        ("19.990", "EUR", "price_decimals"),
        ("1500.5", "JPY", "price_decimals"),
        ("1500.0", "JPY", "price_decimals"),
        ("1.255", "KWD", "price_decimals"),
        ("1500.5", "ISK", "price_decimals"),
        ("5000.01", "UGX", "price_decimals"),
        ("0", "EUR", "price_too_small"),
        ("0.49", "USD", "price_too_small"),
        ("49", "JPY", "price_too_small"),
        ("174.99", "HUF", "price_too_small"),
        ("1000000", "USD", "price_too_large"),
        ("100000000", "JPY", "price_too_large"),
    ],
)
def test_prices_that_cannot_be_charged_are_refused(typed: str, currency: str, code: str) -> None:
    with pytest.raises(PriceError) as refusal:
        parse_price(typed, currency)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("amount", "currency", "english", "ukrainian", "typed"),
    [
        (1999, "USD", "$19.99", "19,99\xa0$", "19.99"),
        (1999, "EUR", "€19.99", "19,99\xa0€", "19.99"),
        (1500, "JPY", "¥1,500", "1\xa0500\xa0¥", "1500"),
        (1250, "KWD", "KWD\xa01.250", "1,250\xa0KWD", "1.250"),
        (199000, "HUF", "Ft\xa01,990.00", "1\xa0990,00\xa0Ft", "1990.00"),
        (2490, "UAH", "₴24.90", "24,90\xa0₴", "24.90"),
        (2490, "PLN", "zł\xa024.90", "24,90\xa0zł", "24.90"),
        # Other dollars would be read as the one of the United States.
        (2490, "CAD", "CA$24.90", "24,90\xa0CAD", "24.90"),
        (150000, "ISK", "ISK\xa01,500", "1\xa0500\xa0ISK", "1500"),
        (500000, "UGX", "UGX\xa05,000", "5\xa0000\xa0UGX", "5000"),
        # CLDR gives AFN no decimals, Stripe uses two: the shown amount must be the charged one.
        (1050, "AFN", "AFN\xa010.50", "10,50\xa0AFN", "10.50"),
    ],
)
def test_the_shown_amount_is_exactly_the_charged_amount(
    amount: int, currency: str, english: str, ukrainian: str, typed: str
) -> None:
    money = Money(amount, currency)
    assert money.format("en") == english
    assert money.format("uk") == ukrainian
    assert money.decimal_text() == typed


def test_currencies_are_uppercase_and_never_added_together() -> None:
    assert {"USD", "EUR", "UAH", "JPY", "KWD", "HUF", "ISK", "UGX"} <= set(CURRENCIES)
    assert all(code.isupper() and len(code) == 3 for code in CURRENCIES)
    with pytest.raises(ValueError, match="cannot add"):
        Money(1, "EUR") + Money(1, "USD")


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [("0.01", "EUR", 1), ("19,99", "EUR", 1999), ("7", "JPY", 7), ("1.25", "KWD", 1250), ("0.01", "KWD", 10)],
)
def test_refund_amounts_may_be_below_the_minimum_charge(typed: str, currency: str, amount: int) -> None:
    assert parse_amount(typed, currency) == Money(amount, currency)


@pytest.mark.parametrize(("typed", "currency"), [("1.255", "KWD"), ("0.5", "JPY"), ("1.5", "ISK"), ("NaN", "EUR")])
def test_amounts_with_too_many_decimals_are_refused(typed: str, currency: str) -> None:
    with pytest.raises(PriceError):
        parse_amount(typed, currency)
