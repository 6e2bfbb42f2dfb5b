"""The complete flow: connect an account, create an offer, pay; on a phone and in Ukrainian, too."""

import re

from playwright.sync_api import Page, expect

from tests.browser.actors import Buyer, Owner
from tests.browser.screens import fits_all_screens, on_a_phone
from tests.browser.shop_process import Shop
from tests.cards import GOOD, INSUFFICIENT_FUNDS


def test_from_a_stripe_account_to_the_thank_you_page(owner: Owner, shop: Shop, buyer: Buyer) -> None:
    merchant = owner.connect()
    owner.make_offer("Watercolour evening", "19.99", "EUR", merchant, thanks="See you on **Friday**!")
    expect(owner.page.get_by_text("Saved.").first).to_be_visible()
    buyer.pay(f"{shop.url}/o/watercolour-evening")
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("See you on Friday!")).to_be_visible()
    assert [order.status for order in shop.orders()] == ["paid"]


def test_the_worker_makes_it_paid_if_the_browser_is_closed(shop: Shop, buyer: Buyer) -> None:
    address = shop.make_offer(shop.connect_merchant())
    # The buyer's browser does not return to the shop: only the webhook reports the payment.
    buyer.page.route("**/orders/**", lambda route: route.abort())
    buyer.pay(address)
    shop.until_order_is("paid")


def test_on_a_phone_the_buy_bar_is_there_until_it_has_led_to_the_form(shop: Shop, phone: Page) -> None:
    address = shop.make_offer(shop.connect_merchant(), description="\n\n".join(["Two hours with tea."] * 20))
    phone.goto(address)
    bar, form = phone.locator(".buy-bar"), phone.locator("form#payment")
    expect(bar).to_contain_text("€19.99")
    for part in (bar, phone.locator("#price"), bar.get_by_role("link", name="Buy")):
        expect(part).to_be_in_viewport(ratio=1)
    expect(form).not_to_be_in_viewport()
    bar.get_by_role("link", name="Buy").tap()
    expect(form.get_by_label("Email")).to_be_in_viewport(ratio=1)
    expect(bar).to_be_hidden()
    phone.get_by_role("heading", level=1).scroll_into_view_if_needed()
    expect(bar).to_be_visible()
    form.locator("button[type=submit]").scroll_into_view_if_needed()
    expect(bar).to_be_hidden()
    assert fits_all_screens(phone)


@on_a_phone
def test_a_whole_purchase_in_ukrainian(buyer: Buyer, shop: Shop) -> None:
    page = buyer.page
    address = shop.make_offer(shop.connect_merchant(), title="Вечір акварелі", language="uk", thank_you="До п’ятниці!")
    buyer.open(address)
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    expect(page.locator("#price")).to_have_text("19,99 €")
    expect(page.locator("#card-element label")).to_have_text(["Номер картки", "Термін дії", "CVC"])
    expect(buyer.pay_button).to_have_text("Сплатити 19,99 €")
    buyer.press_pay()
    expect(buyer.alert).to_have_text("Перевірте виділені поля")
    expect(buyer.card_error("number")).to_have_text("Введіть номер картки повністю.")
    buyer.fill_contact(name="Марко")
    buyer.type_card(INSUFFICIENT_FUNDS)
    buyer.press_pay()
    expect(buyer.alert).to_contain_text(
        "Недостатньо коштів. Спробуйте іншу картку. Оплату не завершено. Гроші не списано."
    )
    buyer.type_card(GOOD)
    buyer.press_pay()
    expect(page).to_have_url(re.compile("/thank-you"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Дякуємо, Марко!")
    expect(page.get_by_text("До п’ятниці!")).to_be_visible()
    # Nothing is left in English but the email address, the card's brand, and the number and format of the receipt.
    text = re.sub(r"marko@example\.com|Visa|TEST-|PDF", "", page.locator("main").inner_text())
    assert re.findall(r"[A-Za-z]{3,}", text) == []
    assert fits_all_screens(page)
