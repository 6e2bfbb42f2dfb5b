"""Fixtures for browser tests: one shop and one simulator per test process, emptied before each test.

The shop stops after the last browser test of a process: its worker would go on asking the simulator that others use.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_playwright import CreateContextCallback

from tests.browser import stripe_choice
from tests.browser.actors import Buyer, Owner
from tests.browser.mailbox import Mailbox
from tests.browser.screens import SCREENS
from tests.browser.shop_process import Shop, running_shop
from tests.browser.stripe_choice import SimulatedStripe, Stripe
from tests.chromium import PATIENCE_MS, launch_arguments
from tests.mail_server import MailServer, running_mail_server
from tests.telegram import Telegram, running_telegram


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "live: a story that can also be played against the real Stripe")
    if stripe_choice.is_real():
        stripe_choice.require_keys()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return launch_arguments()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """Browsers are in English unless a test says otherwise."""
    return {**browser_context_args, "locale": "en-US"}


@pytest.fixture
def new_context(new_context: CreateContextCallback) -> CreateContextCallback:
    """Clicks and loads of pages wait as long as `expect`."""

    def make(**arguments: Any) -> BrowserContext:
        context = new_context(**arguments)
        context.set_default_timeout(PATIENCE_MS)
        return context

    return make


@pytest.fixture(scope="session")
def chosen_stripe(request: pytest.FixtureRequest) -> Iterator[Stripe]:
    with stripe_choice.chosen(request) as stripe:
        yield stripe


@pytest.fixture(scope="package")
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture(scope="package")
def telegram_server() -> Iterator[Telegram]:
    with running_telegram() as server:
        yield server


@pytest.fixture(scope="package")
def shop_process(
    chosen_stripe: Stripe,
    mail_server: MailServer,
    telegram_server: Telegram,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    with running_shop(chosen_stripe, mail_server.url, folder, TELEGRAM_API_BASE=telegram_server.url) as shop:
        yield shop


@pytest.fixture
def stripe(chosen_stripe: SimulatedStripe) -> SimulatedStripe:
    """The simulator and its controls."""
    return chosen_stripe


@pytest.fixture
def shop(shop_process: Shop) -> Shop:
    """An empty shop whose owner can sign in, and an empty Stripe."""
    shop_process.stripe.forget()
    shop_process.empty()
    return shop_process


@pytest.fixture
def owner(page: Page, shop: Shop) -> Owner:
    """Olena, signed in."""
    olena = Owner(page, shop)
    olena.be_signed_in()
    return olena


@pytest.fixture
def screen() -> str:
    """The buyer's screen; tests marked with `on_a_phone` have another one."""
    return "desktop"


@pytest.fixture
def buyer(new_context: CreateContextCallback, shop: Shop, screen: str) -> Buyer:
    """Marko's browser."""
    return Buyer(new_context(**SCREENS[screen]).new_page())


@pytest.fixture
def friend(new_context: CreateContextCallback, shop: Shop) -> Buyer:
    """A phone with its own browser context."""
    return Buyer(new_context(**SCREENS["phone"]).new_page())


@pytest.fixture
def mailbox(shop: Shop, mail_server: MailServer) -> Mailbox:
    """Marko's empty mailbox."""
    mail_server.received.clear()
    return Mailbox(mail_server)


@pytest.fixture
def telegram(shop: Shop, telegram_server: Telegram) -> Telegram:
    """Telegram, which has sent nothing yet."""
    telegram_server.sent.clear()
    return telegram_server


@pytest.fixture
def address(shop: Shop) -> str:
    """The address of an offer of €19.99."""
    return shop.make_offer(shop.connect_merchant(), title="Watercolour evening")


@pytest.fixture
def phone(new_context: CreateContextCallback) -> Page:
    """A page on a phone's touch screen."""
    return new_context(**SCREENS["phone"]).new_page()
