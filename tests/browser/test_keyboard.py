"""A purchase with the keyboard only."""

from playwright.sync_api import expect

from tests.browser.actors import Buyer
from tests.browser.shop_process import Shop

STEPS = 40


def test_a_purchase_without_a_mouse(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.open(address)
    keyboard = buyer.page.keyboard
    tab_to(buyer, "email")
    keyboard.type("marko@example.com")
    keyboard.press("Tab")
    expect(buyer.page.get_by_label("Name")).to_be_focused()
    keyboard.type("Marko")
    keyboard.press("Tab")
    # The focus leaves each card field automatically when it is full.
    for field, keys in (("cardnumber", "4000002760003184"), ("exp-date", "1234"), ("cvc", "123")):
        expect(buyer.card_field(field)).to_be_focused()
        keyboard.type(keys)
    expect(buyer.card_field("cvc")).to_have_value("123")
    tab_to(buyer, "pay")
    keyboard.press("Enter")
    close = buyer.bank_frame(depth=1).get_by_role("button", name="Close")
    expect(close).to_be_focused()
    expect(buyer.bank_button("authorize")).to_be_enabled()
    keyboard.press("Tab")
    expect(buyer.bank_button("authorize")).to_be_focused()
    keyboard.press("Tab")
    expect(buyer.bank_button("fail")).to_be_focused()
    keyboard.press("Enter")
    buyer.expect_alert("couldn’t verify the payment")
    # The button is the next tab stop after the message.
    keyboard.press("Tab")
    expect(buyer.pay_button).to_be_focused()
    keyboard.press("Enter")
    expect(close).to_be_focused()
    expect(buyer.bank_button("authorize")).to_be_enabled()
    keyboard.press("Tab")
    keyboard.press("Enter")
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"]


def tab_to(buyer: Buyer, name: str) -> None:
    """Press Tab until the element of this id or class has the focus, as a ring around it shows."""
    focused = "document.activeElement.id || document.activeElement.className"
    for _ in range(STEPS):
        buyer.page.keyboard.press("Tab")
        if buyer.page.evaluate(focused) == name:
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            assert buyer.page.evaluate(outline) == "solid"
            return
    raise AssertionError(f"{STEPS} presses of Tab never met {name}")
