"""Buying inside of another website: its page has a frame with the offer, on another origin than the shop's."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from storefront.models import Merchant, Offer, Order
from storefront.offers.redirects import set_redirect
from stripe_simulator import accounts
from tests.browser.actors import Buyer
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import BANK_FRAMES, CARD_FRAMES, SimulatedStripe
from tests.cards import ASKS, GOOD
from tests.http_server import website


@pytest.fixture
def blog(address: str, shop: Shop, tmp_path: Path) -> Iterator[str]:
    """The addresses of a page with the HTML from the share panel: `/`, and `/sandbox.html` that can't be left."""
    frame = f'<iframe src="{address}/embed" title="Evening" width="100%" height="300" allow="payment"'
    script = f'<script src="{shop.url}/static/js/embed.js" async></script>'
    sandbox = 'sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox"'
    for name, attributes in (("index", ""), ("sandbox", sandbox)):
        page = f"<!doctype html><title>Blog</title><h1>Blog</h1>{frame} {attributes}></iframe>{script}"
        (tmp_path / f"{name}.html").write_text(page)
    with website(tmp_path) as origin:
        shop.change(Offer, allowed_sites=origin)
        yield origin


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title=Evening]")


def pay(page: Page, card: str) -> None:
    frame = frame_of(page)
    frame.get_by_label("Email").fill("marko@example.com")
    frame.get_by_label("Name").fill("Marko")
    for name, typed in (("cardnumber", card), ("exp-date", "1234"), ("cvc", "123")):
        frame.frame_locator(CARD_FRAMES[name]).first.locator(f"input[name={name}]").press_sequentially(typed)
    frame.get_by_role("button", name="Pay").click()


def authorize(page: Page) -> None:
    dialog = frame_of(page).frame_locator(BANK_FRAMES[0])
    bank = dialog.frame_locator(BANK_FRAMES[1])
    bank.get_by_role("button", name="Complete").click()


def test_after_3d_secure_the_orders_page_takes_the_place_of_the_website(buyer: Buyer, blog: str, shop: Shop) -> None:
    page = buyer.page
    page.goto(f"{blog}/?utm_source=newsletter&lang=uk")
    expect(frame_of(page).get_by_role("heading", name="Watercolour evening")).to_be_visible()
    frame = page.locator("iframe[title=Evening]")
    page.wait_for_function("frame => frame.offsetHeight > 400", arg=frame.element_handle())
    assert frame_of(page).locator("html").evaluate("page => page.scrollHeight <= page.clientHeight")
    pay(page, ASKS)
    authorize(page)
    buyer.expect_thank_you_page()
    assert page.context.cookies() == []
    (order,) = shop.orders()
    assert order.status == "paid" and order.arrival == {"referrer": f"{blog}/", "utm_source": "newsletter"}


def test_where_the_browser_refuses_to_leave_the_frame_says_that_it_is_paid(buyer: Buyer, blog: str, shop: Shop) -> None:
    page = buyer.page
    page.goto(f"{blog}/sandbox.html")
    pay(page, GOOD)
    frame = frame_of(page)
    expect(frame.get_by_role("status").filter(has_text="Payment received")).to_be_visible()
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="View your order").click()
    Buyer(opened.value).expect_thank_you_page()
    assert page.url == f"{blog}/sandbox.html"
    # The frame sells again: a new visit, a new order.
    page.reload()
    pay(page, GOOD)
    expect(frame.get_by_role("status").filter(has_text="Payment received")).to_be_visible()
    with shop.inside():
        assert Order.select().where(Order.status << ["paid", "pending"]).count() == 2


def test_other_websites_show_an_empty_frame(buyer: Buyer, blog: str, shop: Shop) -> None:
    shop.change(Offer, allowed_sites="https://www.example.org")
    buyer.page.goto(blog)
    expect(frame_of(buyer.page).get_by_role("heading", name="Watercolour evening")).not_to_be_attached()


@pytest.mark.parametrize("allows", [True, False])
def test_wallets_pay_in_the_frame_where_the_website_allows_it(
    buyer: Buyer, blog: str, shop: Shop, chosen_stripe: SimulatedStripe, tmp_path: Path, allows: bool
) -> None:
    """The simulator has the wallet in each browser: the page alone decides. Then the owner's page opens."""
    page = buyer.page
    with shop.inside():
        offer = Offer.get()
        assert set_redirect(offer, "https://owner.example.com/thanks?from=shop") == {}
        offer.save()
    chosen_stripe.simulator.change_account(accounts.OLENA.id, wallets=["apple_pay"])
    shop.change(Merchant, wallets="apple_pay")
    if not allows:
        html = (tmp_path / "index.html").read_text()
        (tmp_path / "index.html").write_text(html.replace('allow="payment"', ""))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(blog)
    frame = frame_of(page)
    expect(frame.get_by_role("button", name="Pay", exact=False)).to_be_enabled()
    if not allows:
        expect(frame.locator("#express-checkout")).to_be_hidden()
        assert not any("wallets" in url for url in asked)
        return
    frame.frame_locator("#express-checkout iframe").get_by_role("button", name="Apple Pay").click()
    with page.expect_request(re.compile("^https://owner[.]example[.]com/thanks")) as sent:
        frame.frame_locator("body > iframe[name^=__privateStripeFrame]").locator("#wallet-pay").click()
    (order,) = shop.orders()
    assert (
        f"?from=shop&order={order.number}&status=paid&timestamp=" in sent.value.url and "&signature=" in sent.value.url
    )
    assert sent.value.frame == page.main_frame and order.status == "paid" and not order.redirects
