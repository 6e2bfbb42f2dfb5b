"""An email's text is written with its preview beside it, in a browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_playwright import CreateContextCallback

from tests.browser.actors import Owner
from tests.browser.test_accessibility import RULES

RECEIPT = "/admin/emails/words/receipt/en"


def test_the_owner_writes_a_text_sees_it_and_saves_it(owner: Owner) -> None:
    page = owner.page
    owner.open(RECEIPT)
    history = page.evaluate("history.length")
    subject, message = page.get_by_label("Subject"), page.get_by_label("Message")
    preview = page.frame_locator(".preview-frames iframe:not(.loading)")
    expect(preview.get_by_role("heading", level=1)).to_have_text("Thank you for your order")
    subject.fill("Thanks, {name}: ")
    page.get_by_role("button", name="{title}", exact=True).click()
    expect(subject).to_have_value("Thanks, {name}: {title}")
    expect(preview.get_by_role("heading", level=1)).to_have_text("Thanks, Marko: Watercolor evening")
    message.fill("You paid {amount}, {you}.")
    expect(page.locator("#email-words-error")).to_contain_text("{you}")
    message.fill("You paid  today.")
    message.evaluate("field => field.setSelectionRange(9, 9)")
    page.get_by_role("button", name="{amount}", exact=True).click()
    expect(message).to_have_value("You paid {amount} today.")
    expect(page.locator("#email-words-error")).to_be_empty()
    expect(preview.get_by_text("You paid €19.99 today.", exact=True)).to_be_visible()
    expect(page.locator(".preview-frames iframe")).to_have_count(1)
    assert page.evaluate("history.length") == history, "the back button leaves the page"
    page.get_by_role("button", name="Phone").click()
    expect(page.get_by_role("button", name="Phone")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Email templates").click(no_wait_after=True)
    expect(subject).to_have_value("Thanks, {name}: {title}")
    assert len(asked) == 1
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    page.get_by_role("link", name="Restore default").click()
    expect(page.get_by_role("button", name="Keep my text")).to_be_focused()
    page.get_by_role("button", name="Restore default").click()
    expect(page.get_by_label("Subject")).to_have_value("Receipt from {shop} · {amount}")


def test_without_javascript_the_form_previews_and_saves(owner: Owner, new_context: CreateContextCallback) -> None:
    state = owner.page.context.storage_state()
    page = new_context(java_script_enabled=False, storage_state=state).new_page()
    page.goto(f"{owner.shop.url}{RECEIPT}")
    page.get_by_label("Subject").fill("Thanks, {name}!")
    page.get_by_role("button", name="Preview").click()
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text("Thanks, Marko!")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def test_emails_are_accessible_on_small_phones_and_in_the_dark(
    owner: Owner, new_context: CreateContextCallback
) -> None:
    state = owner.page.context.storage_state()
    for scheme in ("light", "dark"):
        context = new_context(
            bypass_csp=True, color_scheme=scheme, storage_state=state, viewport={"width": 320, "height": 640}
        )
        page: Page = context.new_page()
        for kind in ("receipt/en", "renewal_declined/ru", "trial_started/uk", "owner_dispute/en"):
            page.goto(f"{owner.shop.url}/admin/emails/words/{kind}/preview")
            assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, (kind, scheme)
            assert Axe().run(page, options=RULES).response["violations"] == [], (kind, scheme)
