"""Where keys and cards go: those of live accounts to Stripe or this machine, those of test accounts over https."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe
from flask import Flask

from storefront import create_app, db, merchants, operations
from storefront.config import Config, ConfigError
from storefront.errors import StripeUnreachable
from storefront.models import Merchant
from storefront.stripe_gateway import Credentials, foreign_variables, retrieve_account
from storefront.stripe_gateway.client import over_the_network, set_http_client
from stripe_simulator import accounts
from tests.cast import MARKOS_FORM
from tests.factories import SHOP_URL, connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.web_client import browser, signed_in

VARIABLES = ("STRIPE_API_BASE", "STRIPE_JS_URL")
ELSEWHERE = "https://stripe.example.com"
STRIPES = {"api.stripe.com", "js.stripe.com"}


class Recorder(stripe.HTTPClient):
    """Sends every request to the simulator, and remembers the hosts that they were for."""

    name = "recorder"

    def __init__(self, simulator: Simulator, hosts: set[str | None]) -> None:
        super().__init__()
        self.inner, self.simulator, self.hosts = over_the_network(60), simulator, hosts

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        parts = urlsplit(url)
        self.hosts.add(parts.hostname)
        query = f"?{parts.query}" if parts.query else ""
        return self.inner.request(method, f"{self.simulator.url}{parts.path}{query}", headers, post_data, **more)


@pytest.fixture
def hosts() -> set[str | None]:
    """The hosts that the shop's requests were for."""
    return set()


@pytest.fixture
def elsewhere(environment: dict[str, str], simulator: Simulator, hosts: set[str | None], shop_template: Any) -> Flask:
    """A shop whose two variables name another server over https."""
    environment = {**environment, "STRIPE_API_BASE": ELSEWHERE, "STRIPE_JS_URL": f"{ELSEWHERE}/endive/stripe.js"}
    config = Config.from_environment(environment)
    app = create_app(config)
    db.migrate(config)
    set_http_client(lambda _: Recorder(simulator, hosts))
    return app


def sources(page: Any) -> set[str]:
    """The hosts of the page's Stripe.js and of its Content-Security-Policy."""
    policy = page.headers["Content-Security-Policy"].replace(";", " ").split()
    found = {urlsplit(word).hostname for word in policy if word.startswith("http")}
    scripts = [part.split('"')[0] for part in page.text.split('src="')[1:]]
    return {host for host in found | {urlsplit(script).hostname for script in scripts} if host}


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize(
    "address", ["http://stripe.example.com", "http://api.stripe.com", "http://127.0.0.1.example.com", "http://10.0.0.7"]
)
def test_another_server_without_encryption_is_refused_by_name(
    environment: dict[str, str], name: str, address: str
) -> None:
    with pytest.raises(ConfigError, match=rf"\A{name}: ") as refused:
        Config.from_environment({**environment, name: address})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:12111", "http://[::1]:12111", "http://localhost:12111", ELSEWHERE]
)
def test_this_machine_and_servers_over_https_are_accepted_and_said(
    environment: dict[str, str], name: str, address: str
) -> None:
    config = Config.from_environment({**environment, name: address})
    assert foreign_variables(config)[name] == address


def test_nothing_of_a_live_account_goes_to_another_server(elsewhere: Flask, hosts: set[str | None]) -> None:
    with elsewhere.app_context():
        merchant = connect_merchant(mode="live")
        # Only test accounts may have addresses of their own.
        Merchant.update(api_base="https://own.example.com", js_url="https://own.example.com/stripe.js").execute()
        make_offer(merchant, slug="evening")
    page = browser(elsewhere).get("/o/evening")
    assert browser(elsewhere).post("/o/evening/checkout", data=MARKOS_FORM).status_code == 200
    with elsewhere.app_context():
        assert merchants.check(Merchant.get(), SHOP_URL) == []
    assert hosts == {"api.stripe.com"}
    assert {host.removeprefix("*.") for host in sources(page)} == {*STRIPES, "hooks.stripe.com"}
    assert "https://js.stripe.com/endive/stripe.js" in page.text


def test_a_test_account_uses_the_other_server_or_its_own_addresses(elsewhere: Flask, hosts: set[str | None]) -> None:
    with elsewhere.app_context():
        merchant = connect_merchant()
        make_offer(merchant, slug="evening")
    assert sources(browser(elsewhere).get("/o/evening")) == hosts == {"stripe.example.com"}
    hosts.clear()
    with elsewhere.app_context():
        Merchant.update(api_base="https://own.example.com", js_url="https://own.example.com/stripe.js").execute()
        merchants.check(Merchant.get(), SHOP_URL)
    assert sources(browser(elsewhere).get("/o/evening")) == hosts == {"own.example.com"}
    hosts.clear()
    with elsewhere.app_context():
        # Written by an older version: its key must not travel unencrypted.
        Merchant.update(api_base="http://own.example.com", js_url="http://own.example.com/stripe.js").execute()
        merchants.check(Merchant.get(), SHOP_URL)
    assert hosts == {"api.stripe.com"}
    assert {host.removeprefix("*.") for host in sources(browser(elsewhere).get("/o/evening"))} >= STRIPES


def test_a_live_account_may_rehearse_on_this_machine(app: Flask, simulator: Simulator) -> None:
    merchant = connect_merchant(mode="live")
    make_offer(merchant, slug="evening")
    assert sources(browser(app).get("/o/evening")) == {"127.0.0.1"}
    assert browser(app).post("/o/evening/checkout", data=MARKOS_FORM).status_code == 200


def test_a_key_of_an_unknown_kind_counts_as_live(elsewhere: Flask, hosts: set[str | None]) -> None:
    with elsewhere.app_context(), db.connection():
        for kind in ("sk_live_1", "rk_live_1", "sk_org_1", "ek_test_1"):
            try:
                retrieve_account(Credentials("pk_live_1", kind))
            except StripeUnreachable:
                pytest.fail("the request was not sent")
            except Exception as error:
                assert type(error).__name__ == "StripeKeyInvalid"
    assert hosts == {"api.stripe.com"}


@pytest.mark.parametrize("kind", ["elsewhere", "app"])
def test_whatever_is_not_stripe_is_said_by_the_doctor_and_on_the_accounts_row(
    kind: str, simulator: Simulator, request: pytest.FixtureRequest
) -> None:
    shop: Flask = request.getfixturevalue(kind)
    with shop.app_context():
        connect_merchant()
        findings = operations.diagnose(shop.config["SHOP"])
        said = {(finding.code, finding.grade) for finding in findings if "elsewhere" in finding.code}
        assert said == {("stripe_elsewhere", "amber"), ("merchant_elsewhere", "amber")}
    owner, address = signed_in(shop), ELSEWHERE if kind == "elsewhere" else simulator.url
    assert address in owner.get("/admin/settings/payment-systems/stripe").text
    page = owner.get("/admin/doctor").text
    assert page.count("STRIPE_API_BASE") == page.count("STRIPE_JS_URL") == 1 and address in page


def test_a_live_account_that_uses_stripe_itself_has_no_such_note(elsewhere: Flask) -> None:
    with elsewhere.app_context():
        connect_merchant(accounts.OLENA, mode="live")
        codes = {finding.code for finding in operations.diagnose(elsewhere.config["SHOP"])}
        assert "merchant_elsewhere" not in codes and "stripe_elsewhere" in codes
    assert "stripe.example.com" not in signed_in(elsewhere).get("/admin/settings/payment-systems/stripe").text
