"""Paying with a card: success, decline, 3-D Secure, three languages."""

import re

import pytest
from playwright.sync_api import expect

from storefront.models import WebhookEvent
from tests.browser.actors import Buyer
from tests.browser.screens import fits_all_screens, on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.browser.translated_text import in_language
from tests.cards import ASKS, DECLINED, GOOD

DECLINED_TEXT = "Your bank declined this card. Try a different card, or contact your bank."
UNPAID = "Payment not completed. You haven’t been charged."


@on_a_phone
def test_a_good_card_pays(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address, GOOD)
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("See you on Friday!")).to_be_visible()
    assert fits_all_screens(buyer.page)
    assert [order.status for order in shop.orders()] == ["paid"]


@on_a_phone
def test_after_a_decline_another_card_pays_the_same_order(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address, DECLINED)
    buyer.expect_alert(f"{DECLINED_TEXT} {UNPAID}")
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and len(shop.payments()) == 1


@on_a_phone
def test_a_passed_3d_secure_check_pays(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address, ASKS)
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"]
    assert [payment.status for payment in shop.payments()] == ["succeeded"]


@on_a_phone
def test_a_failed_3d_secure_check_can_be_repeated(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address, ASKS)
    buyer.answer_challenge("fail")
    buyer.expect_alert(f"Your bank couldn’t verify the payment. Try again or use a different card. {UNPAID}")
    buyer.press_pay()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and len(shop.payments()) == 1


@on_a_phone
def test_a_closed_3d_secure_check_can_be_repeated(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address, ASKS)
    buyer.answer_challenge("close")
    buyer.expect_alert(UNPAID)
    buyer.press_pay()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and len(shop.payments()) == 1


@on_a_phone
def test_a_double_click_makes_one_payment(buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe) -> None:
    buyer.open(address)
    buyer.fill_contact()
    buyer.type_card(GOOD)
    sent: list[str] = []
    buyer.page.on("request", lambda request: sent.append(request.method))
    buyer.pay_button.dblclick()
    buyer.expect_thank_you_page()
    assert sent.count("POST") == 2  # the checkout request, and the confirmation at Stripe
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


@pytest.mark.parametrize("language", ["uk", "en", "ru"])
def test_all_steps_are_in_the_buyers_language(buyer: Buyer, address: str, language: str) -> None:
    buyer.open(f"{address}?lang={language}")
    pay = in_language(language, "Pay %(amount)s", amount="")
    expect(buyer.pay_button).to_have_text(re.compile(f"^{re.escape(pay.strip())} .*19[.,]99"))
    buyer.press_pay()
    email = buyer.page.locator("#email")
    expect(email).to_have_accessible_description(in_language(language, "Enter your email address"))
    expect(email).to_have_accessible_name(in_language(language, "Email"))
    buyer.fill_contact()
    buyer.type_card(DECLINED)
    buyer.press_pay()
    buyer.expect_alert(f"{in_language(language, DECLINED_TEXT)} {in_language(language, UNPAID)}")
    buyer.type_card(GOOD)
    buyer.press_pay()
    expect(buyer.page).to_have_url(re.compile("/thank-you"))
    expect(buyer.page.get_by_role("heading", level=1)).to_contain_text(in_language(language, "Thank you"))
    expect(buyer.page.locator("html")).to_have_attribute("lang", language)


def test_a_webhook_alone_makes_it_paid_if_the_browser_closes_after_3d_secure(
    buyer: Buyer, address: str, shop: Shop
) -> None:
    buyer.pay(address, ASKS)
    buyer.page.route("**/orders/**", lambda route: route.abort())
    with buyer.page.expect_response("**/simulator/challenge/*"):
        buyer.answer_challenge("authorize")
    buyer.page.context.close()
    shop.until_order_is("paid")
    with shop.inside():
        assert "payment_intent.succeeded" in [event.type for event in WebhookEvent.select()]
