"""A one-page shop with a strict policy, and Taras' account that takes payments on it."""

from collections.abc import Iterator

import pytest
import stripe
from playwright.sync_api import Page

from stripe_simulator.accounts import TARAS, publishable_key, secret_key
from tests.chromium import launch_arguments
from tests.http_server import serving
from tests.simulator_js.checkout_page import CheckoutPage, page_handler
from tests.simulator_process import Simulator


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return launch_arguments()


@pytest.fixture(scope="session")
def shop(simulator_process: Simulator) -> Iterator[str]:
    """The address of the page; see checkout_page.py for its contents."""
    with serving(page_handler(simulator_process.url)) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def taras(simulator: Simulator) -> stripe.StripeClient:
    """Taras' server: the Stripe API with the secret key."""
    return stripe.StripeClient(secret_key(TARAS), base_addresses={"api": simulator.url})


@pytest.fixture
def checkout(page: Page, shop: str, simulator: Simulator) -> CheckoutPage:
    """The page in a browser, with Taras' publishable key and nothing mounted yet."""
    return CheckoutPage(page, shop, publishable_key(TARAS))
