"""The owner connects programs of their own: one hears of each sale, one reads orders with a token."""

import requests
from playwright.sync_api import ConsoleMessage, expect
from standardwebhooks import Webhook

from storefront.models import DeliveryState, WebhookDelivery
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.other_program import running_program
from tests.processes import until


def test_a_program_hears_of_a_sale_and_another_reads_it(owner: Owner, buyer: Buyer, address: str, shop: Shop) -> None:
    page = owner.page
    with running_program() as program:
        owner.open("/admin/settings/webhooks/new")
        page.get_by_label("URL", exact=True).fill(f"{program.url}/hooks")
        page.get_by_role("button", name="Save").click()
        secret = page.locator("#signing-secret").inner_text()
        buyer.pay(address)
        buyer.expect_thank_you_page()
        until(lambda: is_delivered(shop), "the program to hear of the sale")
        told = Webhook(secret).verify(program.received[0].body, program.received[0].headers)
        assert told["type"] == "order.paid"
        page.get_by_role("link", name="View endpoint").click()
        row = page.get_by_role("row").filter(has_text="order.paid")
        expect(row).to_contain_text("Delivered")
        row.get_by_role("link", name="order.paid").click()
        page.get_by_role("button", name="Resend").click()
        expect(page.get_by_text("The event is being delivered again.")).to_be_visible()
        until(lambda: len(program.received) == 2, "the program to hear of the sale again")
        assert program.received[1].json == program.received[0].json

    owner.open("/admin/settings/api")
    page.get_by_label("Token name").fill("Bookkeeping")
    page.get_by_role("button", name="New token").click()
    token = page.locator("#new-token").inner_text()
    read = requests.get(f"{shop.url}/api/v1/orders", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    assert [order["id"] for order in read.json()["data"]] == [told["data"]["order"]["id"]]
    owner.open("/admin/settings/api")
    expect(page.get_by_role("row").filter(has_text="Bookkeeping")).to_contain_text("Last used")
    assert token not in page.content()

    # The sale is on the chart of the dashboard, which breaks no rule of the Content-Security-Policy.
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("console", note)
    page.emulate_media(color_scheme="dark")
    owner.open("/admin")
    expect(page.locator(".chart canvas")).to_be_visible()
    assert errors == []


def is_delivered(shop: Shop) -> bool:
    with shop.inside():
        return bool(WebhookDelivery.select().where(WebhookDelivery.state == DeliveryState.DELIVERED).count())
