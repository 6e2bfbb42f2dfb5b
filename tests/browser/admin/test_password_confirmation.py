"""The password again before keys and exports: what was typed is sent afterwards by itself."""

from datetime import timedelta

from playwright.sync_api import expect

from storefront.models import AdminSession, Merchant, now
from stripe_simulator import accounts
from tests.browser.actors import MERCHANTS, Owner
from tests.browser.shop_process import Shop
from tests.factories import PASSWORD


def type_password_long_ago(shop: Shop) -> None:
    with shop.inside():
        AdminSession.update(proved_at=now() - timedelta(minutes=16)).execute()


def test_keys_are_saved_after_the_password_without_typing_them_again(owner: Owner, shop: Shop) -> None:
    page = owner.page
    type_password_long_ago(shop)
    owner.open(MERCHANTS)
    owner.type_keys("Olena's studio", *shop.stripe.keys(accounts.OLENA, "test"))
    question = page.locator("#page-alert form")
    expect(question).to_contain_text("Confirm your password")
    expect(question.get_by_label("Password")).to_be_focused()
    question.get_by_label("Password").fill("wrong")
    question.get_by_role("button", name="Confirm").click()
    expect(question).to_contain_text("This isn’t your current password.")
    question.get_by_label("Password").fill(PASSWORD)
    question.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name="Disconnect")).to_be_visible()
    expect(question).to_have_count(0)
    with shop.inside():
        assert Merchant.get().name == "Olena's studio"


def test_an_export_is_downloaded_after_the_password(owner: Owner, shop: Shop) -> None:
    page = owner.page
    type_password_long_ago(shop)
    owner.open("/admin/orders")
    page.get_by_role("button", name="Export (CSV)").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_download() as download:
        page.get_by_role("button", name="Confirm").click()
    assert download.value.suggested_filename == "orders.csv"
    expect(page.get_by_role("heading", name="Password confirmed.")).to_be_visible()
