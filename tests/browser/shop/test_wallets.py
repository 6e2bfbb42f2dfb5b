"""Apple Pay, Google Pay and Link on an offer's page, with the simulator's wallets."""

import re

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from storefront import emails
from storefront.models import LegalSettings, LegalText, Merchant, PromoCode, Question, QuestionKind, Subscription
from storefront.offers import AddonFields, TaxFields, TaxRateFields
from stripe_simulator import accounts
from tests.browser.actors import Buyer
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.processes import until

# What moves on the page without anybody's doing: ids or classes.
WATCH_SHIFTS = """window.shifts = [];
const name = ({ node }) => node?.id || node?.className || node?.nodeName;
new PerformanceObserver((list) => list.getEntries().forEach((shift) => window.shifts.push(...shift.sources.map(name))))
  .observe({ type: 'layout-shift', buffered: true });"""
SHIFTS = "() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(() => seen(window.shifts))))"


@pytest.fixture
def merchant(chosen_stripe: SimulatedStripe, shop: Shop) -> str:
    """An account with wallets."""
    chosen_stripe.simulator.change_account(accounts.OLENA.id, wallets=["apple_pay", "google_pay", "link"])
    return shop.connect_merchant()


def wallets_of(page: Page) -> FrameLocator:
    return page.frame_locator("#express-checkout iframe")


def sheet_of(page: Page) -> FrameLocator:
    return page.frame_locator("body > iframe[name^=__privateStripeFrame]")


def press(page: Page, wallet: str, button: str) -> None:
    wallets_of(page).get_by_role("button", name=wallet).click()
    sheet_of(page).locator(f"#wallet-{button}").click()


def test_a_customer_pays_with_a_wallet_and_types_nothing(buyer: Buyer, shop: Shop, merchant: str) -> None:
    buyer.open(shop.make_offer(merchant, max_quantity=3))
    page = buyer.page
    expect(wallets_of(page).get_by_role("button")).to_have_text(["Apple Pay", "Google Pay", "Link"])
    page.get_by_label("Quantity").fill("2")
    wallets_of(page).get_by_role("button", name="Apple Pay").click()
    expect(sheet_of(page).locator("#amount")).to_have_text("€39.98")
    # The order exists only after the customer has confirmed.
    sheet_of(page).locator("#wallet-cancel").click()
    expect(page.locator("body > iframe[name^=__privateStripeFrame]")).to_have_count(0)
    assert shop.orders() == []
    press(page, "Google Pay", "decline")
    expect(buyer.alert).to_contain_text("You haven’t been charged")
    press(page, "Google Pay", "challenge")
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    (order,) = shop.orders()
    assert (order.amount, order.status, order.email, order.name) == (3998, "paid", "wallet@example.com", "Wallet Owner")


def test_the_window_shows_what_is_charged_with_tax_code_and_add_on(buyer: Buyer, shop: Shop, merchant: str) -> None:
    tax = TaxFields("VAT", "20", False, (TaxRateFields("tax_rates-0", "DE", "19"),))
    addons = (AddonFields("addons-0", "Gift wrap", "5"),)
    with shop.inside():
        PromoCode.create(code="FRIENDS", percent=1000, applies_to="first")
    buyer.open(shop.make_offer(merchant, title="Pottery", max_quantity=3, tax=tax, addons=addons, asks_country=True))
    page = buyer.page
    buttons = wallets_of(page).get_by_role("button")
    buttons.filter(has_text="Apple Pay").click()
    expect(page.locator("#country-error")).not_to_be_empty()
    expect(page.locator("#price-summary")).to_contain_text("€23.99")
    # The price of this country is still on its way: the window must not open with the other one.
    held: list[Route] = []
    page.route("**/quote*", lambda route: held.append(route))
    page.get_by_label("Country").select_option("DE")
    buttons.filter(has_text="Apple Pay").click()
    expect(page.locator("#payment")).to_have_attribute("aria-busy", "true")
    for route in held:
        route.continue_()
    page.unroute("**/quote*")
    expect(buyer.alert).to_contain_text("€23.79")
    expect(page.locator("body > iframe[name^=__privateStripeFrame]")).to_have_count(0)
    page.get_by_label("Gift wrap").check()
    page.get_by_label("Quantity").fill("2")
    page.get_by_text("Have a promo code?").click()
    page.get_by_label("Promo code").fill("FRIENDS")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#price-summary")).to_contain_text("€48.17")
    buttons.filter(has_text="Apple Pay").click()
    expect(sheet_of(page).locator("#amount")).to_have_text("€48.17")
    expect(sheet_of(page).locator("#lines li")).to_have_text(
        ["Pottery × 2 €39.98", "Gift wrap €5.00", "Promo code FRIENDS -€4.50", "VAT 19% €7.69"]
    )
    sheet_of(page).locator("#wallet-pay").click()
    buyer.expect_thank_you_page()
    (order,) = shop.orders()
    (payment,) = shop.payments()
    assert (order.amount, payment.amount, order.tax, order.status) == (4817, 4817, 769, "paid")


@pytest.mark.parametrize(("trial_days", "wallet"), [(0, "Apple Pay"), (14, "Link")])
def test_a_subscription_and_a_trial_begin_with_a_wallet(
    buyer: Buyer, shop: Shop, merchant: str, trial_days: int, wallet: str
) -> None:
    buyer.open(shop.make_offer(merchant, kind="recurring", trial_days=trial_days))
    buyer.fill_contact()
    press(buyer.page, wallet, "pay")
    buyer.expect_thank_you_page()
    expect(buyer.page.locator("main")).to_contain_text("Visa •••• 4242" if wallet == "Apple Pay" else "Link")
    (order,) = shop.orders()
    assert (order.amount, order.status, order.email) == (0 if trial_days else 1999, "paid", "marko@example.com")


def test_an_unpaid_order_is_paid_with_link_on_its_own_page(buyer: Buyer, shop: Shop, merchant: str) -> None:
    buyer.open(shop.make_offer(merchant, max_quantity=3))
    buyer.page.get_by_label("Quantity").fill("2")
    press(buyer.page, "Apple Pay", "decline")
    expect(buyer.alert).to_contain_text("You haven’t been charged")
    (order,) = shop.orders()
    buyer.open(f"{shop.url}/orders/{order.token}/pay")
    wallets_of(buyer.page).get_by_role("button", name="Link").click()
    expect(sheet_of(buyer.page).locator("#amount")).to_have_text("€39.98")
    sheet_of(buyer.page).locator("#wallet-pay").click()
    buyer.expect_thank_you_page()
    (order,) = shop.orders()
    (payment,) = shop.payments()
    assert (order.amount, order.status, payment.card_brand) == (3998, "paid", "link")


def test_renewals_are_confirmed_with_link_and_paid_with_another_wallet(
    buyer: Buyer, shop: Shop, merchant: str, chosen_stripe: SimulatedStripe
) -> None:
    buyer.open(shop.make_offer(merchant, kind="recurring"))
    press(buyer.page, "Link", "pay")
    buyer.expect_thank_you_page()
    with shop.inside():
        subscription = Subscription.get()
        order = subscription.order
        address = f"{shop.url}/orders/{order.token}/pay"
        key = emails.make_pay_key(order)

    def status() -> str:
        with shop.inside():
            return str(Subscription.get().status)

    chosen_stripe.simulator.renew(subscription.subscription_id, "asks")
    until(lambda: status() == "past_due", "a renewal that waits for the bank")
    buyer.page.goto(f"{address}?key={key}")
    expect(buyer.page.get_by_label("Link", exact=True)).to_be_checked()
    buyer.page.get_by_role("button", name="Confirm €19.99 payment").click()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    assert status() == "active"
    chosen_stripe.simulator.renew(subscription.subscription_id, "declines")
    until(lambda: status() == "past_due", "a declined renewal")
    buyer.open(address)
    press(buyer.page, "Google Pay", "decline")
    expect(buyer.alert).to_contain_text("You haven’t been charged")
    wallets_of(buyer.page).get_by_role("button", name="Apple Pay").click()
    expect(sheet_of(buyer.page).locator("#amount")).to_have_text("€19.99")
    sheet_of(buyer.page).locator("#wallet-pay").click()
    buyer.expect_thank_you_page()
    assert status() == "active"


def test_an_empty_consent_or_a_question_without_an_answer_opens_no_window(
    buyer: Buyer, shop: Shop, merchant: str
) -> None:
    with shop.inside():
        LegalSettings.save({LegalText.TERMS: {"en": "Be kind."}}, True)
    size = Question("Size", QuestionKind.CHOICE, ("Small", "Large"), is_required=True)
    buyer.open(shop.make_offer(merchant, questions=(size,)))
    page = buyer.page
    wallets_of(page).get_by_role("button", name="Apple Pay").click()
    expect(page.get_by_label("Size")).to_be_focused()
    expect(page.get_by_label("Size")).to_have_accessible_description("Choose an answer.")
    expect(page.locator("body > iframe[name^=__privateStripeFrame]")).to_have_count(0)
    page.get_by_label("Size").select_option("Large")
    wallets_of(page).get_by_role("button", name="Apple Pay").click()
    expect(page.locator("#terms-consent-error")).to_have_text("Tick this box to continue.")
    expect(page.locator("#terms-consent")).to_be_focused()
    expect(page.locator("body > iframe[name^=__privateStripeFrame]")).to_have_count(0)
    page.locator("#terms-consent").check()
    press(page, "Apple Pay", "pay")
    buyer.expect_thank_you_page()


def test_nothing_is_there_where_the_browser_has_no_wallet(
    buyer: Buyer, shop: Shop, merchant: str, chosen_stripe: SimulatedStripe
) -> None:
    chosen_stripe.simulator.change_account(accounts.OLENA.id, wallets=[])
    buyer.page.add_init_script(WATCH_SHIFTS)
    buyer.open(shop.make_offer(merchant))
    expect(buyer.page.locator("#express-checkout")).to_be_hidden()
    expect(buyer.page.locator("#express-checkout")).not_to_have_class(re.compile("waiting"))
    assert buyer.page.locator("#express-checkout").inner_html() == ""
    expect(buyer.pay_button).to_be_enabled()
    assert buyer.page.evaluate(SHIFTS) == []


def test_a_browser_that_knows_no_wallets_is_asked_for_link_only(buyer: Buyer, shop: Shop, merchant: str) -> None:
    """Link is a website; the others are in the browser, so without Link not even the script is loaded."""
    address = shop.make_offer(merchant)
    scripts: list[str] = []
    buyer.page.on("request", lambda request: scripts.append(request.url))
    buyer.page.add_init_script("delete window.PaymentRequest; delete window.ApplePaySession;")
    buyer.open(address)
    expect(wallets_of(buyer.page).get_by_role("button")).to_have_text(["Link"])
    assert any("wallets" in url for url in scripts)
    with shop.inside():
        Merchant.get(Merchant.name == merchant).forget_link()
    scripts.clear()
    buyer.open(address)
    assert not any("wallets" in url for url in scripts)
    expect(buyer.page.locator("#express-checkout")).to_be_hidden()
