"""The first account of an offer can’t be paid while its page is open: the buyer pays the second one there."""

import re

import pytest
from playwright.sync_api import expect
from pytest_playwright import CreateContextCallback

from storefront.models import Merchant, Offer
from stripe_simulator import accounts
from tests.browser.actors import Buyer, Owner
from tests.browser.screens import on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import ASKS, GOOD

AGAIN = "You haven’t been charged. The shop now takes payments another way: enter your card again."
AGAIN_IN_UKRAINIAN = re.compile("Гроші не списано.*картк")
FIELDS = ("cardnumber", "exp-date", "cvc")
SMALL = {"viewport": {"width": 375, "height": 667}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def second(shop: Shop) -> str:
    """The name of the account that is not restricted."""
    return shop.connect_merchant(accounts.KENJI)


@pytest.fixture
def address(shop: Shop, stripe: SimulatedStripe, second: str) -> str:
    """An offer that is paid to an account with wallets, and to the second one while that can’t be paid."""
    stripe.simulator.change_account(accounts.OLENA.id, wallets=["google_pay", "link"])
    address = shop.make_offer(shop.connect_merchant(), title="Watercolour evening", max_quantity=3)
    with shop.inside():
        Offer.update(second_merchant=Merchant.get(Merchant.name == second)).execute()
    return address


def restrict_first(stripe: SimulatedStripe) -> None:
    """Stripe restricts the first account."""
    stripe.simulator.change_account(accounts.OLENA.id, charges_enabled=False)


def paid_accounts(shop: Shop) -> list[tuple[str, str | None]]:
    """Each order’s status, with the account of its money."""
    orders = shop.orders()
    with shop.inside():
        return [(order.status, order.merchant.stripe_account_id) for order in orders]


def expect_empty_card(buyer: Buyer) -> None:
    for name in FIELDS:
        expect(buyer.card_field(name)).to_have_value("")
    expect(buyer.page.locator(".card-input iframe")).to_have_count(len(FIELDS))


def problems_of(buyer: Buyer) -> list[str]:
    """What the browser complains about, such as what the Content-Security-Policy has blocked."""
    problems: list[str] = []
    buyer.page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    buyer.page.on("pageerror", lambda error: problems.append(str(error)))
    return problems


@on_a_phone
def test_the_card_is_asked_for_again_and_the_second_account_is_paid(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    problems = problems_of(buyer)
    buyer.open(address)
    buyer.fill_contact()
    buyer.page.get_by_label("Quantity").fill("2")
    buyer.type_card(GOOD)
    restrict_first(stripe)
    buyer.press_pay()
    buyer.expect_alert(AGAIN)
    expect_empty_card(buyer)
    expect(buyer.page.get_by_label("Quantity")).to_have_value("2")
    expect(buyer.pay_button).to_have_text("Pay €39.98")
    expect(buyer.page.locator("#express-checkout")).to_be_hidden()
    buyer.press_pay()
    expect(buyer.card_error("number")).not_to_be_empty()
    # The new fields follow the colors of the page, and the former ones are not asked to.
    buyer.page.emulate_media(color_scheme="dark")
    buyer.type_card(ASKS)
    expect(buyer.alert).to_be_empty()
    buyer.press_pay()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    assert paid_accounts(shop) == [("paid", accounts.KENJI.id)] and stripe.paid() == [3998]
    assert problems == []


def test_a_customer_with_a_wallet_goes_on_with_a_card(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.open(address)
    wallets = buyer.page.locator("#express-checkout")
    restrict_first(stripe)
    wallets.frame_locator("iframe").get_by_role("button", name="Google Pay").click()
    buyer.page.frame_locator("body > iframe[name^=__privateStripeFrame]").locator("#wallet-pay").click()
    expect(buyer.alert).to_contain_text(AGAIN)
    expect(wallets).to_be_hidden()
    expect(wallets.locator("iframe")).to_have_count(0)
    expect(buyer.page.locator("#email")).to_have_value("wallet@example.com")
    # An amount that changes asks nothing of the wallets that are gone.
    problems = problems_of(buyer)
    buyer.page.get_by_label("Quantity").fill("3")
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert ("paid", accounts.KENJI.id) in paid_accounts(shop) and stripe.paid() == [5997]
    assert problems == []


def test_the_owner_names_the_second_account_and_sees_which_one_was_paid(
    owner: Owner, new_context: CreateContextCallback, address: str, shop: Shop, stripe: SimulatedStripe, second: str
) -> None:
    shop.change(Offer, second_merchant=None)
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    systems = owner.page.get_by_label("Second payment system")
    expect(systems.locator("option:checked")).to_have_text("None")
    systems.select_option(systems.locator("option", has_text=second).get_attribute("value"))
    owner.page.get_by_role("button", name="Save").click()
    expect(owner.page.get_by_label("Second payment system").locator("option:checked")).to_contain_text(second)

    buyer = Buyer(new_context(**SMALL).new_page())
    buyer.open(f"{address}?lang=uk")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    restrict_first(stripe)
    buyer.press_pay()
    buyer.expect_alert(AGAIN_IN_UKRAINIAN)
    expect_empty_card(buyer)
    buyer.type_card(GOOD)
    buyer.press_pay()
    expect(buyer.page).to_have_url(re.compile("/thank-you$"))

    (order,) = shop.orders()
    owner.open(f"/admin/orders/{order.token}")
    main = owner.page.get_by_role("main")
    expect(main.get_by_text(re.compile("Moved from.*Olena"))).to_be_visible()
    expect(main.locator("dl").get_by_text(second)).to_be_visible()
