"""Every decline shows a focused message and keeps the form, the order and the payment intent."""

import json
import re

import pytest
from playwright.sync_api import Route, expect

from storefront import settings
from tests.browser.actors import Buyer
from tests.browser.screens import on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.translated_text import in_language
from tests.cards import DECLINED, GOOD, INSUFFICIENT_FUNDS, STOLEN

UNPAID = "Payment not completed. You haven’t been charged."
DECLINED_TEXT = "Your bank declined this card. Try a different card, or contact your bank."
LIMIT = "This payment exceeds your card’s limit. Try a different card, or contact your bank."
BUSY = "There was a problem reaching the bank. Try again in a moment."
UNSUITED = "This card doesn’t support this payment. Try a different card."
UNPROVED = "Your bank couldn’t verify the payment. Try again or use a different card."
CARDS = {
    DECLINED: DECLINED_TEXT,
    INSUFFICIENT_FUNDS: "Insufficient funds. Try a different card.",
    "4000000000009987": DECLINED_TEXT,  # lost
    STOLEN: DECLINED_TEXT,  # stolen
    "4100000000000019": DECLINED_TEXT,  # fraudulent
    "4000000000000069": "This card has expired. Try a different card.",
    "4000000000000127": "Wrong CVC. Check it and try again.",
    "4000000000000119": BUSY,
    "4000000000006975": LIMIT,
}
# Decline codes that no test card produces; the test changes Stripe's response.
CODES = {
    "do_not_honor": DECLINED_TEXT,
    "pickup_card": DECLINED_TEXT,
    "merchant_blacklist": DECLINED_TEXT,
    "restricted_card": DECLINED_TEXT,
    "transaction_not_allowed": DECLINED_TEXT,
    "a_code_of_next_year": DECLINED_TEXT,
    "withdrawal_count_limit_exceeded": LIMIT,
    "invalid_amount": LIMIT,
    "currency_not_supported": "This card doesn’t support this currency. Try a different card.",
    "card_not_supported": UNSUITED,
    "offline_pin_required": UNSUITED,
    "try_again_later": BUSY,
    "issuer_not_available": BUSY,
    "authentication_required": UNPROVED,
    "incorrect_number": "Wrong card number. Check it and try again.",
    "invalid_expiry_year": "Wrong expiration date. Check it and try again.",
    "incorrect_zip": "The postal code doesn’t match this card. Check it and try again.",
    "duplicate_transaction": (
        "Your bank blocked this payment as a duplicate. Check your account before you try again."
    ),
}
MISTAKES = [
    ("number", {"number": "4242424242424241"}, "Wrong card number. Check it and try again."),
    ("number", {"number": "42424242"}, "Enter the full card number."),
    ("expiry", {"number": GOOD, "expiry": "0120"}, "This card has expired. Try a different card."),
    ("expiry", {"number": GOOD, "expiry": ""}, "Enter the full expiration date."),
    ("cvc", {"number": GOOD, "cvc": ""}, "Enter the full CVC."),
]


@on_a_phone
def test_declines_by_the_bank_show_their_message(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.open(address)
    buyer.fill_contact()
    for number, words in CARDS.items():
        buyer.type_card(number)
        buyer.press_pay()
        buyer.expect_alert(f"{words} {UNPAID}")
        expect(buyer.card_field("cardnumber")).to_have_value(re.compile(r"\d"))
    intents = {payment.intent_id for payment in shop.payments()}
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"]
    assert {payment.intent_id for payment in shop.payments()} == intents and len(intents) == 1


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_decline_codes_without_a_test_card_show_their_message(
    buyer: Buyer, address: str, shop: Shop, language: str
) -> None:
    # Only the browser hears of these declines, so its presses count as if no card had been tried.
    with shop.inside():
        settings.save({"presses_per_visit": 0})
    buyer.open(f"{address}?lang={language}")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    answer: dict[str, object] = {}
    confirmation = re.compile("/v1/payment_intents/[^/]+/confirm")
    buyer.page.route(confirmation, lambda route: refuse(route, answer))
    for code, words in CODES.items():
        answer.update(type="card_error", code="card_declined", decline_code=code, message="Stripe’s own words.")
        buyer.press_pay()
        buyer.expect_alert(f"{in_language(language, words)} {in_language(language, UNPAID)}")
    answer.update(type="invalid_request_error", code="a_code_of_next_year", decline_code=None)
    buyer.press_pay()
    buyer.expect_alert(
        in_language(
            language,
            "Payment isn’t possible right now. You haven’t been charged. Try again later or contact the seller.",
        )
    )
    buyer.page.unroute(confirmation)
    buyer.press_pay()
    expect(buyer.page).to_have_url(re.compile("/thank-you"))
    assert [order.status for order in shop.orders()] == ["paid"] and len(shop.payments()) == 1


def refuse(route: Route, error: dict[str, object]) -> None:
    headers = {"Access-Control-Allow-Origin": "*"}
    route.fulfill(status=402, content_type="application/json", headers=headers, body=json.dumps({"error": error}))


@on_a_phone
def test_errors_in_the_card_fields_show_their_message(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.open(address)
    buyer.fill_contact()
    for field, card, words in MISTAKES:
        buyer.type_card(**card)
        buyer.press_pay()
        expect(buyer.card_error(field)).to_have_text(words)
        expect(buyer.alert).to_have_text("Check the highlighted fields")
    assert shop.orders() == []
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and len(shop.payments()) == 1
