"""Checks of card data that need no bank: number, expiry date and CVC."""

import time

from stripe_simulator.errors import StripeError


def brand_of(number: str) -> str:
    """Return Stripe's name for the card network of a number."""
    two, four = int(number[:2]), int(number[:4])
    if number[0] == "4":
        return "visa"
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return "mastercard"
    by_two = {34: "amex", 37: "amex", 30: "diners", 36: "diners", 38: "diners", 35: "jcb", 62: "unionpay"}
    if two in by_two:
        return by_two[two]
    return "discover" if four == 6011 or two in (64, 65) else "unknown"


def check_card(number: str, exp_month: int, exp_year: int, cvc: str | None) -> None:
    """Check card data before any bank is asked.

    Raises StripeError 402 `card_error`: `incorrect_number`, `invalid_number`, `invalid_expiry_month`,
    `invalid_expiry_year`, `invalid_cvc`.
    """
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        raise card_error("invalid_number", "The card number is not a valid credit card number.", "number")
    if not passes_luhn(number):
        raise card_error("incorrect_number", "Your card number is incorrect.", "number")
    this_year, this_month = time.gmtime()[:2]
    if not this_year <= exp_year <= this_year + 50:
        raise card_error("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year")
    if not 1 <= exp_month <= 12 or (exp_year == this_year and exp_month < this_month):
        raise card_error("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    digits = 4 if brand_of(number) == "amex" else 3
    if cvc is not None and not (cvc.isascii() and cvc.isdigit() and len(cvc) in (3, digits)):
        raise card_error("invalid_cvc", "Your card's security code is invalid.", "cvc")


def card_error(code: str, message: str, param: str) -> StripeError:
    return StripeError(402, "card_error", message, code=code, param=param)


def passes_luhn(number: str) -> bool:
    """Check the last digit of the card number (ISO/IEC 7812)."""
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number))]
    return sum(digit // 10 + digit % 10 for digit in doubled) % 10 == 0
