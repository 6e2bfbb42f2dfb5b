"""Amounts in minor units: limits and divisibility per currency."""

import pytest

from tests.simulator.shop import Shop, error_of


@pytest.mark.parametrize(
    ("currency", "amount"),
    [
        *(("usd", 50), ("eur", 50), ("gbp", 30), ("jpy", 50), ("huf", 17500), ("huf", 199000)),
        *(("kwd", 5990), ("isk", 10000), ("ugx", 3700000), ("USD", 1999), ("twd", 5000)),
    ],
)
def test_amounts_within_the_limits_are_accepted(olena: Shop, currency: str, amount: int) -> None:
    payment = olena.payment(amount=amount, currency=currency)
    assert (payment.amount, payment.currency) == (amount, currency.lower())


@pytest.mark.parametrize(
    ("currency", "amount", "code"),
    [
        *(("usd", 49, "amount_too_small"), ("eur", 49, "amount_too_small"), ("jpy", 49, "amount_too_small")),
        *(("huf", 17499, "amount_too_small"), ("mxn", 999, "amount_too_small")),
        *(("usd", 100_000_000, "amount_too_large"), ("jpy", 100_000_000, "amount_too_large")),
        *(("isk", 10050, "parameter_invalid_integer"), ("ugx", 3700050, "parameter_invalid_integer")),
        *(("kwd", 5991, "parameter_invalid_integer"), ("eur", 0, "parameter_invalid_integer")),
        ("eur", -100, "parameter_invalid_integer"),
    ],
)
def test_amounts_outside_the_limits_are_refused_with_stripes_code(
    olena: Shop, currency: str, amount: int, code: str
) -> None:
    error = error_of(olena.payment, amount=amount, currency=currency)
    assert (error.http_status, error.code, error.param) == (400, code, "amount")


def test_the_error_names_the_minimum_amount(olena: Shop) -> None:
    assert error_of(olena.payment, amount=10).user_message == "Amount must be at least €0.50 eur"
    assert error_of(olena.payment, amount=10, currency="jpy").user_message == "Amount must be at least ¥50 jpy"


def test_a_currency_the_account_cannot_charge_is_refused(olena: Shop, kenji: Shop) -> None:
    assert error_of(kenji.payment, amount=5990, currency="kwd").param == "currency"
    error = error_of(olena.payment, currency="xxx")
    assert error.user_message.startswith("Invalid currency: xxx.")
