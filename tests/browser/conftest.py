"""The stage of the stories: one shop and one simulator per test process, emptied before each story."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from pytest_playwright import CreateContextCallback

from tests.browser.people import Buyer, Owner
from tests.browser.shop import Shop, running_shop
from tests.chromium import launch_arguments
from tests.simulator_process import Simulator

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return launch_arguments()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """Visitors read English unless a story says otherwise."""
    return {**browser_context_args, "locale": "en-US"}


@pytest.fixture(scope="session")
def shop_process(simulator_process: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with running_shop(simulator_process, tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def shop(shop_process: Shop, simulator: Simulator) -> Shop:
    """An empty shop whose owner can sign in, beside a simulator that remembers nothing."""
    shop_process.empty()
    shop_process.make_admin()
    return shop_process


@pytest.fixture
def owner(page: Page, shop: Shop) -> Owner:
    """Olena, signed in."""
    olena = Owner(page, shop)
    olena.sign_in()
    page.wait_for_url(f"{shop.url}/admin")
    return olena


@pytest.fixture
def buyer(new_context: CreateContextCallback) -> Buyer:
    """Marko, in a browser of his own."""
    return Buyer(new_context().new_page())


@pytest.fixture
def phone(new_context: CreateContextCallback) -> Page:
    """A page on a phone's screen, touched instead of clicked."""
    return new_context(**PHONE).new_page()
