"""Every kind of page is accessible: axe-core finds no violation of WCAG 2.1 A and AA, each control has a label, there
is one h1, and no horizontal scrolling: on phone and desktop, in each language, light and dark."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page, expect
from pytest_playwright import CreateContextCallback

from storefront import create_app
from storefront.models import Merchant
from tests.browser import every_page
from tests.browser.actors import Owner
from tests.browser.every_page import CreatedRows
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.web.admin.two_step import app_code

ACCOUNT = "/admin/account"
LANGUAGES = ("en", "uk", "ru")
WIDTHS = (360, 768, 1000, 1280)
SCREEN = {"height": 800, "deviceScaleFactor": 1, "mobile": False}
# axe does not check Stripe's frames.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
    "iframes": False,
}
# What differs between light and dark.
COLORS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"], "iframes": False}
RUN_AGAIN = "options => axe.run(document, options).then(found => found.violations)"
# All <details> are opened. Elements that Stripe.js adds are ignored.
OPEN = "document.querySelectorAll('main details').forEach(one => { one.open = true })"
STRUCTURE = """() => {
  const controls = [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter(one => !one.closest('[class^="__PrivateStripe"]') && !one.hidden)
  const named = one => one.labels.length || one.ariaLabel || one.getAttribute('aria-labelledby')
  return [
    ...controls.filter(one => !named(one)).map(one => `no label: ${one.outerHTML}`),
    ...document.querySelectorAll('h1').length === 1 ? [] : ['not one h1'],
  ]
}"""
# The innermost elements that reach beyond the right edge of a page that scrolls sideways.
BEYOND = """width => {
  if (innerWidth === width && document.scrollingElement.scrollWidth <= innerWidth) return [];
  const beyond = [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > width);
  return ['', ...beyond.filter(one => !beyond.includes(one.firstElementChild)).map(one => one.outerHTML.slice(0, 200))];
}"""


@pytest.fixture
def cast(shop: Shop, stripe: SimulatedStripe) -> CreatedRows:
    shop.connect_merchant()
    with shop.inside():
        found = every_page.fill_shop(Merchant.get(), stripe.simulator)
    shop.until_emails_are_sent()
    return found


@pytest.fixture
def page(new_context: CreateContextCallback) -> Page:
    """A page that allows the axe script, which the shop's Content-Security-Policy would block."""
    return new_context(bypass_csp=True, reduced_motion="reduce").new_page()


def test_public_pages_are_accessible(page: Page, shop: Shop, cast: CreatedRows) -> None:
    with shop.inside():
        addresses = every_page.public_addresses(cast)
    addresses += [page for page in pages_without_parameters(shop, addresses) if not page.startswith("/admin")]
    assert list(faults(page, shop.url, addresses)) == []


def test_admin_pages_are_accessible(page: Page, shop: Shop, cast: CreatedRows, owner: Owner) -> None:
    with shop.inside():
        addresses = every_page.admin_addresses(cast)
    addresses += [page for page in pages_without_parameters(shop, addresses) if page.startswith("/admin")]
    assert list(faults(page, shop.url, addresses)) == []


def test_signed_out_admin_pages_are_accessible(page: Page, shop: Shop, cast: CreatedRows) -> None:
    with shop.inside():
        addresses = every_page.signed_out_pages()
    assert list(faults(page, shop.url, addresses)) == []


def test_two_step_verification_is_accessible(page: Page, shop: Shop, owner: Owner) -> None:
    """Its pages depend on how far the admin is: the recovery codes are shown once."""
    screen = page.context.new_cdp_session(page)
    owner.open(ACCOUNT)
    page.get_by_role("button", name="Set up app").click()
    page.wait_for_url(f"{shop.url}{ACCOUNT}/two-step/setup")
    found = list(faults(page, shop.url, [f"{ACCOUNT}/two-step/setup"]))
    page.goto(f"{shop.url}{ACCOUNT}/two-step/setup?lang=en")
    with shop.inside():
        code = app_code()
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    found += of_page(page, screen, LANGUAGES[0])
    found += faults(page, shop.url, [ACCOUNT, f"{ACCOUNT}/two-step/removal"])
    page.context.clear_cookies()
    owner.sign_in()
    page.wait_for_url(f"{shop.url}/admin/login/code")
    found += faults(page, shop.url, ["/admin/login/code"])
    assert found == []


def pages_without_parameters(shop: Shop, known: list[str]) -> list[str]:
    """Those that are not known yet."""
    app = create_app(shop.config)
    app.extensions["runtime"].database.close_all()
    return every_page.other_pages(app.url_map.iter_rules(), known)


def faults(page: Page, shop_url: str, addresses: Iterable[str]) -> Iterator[str]:
    """The problems, one line each."""
    # The browser's own command is twice as fast as Playwright's for a thousand size changes.
    screen = page.context.new_cdp_session(page)
    for address in addresses:
        for language in LANGUAGES:
            answer = page.goto(f"{shop_url}{address}{'&' if '?' in address else '?'}lang={language}")
            is_refused = address in every_page.NOT_THERE or address.startswith(every_page.REFUSED)
            if answer is None or answer.ok == is_refused:
                # Otherwise a moved page would be checked as an error page.
                yield f"{address}: {answer and answer.status}"
            if "code=" in address:
                page.wait_for_selector("#price-summary > *")
            page.evaluate(OPEN)
            yield from (f"{address} ({language}) {fault}" for fault in of_page(page, screen, language))


def of_page(page: Page, screen: CDPSession, language: str) -> Iterator[str]:
    """axe runs in one language only, light and dark; the layout is checked in all, because text widths differ."""
    if language == LANGUAGES[0]:
        yield from page.evaluate(STRUCTURE)
        yield from in_words("light", Axe().run(page, options=RULES).response["violations"])
        page.emulate_media(color_scheme="dark")
        yield from in_words("dark", page.evaluate(RUN_AGAIN, COLORS))
        page.emulate_media(color_scheme="light")
    for width in WIDTHS:
        screen.send("Emulation.setDeviceMetricsOverride", {**SCREEN, "width": width})
        if beyond := page.evaluate(BEYOND, width):
            yield f"is wider than a screen of {width} px{': '.join(beyond)}"


def in_words(scheme: str, violations: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What axe found, one line for each element."""
    for violation in violations:
        for node in violation["nodes"]:
            yield f"{scheme}: {violation['id']}: {node['html']} {node['failureSummary']}"
