"""A customer ends reminders from an email by one press, and still gets what belongs to an order."""

from playwright.sync_api import expect

from storefront.models import Email, EmailKind
from tests.browser.actors import Buyer
from tests.browser.mailbox import Mailbox
from tests.browser.shop_process import Shop
from tests.cards import DECLINED, GOOD
from tests.processes import until

REMINDER, RECEIPT = "Complete your order", "Receipt"


def decline(buyer: Buyer, address: str, shop: Shop) -> None:
    """The bank declines the card, and a day passes: a reminder is due."""
    buyer.pay(address, DECLINED)
    buyer.expect_alert("You haven’t been charged")

    def waits() -> bool:
        with shop.inside():
            waiting = Email.select().where(Email.kind == EmailKind.PAYMENT_REMINDER, Email.state == "waiting")
            return bool(waiting.exists())

    until(waits, "a reminder that waits")
    shop.let_days_pass(1)


def test_reminders_end_with_one_press_and_receipts_go_on(
    buyer: Buyer, address: str, shop: Shop, mailbox: Mailbox
) -> None:
    page = buyer.page
    decline(buyer, address, shop)
    page.goto(mailbox.unsubscribe_link(REMINDER))
    expect(page.get_by_role("heading", level=1)).to_have_text("Unsubscribe")
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"lang"}, "the page needs no sign-in"
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Unsubscribed")
    expect(page.get_by_text("You still get receipts")).to_be_visible()

    # Another visit: another order that isn't paid at first.
    page.evaluate("localStorage.clear()")
    decline(buyer, address, shop)
    assert len(mailbox.emails(REMINDER)) == 1
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert "€19.99" in mailbox.email(RECEIPT)
    assert mailbox.headers(RECEIPT)["List-Unsubscribe"] is None
    assert mailbox.headers(REMINDER)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page.goto(mailbox.unsubscribe_link(REMINDER))
    page.get_by_role("button", name="Subscribe again").click()
    expect(page.get_by_role("button", name="Unsubscribe")).to_be_visible()
