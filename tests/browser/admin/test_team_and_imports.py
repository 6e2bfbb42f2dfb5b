"""The owner of an account that had subscriptions before: a colleague joins, and the subscriptions are imported."""

from playwright.sync_api import expect
from pytest_playwright import CreateContextCallback

from storefront.models import Subscription
from tests.browser.actors import MERCHANTS, Owner
from tests.browser.mailbox import Mailbox
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.mail_server import MailServer
from tests.stripe_subscriptions import api_of, make_subscription

PASSWORD = "seven green kettles sing"


def test_a_viewer_is_invited_and_sees_a_subscription_that_the_owner_has_imported(
    owner: Owner,
    shop: Shop,
    stripe: SimulatedStripe,
    mail_server: MailServer,
    new_context: CreateContextCallback,
) -> None:
    shop.connect_merchant()
    make_subscription(api_of(stripe.simulator))
    page = owner.page
    owner.open("/admin/settings/team")
    page.get_by_label("Email", exact=True).fill("maria@example.com")
    page.get_by_label("Role", exact=True).select_option(label="Viewer")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text("Invitation sent to")).to_be_visible()
    owner.open(MERCHANTS)
    page.get_by_role("button", name="Import subscriptions").click()
    page.get_by_label("Select halyna@example.com").check()
    page.get_by_role("button", name="Import selected").click()
    expect(page.get_by_text("1 subscription imported.")).to_be_visible()
    expect(page.get_by_text("Already in this shop")).to_be_visible()
    maria = new_context().new_page()
    maria.goto(Mailbox(mail_server, "maria@example.com").link(""))
    for field in maria.locator("input[type=password]").all():
        field.fill(PASSWORD)
    with maria.expect_navigation():
        maria.get_by_role("button", name="Create account").click()
    maria.goto(f"{shop.url}/admin/subscriptions")
    expect(maria.get_by_text("halyna@example.com").first).to_be_visible()
    assert maria.goto(f"{shop.url}/admin/offers/new").status == 403  # type: ignore[union-attr]
    with shop.inside():
        assert [one.status for one in Subscription.select()] == ["active"]
