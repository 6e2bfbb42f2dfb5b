"""A shop of its own, which reaches Stripe through a proxy. Each story runs in each of the simulator's worlds."""

from collections.abc import Iterator

import pytest

from stripe_simulator import accounts
from tests.browser import stripe_choice
from tests.browser.live.stripe_proxy import StripeProxy, running_proxy
from tests.browser.live.world import SIMULATED, World
from tests.browser.shop_process import Shop, running_shop
from tests.browser.stripe_choice import SimulatedStripe, Stripe
from tests.mail_server import MailServer


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "place" in metafunc.fixturenames:
        metafunc.parametrize("place", ["real"] if stripe_choice.is_real() else list(SIMULATED))


@pytest.fixture(scope="package")
def proxy(chosen_stripe: Stripe) -> Iterator[StripeProxy]:
    with running_proxy(chosen_stripe.api) as found:
        yield found


@pytest.fixture(scope="package")
def shop_process(
    chosen_stripe: Stripe, proxy: StripeProxy, mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("live-shop")
    with running_shop(chosen_stripe, mail_server.url, folder, STRIPE_API_BASE=proxy.url) as shop:
        yield shop


@pytest.fixture
def world(place: str, shop: Shop, proxy: StripeProxy) -> World:
    """The connected account. Without a test clock, until a story starts one."""
    account, is_newer = SIMULATED.get(place, (accounts.TARAS, False))
    if isinstance(shop.stripe, SimulatedStripe):
        shop.stripe.simulator.change_account(account.id, newer_challenge=is_newer, charges_enabled=True)
    proxy.test_clock = ""
    return World(shop, proxy, account, shop.connect_merchant(account))
