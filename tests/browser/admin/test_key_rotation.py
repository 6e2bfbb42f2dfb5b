"""The owner replaces a merchant's keys, goes back to the previous ones, and removes those."""

from playwright.sync_api import Locator, expect

from stripe_simulator import accounts
from stripe_simulator.accounts import OLENA
from tests.browser.actors import MERCHANTS, Buyer, Owner
from tests.browser.shop_process import Shop

NEW_PUBLISHABLE, NEW_SECRET = accounts.second_key("pk", OLENA), accounts.second_key("sk", OLENA)


def test_keys_are_replaced_kept_taken_back_and_removed(owner: Owner, buyer: Buyer, shop: Shop) -> None:
    page = owner.page
    name = shop.connect_merchant()
    address = shop.make_offer(name)
    owner.open(MERCHANTS)
    row = page.locator("li.merchant")
    row.get_by_role("button", name="Edit").click()
    replace(row)
    row.get_by_role("button", name="Save").click()
    first, second = accounts.secret_key(OLENA)[-4:], NEW_SECRET[-4:]
    expect(row.get_by_text(f"The previous keys (ending in {first}) are kept until")).to_be_visible()
    buyer.pay(address)
    buyer.expect_thank_you_page()

    row.get_by_role("button", name="Go back to the previous keys").click()
    expect(page.get_by_role("status").filter(has_text="uses its previous keys again.")).to_be_visible()
    expect(row.get_by_text(f"The previous keys (ending in {second}) are kept until")).to_be_visible()
    row.get_by_role("button", name="Remove previous keys now").click()
    expect(page.get_by_role("status").filter(has_text="are removed from the shop.")).to_be_visible()
    expect(row.get_by_role("button", name="Remove previous keys now")).to_have_count(0)
    expect(row).to_contain_text(name)
    assert NEW_SECRET not in page.content() and accounts.secret_key(OLENA) not in page.content()
    with shop.inside():
        assert [order.status for order in shop.orders()] == ["paid"]


def replace(row: Locator) -> None:
    """Type the account's second pair into the form."""
    row.get_by_label("Publishable key").fill(NEW_PUBLISHABLE)
    row.get_by_label("Secret key").fill(NEW_SECRET)
