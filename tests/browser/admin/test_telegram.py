"""The owner connects a Telegram bot and hears of a sale there."""

from playwright.sync_api import expect

from tests.browser.actors import Buyer, Owner
from tests.processes import until
from tests.telegram import CHAT, TOKEN, Telegram

NOTIFICATIONS = "/admin/settings/notifications"


def test_a_wrong_token_is_told_a_test_arrives_and_then_a_sale(
    owner: Owner, buyer: Buyer, address: str, telegram: Telegram
) -> None:
    page = owner.page
    owner.open(NOTIFICATIONS)
    token, chat = page.get_by_label("Bot token"), page.get_by_label("Chat ID")
    token.fill(f"{TOKEN}x")
    chat.fill(CHAT)
    page.get_by_role("button", name="Send test").click()
    expect(page.locator(f"#{token.get_attribute('id')}-error")).to_contain_text("Telegram doesn’t know this token.")
    expect(token).to_have_attribute("aria-invalid", "true")
    # The other field is kept, the secret one is typed again.
    expect(chat).to_have_value(CHAT)
    assert telegram.sent == [] and f"{TOKEN}x" not in page.content()
    token.fill(TOKEN)
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_role("status").filter(has_text="Test message sent.")).to_be_visible()
    (test,) = telegram.texts()
    assert "This is a test." in test
    expect(page.get_by_text(f"(ends in {TOKEN[-4:]})")).to_be_visible()

    buyer.pay(address)
    buyer.expect_thank_you_page()
    until(lambda: bool(telegram.sent), "the message of the sale")
    (sale,) = telegram.texts()
    assert "Watercolour evening" in sale and "€19.99" in sale and "marko@example.com" not in sale
    page.reload()
    expect(page.get_by_text("Last message sent:")).to_be_visible()
    page.get_by_role("button", name="Disconnect Telegram").click()
    page.get_by_role("button", name="Disconnect Telegram").click()
    expect(page.get_by_role("link", name="Disconnect Telegram")).to_have_count(0)
    expect(page.get_by_label("Chat ID")).to_have_value("")
