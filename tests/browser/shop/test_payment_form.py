"""The payment form: validation, quantity, storage, postal code, typos in the email."""

import pytest
from playwright.sync_api import Page, expect

from stripe_simulator import accounts
from tests.browser.actors import Buyer
from tests.browser.screens import on_a_phone
from tests.browser.shop_process import Shop
from tests.cards import GOOD, INSUFFICIENT_FUNDS


@pytest.fixture
def address(shop: Shop) -> str:
    return shop.make_offer(shop.connect_merchant(), max_quantity=5)


def test_errors_are_shown_at_their_fields_and_cleared_by_the_next_press(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    expect(buyer.alert).to_be_empty()
    buyer.press_pay()
    email = buyer.page.get_by_label("Email")
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description("Enter your email address")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(buyer.alert).to_have_text("Check the highlighted fields")
    name = buyer.page.get_by_label("Name")
    expect(name).to_have_accessible_description("Enter your name")
    expect(buyer.card_error("number")).to_have_text("Enter the full card number.")
    buyer.fill_contact()
    expect(email).not_to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description("")
    buyer.press_pay()
    expect(buyer.card_field("cardnumber")).to_be_focused()
    buyer.type_card(GOOD)
    for field in ("number", "expiry", "cvc"):
        expect(buyer.card_error(field)).to_be_empty()
    expect(buyer.alert).to_be_empty()


@on_a_phone
def test_an_incomplete_card_makes_no_order(buyer: Buyer, address: str, shop: Shop) -> None:
    sent: list[str] = []
    buyer.page.on("request", lambda request: sent.append(request.method))
    buyer.open(address)
    buyer.fill_contact()
    for card in ({"number": ""}, {"number": GOOD, "cvc": "12"}, {"number": GOOD, "expiry": "12"}, {"number": "4242"}):
        buyer.type_card(**card)
        buyer.press_pay()
        expect(buyer.alert).to_have_text("Check the highlighted fields")
        expect(buyer.pay_button).to_be_enabled()
    assert "POST" not in sent and shop.orders() == []
    buyer.type_card(GOOD)
    expect(buyer.alert).to_be_empty()
    buyer.press_pay()
    buyer.expect_thank_you_page()


def test_email_and_name_survive_a_reload(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    buyer.fill_contact()
    buyer.reload()
    expect(buyer.page.locator("#email")).to_have_value("marko@example.com")
    expect(buyer.page.locator("#name")).to_have_value("Marko")
    assert buyer.page.context.cookies() == []
    # Another tab starts empty.
    other = Buyer(buyer.page.context.new_page())
    other.open(address)
    expect(other.page.locator("#email")).to_have_value("")


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["Card number", "Expiration date", "CVC"]),
        ("uk", ["Номер картки", "Термін дії", "CVC"]),
        ("ru", ["Номер карты", "Срок действия", "CVC"]),
    ],
)
def test_the_card_fields_have_labels_in_the_pages_language(
    buyer: Buyer, address: str, language: str, labels: list[str]
) -> None:
    buyer.open(f"{address}?lang={language}")
    expect(buyer.page.locator("#card-element label")).to_have_text(labels)
    for label, name in zip(labels, ("cardnumber", "exp-date", "cvc"), strict=True):
        expect(buyer.page.frame_locator(f'iframe[title="{label}"]').locator("input")).to_have_attribute("name", name)
        buyer.page.get_by_text(label, exact=True).click()
        expect(buyer.card_field(name)).to_be_focused()


def test_stripes_wallet_link_is_not_offered_in_the_card_field(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    expect(buyer.card_field("cardnumber")).to_be_visible()
    # Stripe.js puts this button beside the number unless the page says `disableLink`.
    expect(buyer.page.frame_locator("#card-number iframe").locator("input[name=cardnumber]")).to_have_count(1)
    expect(buyer.page.frame_locator("#card-number iframe").locator("#link")).to_have_count(0)


def test_nothing_moves_when_stripes_fields_arrive(buyer: Buyer, address: str) -> None:
    buyer.page.route("**/stripe.js", lambda route: route.abort())
    buyer.page.goto(address)
    button = buyer.page.locator(".pay")
    expect(buyer.alert).to_contain_text("didn’t load")
    empty = buyer.page.locator("#card-element").bounding_box()
    buyer.page.unroute("**/stripe.js")
    buyer.open(address)
    expect(button).to_be_enabled()
    assert buyer.page.locator("#card-element").bounding_box()["height"] == empty["height"]


def test_the_buttons_amount_follows_the_quantity(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.open(address)
    expect(buyer.pay_button).to_have_text("Pay €19.99")
    buyer.page.get_by_label("Quantity").fill("3")
    expect(buyer.pay_button).to_have_text("Pay €59.97")
    buyer.page.get_by_label("Quantity").fill("77")
    expect(buyer.pay_button).to_have_text("Pay €59.97")
    buyer.page.get_by_label("Quantity").fill("2")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [(order.quantity, order.amount) for order in shop.orders()] == [(2, 3998)]


def test_a_browser_without_storage_can_pay(buyer: Buyer, address: str) -> None:
    closed = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('closed'); } })"
    buyer.page.add_init_script(closed)
    buyer.pay(address)
    buyer.expect_thank_you_page()


def test_a_pending_order_can_be_paid_from_its_own_page(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address, INSUFFICIENT_FUNDS)
    expect(buyer.alert).to_contain_text("Insufficient funds")
    buyer.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    expect(buyer.page.get_by_text("Insufficient funds")).to_be_visible()
    buyer.page.get_by_role("link", name="Try again").click()
    expect(buyer.page.get_by_label("Email")).to_have_value("marko@example.com")
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"]


def test_a_test_card_can_be_copied_by_keyboard(new_context, address: str) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page: Page = context.new_page()
    page.goto(address)
    copy = page.get_by_role("button", name="Copy 4000 0027 6000 3184")
    expect(copy).to_be_hidden()
    page.get_by_text("Test cards").click()
    page.get_by_role("button", name="Copy 4000 0027 6000 3184").press("Enter")
    expect(page.locator(".copy", has_text="Copied")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == "4000 0027 6000 3184"


def test_a_likely_typo_in_the_email_gets_a_suggestion(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    email, suggestion = buyer.page.get_by_label("Email"), buyer.page.locator("#email-suggestion")
    likely = {"marko@gmial.com": "gmail.com", "marko@gmail.con": "gmail.com", "marko@ukr.ner": "ukr.net"}
    likely |= {"marko@hotmial.com": "hotmail.com", "marko@Outlok.com": "outlook.com", "marko@yandex.ri": "yandex.ru"}
    for typed, domain in likely.items():
        email.fill(typed)
        email.blur()
        expect(suggestion).to_have_text(f"Did you mean marko@{domain}?")
    for fine in ("marko@gmail.com", "marko@mail.com", "marko@i.ua", "marko@ya.ru", "marko@example.com", "marko@", ""):
        email.fill(fine)
        email.blur()
        expect(suggestion).to_be_empty()
    email.fill("Marko.P@gmal.com")
    email.blur()
    buyer.page.get_by_role("button", name="Did you mean Marko.P@gmail.com?").click()
    expect(email).to_have_value("Marko.P@gmail.com")
    expect(email).to_be_focused()
    expect(suggestion).to_be_empty()


def test_a_likely_typo_does_not_block_payment(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.open(address)
    buyer.fill_contact(email="marko@gmial.com")
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.email for order in shop.orders()] == ["marko@gmial.com"]


def test_an_american_account_asks_for_the_postal_code(buyer: Buyer, shop: Shop) -> None:
    buyer.open(shop.make_offer(shop.connect_merchant(accounts.TARAS), "19.99", "USD"))
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.postal_code.fill("")
    buyer.press_pay()
    expect(buyer.postal_code).to_be_focused()
    expect(buyer.postal_code).to_have_accessible_description("Enter your full ZIP or postal code.")
    assert shop.orders() == []
    buyer.postal_code.fill("94107")
    confirmation = "**/v1/payment_intents/*/confirm"
    with buyer.page.expect_request(confirmation) as request:
        buyer.press_pay()
    assert "94107" in (request.value.post_data or "")
    buyer.expect_thank_you_page()


def test_other_accounts_ask_no_postal_code_and_show_the_card_brand(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    expect(buyer.postal_code).to_have_count(0)
    frame = buyer.page.frame_locator("#card-number iframe")
    icon = frame.locator("svg").first
    # Stripe's wallet would take the buyer's card data instead of the shop's account.
    expect(frame.locator("#link")).to_have_count(0)
    unknown = icon.inner_html()
    buyer.card_field("cardnumber").press_sequentially("4242")
    expect(icon).to_be_visible()
    assert icon.inner_html() != unknown
