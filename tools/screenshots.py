"""Screenshots of the product's pages for the README and the guides.

`make pictures` starts a new demo in a temporary folder, goes through its pages in each language, and writes
docs/pictures/<page>-<language>.png.
"""

import os
import shutil

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from demo.recurring import RECURRING
from tools import shop_with_sales
from tools.guide_screenshots import take_guides
from tools.screenshot_files import HEIGHT, PICTURES, WIDTH, path_of, shrink, take
from tools.temporary_demo import running_demo

PHONE = 390
# Of the long form, what fits a large window.
FORM = 1300
LANGUAGES = ("en", "uk", "ru")
# Attempts, two per second, to find what the worker has to do.
MAX_ATTEMPTS = 120
BROWSER_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running_demo() as (demo, welcome), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=BROWSER_FLAGS)
        for language in LANGUAGES:
            take_walk(browser, welcome, language)
        shop_with_sales.fill(demo)
        for language in LANGUAGES:
            context = signed_in(browser, welcome, language)
            take_guides(context.pages[0], welcome["Admin"], language)
            context.close()
        browser.close()


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def signed_in(browser: Browser, welcome: dict[str, str], language: str) -> BrowserContext:
    """A browser with one page, signed in to the admin in this language."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{welcome['Admin']}/login?lang={language}")
    page.fill("[name=email]", welcome["Email"])
    page.fill("[name=password]", welcome["Password"])
    page.click("main form button")
    return context


def take_walk(browser: Browser, welcome: dict[str, str], language: str) -> None:
    """Take the screenshots of the walk through the product, in one language."""
    context = signed_in(browser, welcome, language)
    page = context.pages[0]
    page.goto(f"{welcome['Admin']}/start")
    take(page, "start", language)
    page.goto(f"{welcome['Admin']}/settings/payment-systems/stripe")
    take(page, "stripe", language)
    page.goto(f"{welcome['Admin']}/offers")
    offer = page.locator("main a[href*='/admin/offers/']:not([href$='/new'])").last
    page.goto(offer.evaluate("link => link.href"))
    take(page, "offer-form", language, most=FORM)
    page.goto(f"{page.url}?published=1")
    page.locator("#share").screenshot(path=path_of("share", language))
    shrink(path_of("share", language))
    buy(page, welcome["Shop"], language)
    page.goto(f"{welcome['Admin']}/orders")
    page.goto(page.locator("main tbody a[href*='/admin/orders/']").first.evaluate("link => link.href"))
    take(page, "order", language)
    subscribe(browser, page, welcome, language)
    context.close()


def buy(page: Page, shop: str, language: str) -> None:
    """Buy with a card that needs 3-D Secure: fail the check once, then pass it."""
    page.goto(f"{shop}?lang={language}")
    page.goto(page.locator("main a[href*='/o/']").last.evaluate("link => link.href"))
    fill_form(page, "4000002760003184")
    take(page, "offer", language)
    page.click("button.pay")
    challenge(page, "#test-source-fail-3ds")
    expect(page.locator("[role=alert]")).not_to_be_empty(timeout=20_000)
    page.mouse.move(0, 0)
    take(page, "waiting", language)
    page.click("button.pay")
    challenge(page, "#test-source-authorize-3ds")
    page.wait_for_url("**/thank-you*")
    take(page, "thank-you", language)
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.goto(page.url.replace("/thank-you", "/withdraw"))
    take(page, "withdrawal", language, PHONE)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def fill_form(page: Page, number: str) -> None:
    """Fill in the payment form."""
    page.fill("[name=email]", "marko@example.com")
    page.fill("[name=name]", "Marko")
    for field, keys in (("number", number), ("expiry", "1234"), ("cvc", "123")):
        page.frame_locator(f"#card-{field} iframe").locator("input").press_sequentially(keys)


def subscribe(browser: Browser, page: Page, welcome: dict[str, str], language: str) -> None:
    """Subscribe, let the renewal need 3-D Secure, show the admin's list, and confirm the renewal on a phone."""
    page.goto(f"{welcome['Shop']}o/{RECURRING}?lang={language}")
    fill_form(page, "4242424242424242")
    take(page, "subscription", language)
    page.click("button.pay")
    page.wait_for_url("**/thank-you*")
    page.goto(welcome["Stripe"])
    page.locator("button[value=asks]").first.click()
    queue = f"{welcome['Admin']}/subscriptions/needs-authentication"
    wait_for_the_worker(page, queue)
    take(page, "queue", language)
    page.goto(page.locator("a[href$='/pay-link']").first.evaluate("link => link.href"))
    confirm(browser, page.locator("a.share").inner_text(), language)


def wait_for_the_worker(page: Page, queue: str) -> None:
    """Wait until the worker has handled Stripe's event and the list shows the renewal."""
    for _attempt in range(MAX_ATTEMPTS):
        page.goto(queue)
        if page.locator("main tbody tr").count():
            return
        page.wait_for_timeout(500)
    raise SystemExit("no renewal needs 3-D Secure")


def confirm(browser: Browser, link: str, language: str) -> None:
    """Open the email's link in the browser of a phone without a session, and confirm the payment."""
    phone = {"width": PHONE, "height": 844}
    context = browser.new_context(viewport=phone, is_mobile=True, has_touch=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(link)
    expect(page.locator("button.pay")).to_be_enabled()
    take(page, "renewal", language, PHONE)
    page.click("button.pay")
    challenge(page, "#test-source-authorize-3ds")
    page.wait_for_url("**/thank-you*")
    context.close()


def challenge(page: Page, button: str) -> None:
    """Press a button on the bank's page, in its frames."""
    page.frame_locator("body > iframe[name^=__privateStripeFrame]").frame_locator("iframe").locator(button).click()


if __name__ == "__main__":
    main()
