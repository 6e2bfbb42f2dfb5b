"""Too many declined cards: an honest buyer hardly notices the work that opens the way."""

import re

from playwright.sync_api import expect

from storefront import settings
from storefront.models import Decline
from tests.browser.people import Buyer
from tests.browser.shop import Shop


def test_beyond_the_limit_the_browser_works_and_the_buyer_pays(shop: Shop, buyer: Buyer) -> None:
    address = shop.make_offer(shop.connect_merchant())
    with shop.inside():
        settings.save({"declines_per_offer_hour": 1})
    asked: list[str] = []
    buyer.page.on("request", lambda request: asked.append(request.url))
    buyer.pay(address, "4000000000000002")
    expect(buyer.alert).not_to_be_empty()
    # The order's page asks Stripe, as the webhook would have the worker do.
    buyer.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    with shop.inside():
        assert Decline.select().count() == 1
    assert not any("pbkdf2" in url for url in asked)
    buyer.pay(address, "4242424242424242")
    expect(buyer.page).to_have_url(re.compile("/thank-you"), timeout=20_000)
    assert any("pbkdf2" in url for url in asked)
