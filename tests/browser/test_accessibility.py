"""Every kind of page for everybody: axe-core finds nothing against WCAG 2.1 A and AA, each control has its label, there
is one h1, and nothing stands beside the screen: on phones and on desks, in each language."""

from collections.abc import Iterable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page
from pytest_playwright import CreateContextCallback

from storefront.models import Merchant
from tests.browser import every_page
from tests.browser.every_page import Cast
from tests.browser.people import Owner
from tests.browser.shop import Shop
from tests.browser.which_stripe import SimulatedStripe

LANGUAGES = ("en", "uk", "ru")
WIDTHS = (360, 768, 1000, 1280)
SCREEN = {"height": 800, "deviceScaleFactor": 1, "mobile": False}
# Stripe's fields are in frames of its own, where axe has no business.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
    "iframes": False,
}
# Whatever can be opened is open. What Stripe.js puts into a page beside its frames is for itself.
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
BESIDE = "width => innerWidth !== width || document.scrollingElement.scrollWidth > innerWidth"


@pytest.fixture
def cast(shop: Shop, stripe: SimulatedStripe) -> Cast:
    shop.connect_merchant()
    with shop.inside():
        found = every_page.happen(Merchant.get(), stripe.simulator)
    shop.until_letters_are_out()
    return found


@pytest.fixture
def page(new_context: CreateContextCallback) -> Page:
    """The script that looks at a page is none of the shop's: its Content-Security-Policy would keep it out."""
    return new_context(bypass_csp=True, reduced_motion="reduce").new_page()


def test_buyers_pages_are_for_everybody(page: Page, shop: Shop, cast: Cast) -> None:
    with shop.inside():
        addresses = every_page.of_buyers(cast)
    assert not list(faults(page, shop.url, addresses))


def test_the_owners_pages_are_for_everybody(page: Page, shop: Shop, cast: Cast, owner: Owner) -> None:
    with shop.inside():
        addresses = every_page.of_admins(cast)
    assert not list(faults(page, shop.url, addresses))


def test_the_door_of_the_admin_is_for_everybody(page: Page, shop: Shop) -> None:
    assert not list(faults(page, shop.url, ["/admin/login"]))


def faults(page: Page, shop_url: str, addresses: Iterable[str]) -> Iterator[str]:
    """What is wrong, a line each."""
    # A thousand changes of the screen: the browser's own command takes half the time of the page's.
    screen = page.context.new_cdp_session(page)
    for address in addresses:
        for language in LANGUAGES:
            answer = page.goto(f"{shop_url}{address}{'&' if '?' in address else '?'}lang={language}")
            if answer is None or answer.ok == (address in every_page.NOT_THERE):
                # Else the walk would look at error pages in place of what has moved.
                yield f"{address}: {answer and answer.status}"
            page.evaluate(OPEN)
            yield from (f"{address} ({language}) {fault}" for fault in of_page(page, screen, language))


def of_page(page: Page, screen: CDPSession, language: str) -> Iterator[str]:
    """The words don't change what axe sees; how wide they are changes where they stand."""
    if language == LANGUAGES[0]:
        yield from page.evaluate(STRUCTURE)
        for violation in Axe().run(page, options=RULES).response["violations"]:
            yield from (f"{violation['id']}: {node['html']} {node['failureSummary']}" for node in violation["nodes"])
    for width in WIDTHS:
        screen.send("Emulation.setDeviceMetricsOverride", {**SCREEN, "width": width})
        if page.evaluate(BESIDE, width):
            yield f"stands beside a screen of {width} px"
