"""Beyond the limit on declined cards the browser solves a proof of work."""

import re

from playwright.sync_api import expect

from storefront import settings
from storefront.models import Decline
from tests.browser.actors import Buyer
from tests.browser.shop_process import Shop
from tests.cards import DECLINED, GOOD


def test_beyond_the_limit_the_browser_solves_a_proof_of_work_and_the_buyer_pays(shop: Shop, buyer: Buyer) -> None:
    address = shop.make_offer(shop.connect_merchant())
    with shop.inside():
        settings.save({"declines_per_offer_hour": 1})
    asked: list[str] = []
    buyer.page.on("request", lambda request: asked.append(request.url))
    buyer.pay(address, DECLINED)
    expect(buyer.alert).not_to_be_empty()
    # Opening the order's page records the declines, as the webhook would.
    buyer.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    with shop.inside():
        assert Decline.select().count() == 1
    assert not any("pbkdf2" in url for url in asked)
    buyer.pay(address, GOOD)
    expect(buyer.page).to_have_url(re.compile("/thank-you"))
    assert any("pbkdf2" in url for url in asked)
