"""Test cards: what each number does (docs.stripe.com/testing), and how a card's data is checked."""

import time
from dataclasses import dataclass

from stripe_simulator.errors import StripeError

# When the bank asks for 3-D Secure. "optional" only when the merchant requests it.
NEVER, OPTIONAL, UNLESS_SET_UP, ALWAYS = "never", "optional", "unless_set_up", "always"


@dataclass(frozen=True)
class TestCard:
    """One test number. `decline` names an entry of DECLINES; `saves` says whether it can be kept for later
    although charging it is declined."""

    number: str
    tokens: tuple[str, ...] = ()
    decline: str | None = None
    asks: str = NEVER
    saves: bool = False
    says: str = "succeeds"
    funding: str = "credit"
    country: str = "US"
    already_set_up: bool = False


@dataclass(frozen=True)
class Decline:
    """How a bank's no reads: Stripe's code, decline code and sentence."""

    code: str
    decline_code: str
    message: str
    param: str | None = None
    advice: str | None = None


DECLINED = "Your card was declined."
DECLINES = {
    "generic_decline": Decline("card_declined", "generic_decline", DECLINED, advice="try_again_later"),
    "insufficient_funds": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds.", advice="try_again_later"
    ),
    "lost_card": Decline("card_declined", "lost_card", DECLINED, advice="do_not_try_again"),
    "stolen_card": Decline("card_declined", "stolen_card", DECLINED, advice="do_not_try_again"),
    "fraudulent": Decline("card_declined", "fraudulent", DECLINED, advice="do_not_try_again"),
    "card_velocity_exceeded": Decline(
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    ),
    "expired_card": Decline("expired_card", "expired_card", "Your card has expired.", "exp_month"),
    "incorrect_cvc": Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "cvc"),
    "processing_error": Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
        advice="try_again_later",
    ),
    "authentication_required": Decline(
        "authentication_required",
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
    "live_mode_test_card": Decline(
        "card_declined",
        "live_mode_test_card",
        "Your card was declined. Your request was in live mode, but used a known test card.",
    ),
    "test_mode_live_card": Decline(
        "card_declined",
        "test_mode_live_card",
        "Your card was declined. Your request was in test mode, but used a non test card.",
    ),
}

TEST_CARDS = (
    TestCard("4242424242424242", ("pm_card_visa", "tok_visa")),
    TestCard("4000056655665556", ("pm_card_visa_debit", "tok_visa_debit"), funding="debit"),
    TestCard("5555555555554444", ("pm_card_mastercard", "tok_mastercard")),
    TestCard("2223003122003222", ()),
    TestCard("5200828282828210", ("pm_card_mastercard_debit", "tok_mastercard_debit"), funding="debit"),
    TestCard("378282246310005", ("pm_card_amex", "tok_amex")),
    TestCard("6011111111111117", ("pm_card_discover", "tok_discover")),
    TestCard("3056930009020004", ("pm_card_diners", "tok_diners")),
    TestCard("3566002020360505", ("pm_card_jcb", "tok_jcb"), country="JP"),
    TestCard("6200000000000005", ("pm_card_unionpay", "tok_unionpay"), country="CN"),
    TestCard("4000000000000077", ("pm_card_bypassPending", "tok_bypassPending")),
    TestCard(
        "4000000000000002",
        ("pm_card_chargeDeclined", "pm_card_visa_chargeDeclined", "tok_chargeDeclined"),
        "generic_decline",
        says="declined",
    ),
    TestCard(
        "4000000000009995",
        ("pm_card_chargeDeclinedInsufficientFunds", "pm_card_visa_chargeDeclinedInsufficientFunds"),
        "insufficient_funds",
        says="insufficient funds",
    ),
    TestCard("4000000000009987", ("pm_card_visa_chargeDeclinedLostCard",), "lost_card", says="lost card"),
    TestCard("4000000000009979", ("pm_card_visa_chargeDeclinedStolenCard",), "stolen_card", says="stolen card"),
    TestCard("4000000000000069", ("pm_card_chargeDeclinedExpiredCard",), "expired_card", says="expired card"),
    TestCard("4000000000000127", ("pm_card_chargeDeclinedIncorrectCvc",), "incorrect_cvc", says="wrong CVC"),
    TestCard(
        "4000000000000119",
        ("pm_card_chargeDeclinedProcessingError",),
        "processing_error",
        says="processing error",
    ),
    TestCard(
        "4000000000006975",
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded",),
        "card_velocity_exceeded",
        says="tried too often",
    ),
    TestCard(
        "4100000000000019",
        ("pm_card_radarBlock", "pm_card_chargeDeclinedFraudulent"),
        "fraudulent",
        saves=True,
        says="blocked as fraudulent",
    ),
    TestCard(
        "4000000000000341",
        ("pm_card_chargeCustomerFail", "tok_chargeCustomerFail"),
        "generic_decline",
        saves=True,
        says="saves, then declines when charged",
    ),
    TestCard("4000000000003055", ("pm_card_threeDSecureOptional",), asks=OPTIONAL, says="3-D Secure if requested"),
    TestCard("4000000000003063", ("pm_card_threeDSecureRequired",), asks=ALWAYS, says="asks for 3-D Secure"),
    TestCard("4000000000003220", ("pm_card_threeDSecure2Required",), asks=ALWAYS, says="asks for 3-D Secure"),
    TestCard(
        "4000002760003184",
        ("pm_card_authenticationRequired",),
        asks=ALWAYS,
        says="asks for 3-D Secure every time",
    ),
    TestCard(
        "4000002500003155",
        ("pm_card_authenticationRequiredOnSetup",),
        asks=UNLESS_SET_UP,
        says="asks for 3-D Secure unless set up for later use",
    ),
    TestCard(
        "4000003800000446",
        ("pm_card_authenticationRequiredSetupForOffSession",),
        asks=UNLESS_SET_UP,
        already_set_up=True,
        says="asks for 3-D Secure; already set up for later use",
    ),
    TestCard(
        "4000008400001629",
        ("pm_card_threeDSecureRequiredChargeDeclined",),
        "generic_decline",
        asks=ALWAYS,
        says="3-D Secure, then declined",
    ),
    TestCard(
        "4000008260003178",
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",),
        "insufficient_funds",
        asks=ALWAYS,
        saves=True,
        says="3-D Secure, then insufficient funds",
    ),
    TestCard("4000000000005126", ("pm_card_refundFail",), says="succeeds; a refund fails later"),
    TestCard("4000000000000259", ("pm_card_createDispute",), says="succeeds; disputed later"),
)
BY_NUMBER = {card.number: card for card in TEST_CARDS}
BY_TOKEN = {token: card for card in TEST_CARDS for token in card.tokens}
NOT_A_TEST_CARD = TestCard("")


def behaviour(number: str, livemode: bool) -> TestCard:
    """What a number does in a mode. Test cards are declined in live mode and the other way round."""
    known = BY_NUMBER.get(number)
    if livemode:
        return TestCard(number, decline="live_mode_test_card") if known else NOT_A_TEST_CARD
    return known or TestCard(number, decline="test_mode_live_card")


def brand_of(number: str) -> str:
    """Stripe's word for the network a number belongs to."""
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
    """Refuses a card whose data can't be right, before any bank is asked.

    Raises StripeError 402 `card_error`: `incorrect_number`, `invalid_number`, `invalid_expiry_month`,
    `invalid_expiry_year`, `invalid_cvc`.
    """
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        raise refused("invalid_number", "The card number is not a valid credit card number.", "number")
    if not passes_luhn(number):
        raise refused("incorrect_number", "Your card number is incorrect.", "number")
    this_year, this_month = time.gmtime()[:2]
    if not this_year <= exp_year <= this_year + 50:
        raise refused("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year")
    if not 1 <= exp_month <= 12 or (exp_year == this_year and exp_month < this_month):
        raise refused("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    digits = 4 if brand_of(number) == "amex" else 3
    if cvc is not None and not (cvc.isascii() and cvc.isdigit() and len(cvc) in (3, digits)):
        raise refused("invalid_cvc", "Your card's security code is invalid.", "cvc")


def refused(code: str, message: str, param: str) -> StripeError:
    return StripeError(402, "card_error", message, code=code, param=param)


def passes_luhn(number: str) -> bool:
    """The check digit every card number ends with (ISO/IEC 7812)."""
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number))]
    return sum(digit // 10 + digit % 10 for digit in doubled) % 10 == 0
