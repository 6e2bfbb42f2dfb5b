"""Rehearsal: a simulator beside the shop plays Stripe for an owner who has no account yet."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import create_app, db, subscriptions
from storefront.config import Config, ConfigError
from storefront.models import Merchant, Offer
from stripe_simulator import accounts
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.subscription_steps import newest_invoice, subscribe
from tests.web.admin_pages import alerts_of, post, status_of, text_of

REHEARSAL = "/admin/rehearsal"


@pytest.fixture
def environment(environment: dict[str, str], simulator: Simulator) -> dict[str, str]:
    """A shop that uses Stripe, with a simulator beside it."""
    return {**environment, "REHEARSAL_STRIPE_URL": simulator.url}


@pytest.fixture
def rehearsing(admin: FlaskClient) -> Merchant:
    assert post(admin, REHEARSAL).location == REHEARSAL
    return Merchant.get()


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://stripe.example.com",
            "http://10.0.0.7:12111",
            "http://127.0.0.1.example.com",
            "http://0.0.0.0:12111",
        ),
        *("http://169.254.169.254", "ftp://127.0.0.1", "127.0.0.1:12111", "http://user:word@127.0.0.1:12111"),
        *("http://127.0.0.1:12111/path", "http://127.0.0.1:12111?x=1", "http://localhost@evil.example.com"),
    ],
)
def test_only_a_simulator_on_this_machine_is_accepted_at_the_start(environment: dict[str, str], address: str) -> None:
    with pytest.raises(ConfigError, match=r"\AREHEARSAL_STRIPE_URL: ") as refused:
        Config.from_environment({**environment, "REHEARSAL_STRIPE_URL": address})
    assert "\n" not in str(refused.value) and "user:word" not in str(refused.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:12111", "http://localhost:12111/", "http://[::1]:12111", ""])
def test_addresses_of_this_machine_are_accepted(environment: dict[str, str], address: str) -> None:
    config = Config.from_environment({**environment, "REHEARSAL_STRIPE_URL": address})
    assert config.rehearsal_stripe_url == (address.rstrip("/") or None)


def test_one_press_begins_a_rehearsal(admin: FlaskClient, simulator: Simulator) -> None:
    assert "Try without a Stripe account" in text_of(admin.get("/admin").text)
    assert "Try without a Stripe account" in text_of(admin.get("/admin/settings/payment-systems/stripe").text)
    post(admin, REHEARSAL)
    merchant = Merchant.get()
    assert (merchant.mode, merchant.api_base, merchant.js_url) == ("test", simulator.url, simulator.js_url)
    assert merchant.is_rehearsal and merchant.pair_verified and merchant.name == "Rehearsal"
    page = text_of(admin.get(REHEARSAL).text)
    assert "Rehearsal started." in page and "4000 0000 0000 9995" in page
    post(admin, REHEARSAL)
    assert Merchant.select().count() == 1


def test_it_is_marked_wherever_it_shows(admin: FlaskClient, client: FlaskClient, rehearsing: Merchant) -> None:
    offer = make_offer(rehearsing, slug="tea")
    order = buy(offer, Simulator(rehearsing.api_base or ""), MARKO)
    pages = ("/admin/offers", "/admin/offers/1", "/admin/orders", f"/admin/orders/{order.token}")
    for address in (*pages, "/admin/settings/payment-systems/stripe"):
        assert re.search(r'class="badge test">Rehearsal<', admin.get(address).text), address
    for address in ("/o/tea", f"/orders/{order.token}/thank-you"):
        ribbon = re.search(r'class="ribbon"(.*?)</div>', client.get(address).text, flags=re.S)
        assert ribbon and "Rehearsal" in ribbon[1], address


def test_its_pages_load_the_simulators_script(
    admin: FlaskClient, client: FlaskClient, rehearsing: Merchant, simulator: Simulator
) -> None:
    make_offer(rehearsing, slug="tea")
    page = client.get("/o/tea")
    assert f'src="{simulator.js_url}"' in page.text
    assert f"script-src 'self' {simulator.url};" in page.headers["Content-Security-Policy"]


def test_a_live_merchant_never_uses_the_rehearsals_addresses(environment: dict[str, str], simulator: Simulator) -> None:
    del environment["STRIPE_API_BASE"], environment["STRIPE_JS_URL"]
    config = Config.from_environment(environment)
    app = create_app(config)
    db.migrate(config)
    with app.app_context(), db.connection():
        live = Merchant.create(
            name="Olena",
            mode="live",
            publishable_key="pk_live_of_olena",
            api_base=simulator.url,
            js_url=simulator.js_url,
        )
        make_offer(live, slug="tea")
    page = app.test_client().get("/o/tea")
    assert 'src="https://js.stripe.com/endive/stripe.js"' in page.text
    assert simulator.url not in page.text + page.headers["Content-Security-Policy"]
    with app.app_context(), db.connection():
        Merchant.update(mode="test", publishable_key="pk_test_of_olena").execute()
    rehearsal = app.test_client().get("/o/tea")
    assert f'src="{simulator.js_url}"' in rehearsal.text
    assert f"script-src 'self' {simulator.url};" in rehearsal.headers["Content-Security-Policy"]
    assert "https://js.stripe.com" not in rehearsal.text + rehearsal.headers["Content-Security-Policy"]


def test_renewals_and_disputes_can_be_played(admin: FlaskClient, rehearsing: Merchant) -> None:
    simulator = Simulator(rehearsing.api_base or "")
    monthly = make_offer(rehearsing, kind="recurring", title="Club")
    subscription = subscribe(monthly, simulator)
    order = buy(make_offer(rehearsing, title="Tea"), simulator, MARKO)
    page = admin.get(REHEARSAL).text
    assert f'value="{subscription.public_id}"' in page and f"Dispute order #{order.number}" in page
    for card, needs in (("succeeds", ""), ("asks", "authentication")):
        assert post(admin, f"{REHEARSAL}/renewals", subscription=subscription.public_id, card=card).status_code == 303
        assert "Done." in status_of(admin.get(REHEARSAL).text)
        subscriptions.refresh(subscription)
        assert newest_invoice(subscription).needs == needs, card
    post(admin, f"{REHEARSAL}/disputes", order=order.token)
    assert "Done." in status_of(admin.get(REHEARSAL).text)
    post(admin, f"{REHEARSAL}/waiting")
    assert "Done." in status_of(admin.get(REHEARSAL).text)


def test_only_the_rehearsal_can_be_played_with(admin: FlaskClient, simulator: Simulator) -> None:
    usual = connect_merchant()
    order = buy(make_offer(usual), simulator, MARKO)
    subscription = subscribe(make_offer(usual, kind="recurring", title="Club"), simulator)
    for path, fields in (
        ("renewals", {"subscription": subscription.public_id, "card": "declines"}),
        ("renewals", {"subscription": "nobody", "card": "declines"}),
        ("disputes", {"order": order.token}),
        ("disputes", {"order": "nobody"}),
        ("waiting", {}),
        ("removal", {}),
    ):
        assert post(admin, f"{REHEARSAL}/{path}", **fields).status_code == 404, path
    assert usual.reload() is None and usual.takes_payments


def test_an_unknown_outcome_is_refused(admin: FlaskClient, rehearsing: Merchant) -> None:
    subscription = subscribe(make_offer(rehearsing, kind="recurring"), Simulator(rehearsing.api_base or ""))
    answer = post(admin, f"{REHEARSAL}/renewals", subscription=subscription.public_id, card="explodes")
    assert answer.status_code == 404


def test_it_is_removed_in_one_go(admin: FlaskClient, client: FlaskClient, rehearsing: Merchant) -> None:
    offer = make_offer(rehearsing, slug="tea")
    make_offer(rehearsing, slug="ink", status="draft")
    order = buy(offer, Simulator(rehearsing.api_base or ""), MARKO)
    usual = connect_merchant(accounts.TARAS)
    kept = make_offer(usual, slug="kept")
    assert "2 offers will be archived." in text_of(admin.get(f"{REHEARSAL}/removal").text)
    post(admin, f"{REHEARSAL}/removal")
    assert "Rehearsal removed and 2 offers archived." in status_of(admin.get("/admin/start").text)
    rows = {offer.slug: offer.status for offer in Offer.select()}
    assert rows == {"tea": "archived", "ink": "archived", "kept": kept.status}
    gone = Merchant.get_by_id(rehearsing.id)
    assert not gone.is_connected and gone.secret_key_encrypted is None
    assert client.get("/o/tea").status_code == 404
    assert "Rehearsal" in admin.get(f"/admin/orders/{order.token}").text
    assert post(admin, REHEARSAL).status_code == 303 and Merchant.get_by_id(rehearsing.id).is_connected


def test_without_the_simulator_it_says_so(admin: FlaskClient, app: Flask, simulator: Simulator) -> None:
    simulator.add_fault("/simulator/accounts", "error_before", method="GET")
    object.__setattr__(app.config["SHOP"], "rehearsal_stripe_url", "http://127.0.0.1:9")
    post(admin, REHEARSAL)
    assert "The Stripe simulator doesn’t answer." in alerts_of(admin.get(REHEARSAL).text)
    assert Merchant.select().count() == 0


def test_an_account_that_is_connected_already_is_not_taken(admin: FlaskClient) -> None:
    usual = connect_merchant(accounts.OLENA)
    post(admin, REHEARSAL)
    assert Merchant.select().count() == 2
    assert Merchant.get_by_id(usual.id).api_base is None


def test_strangers_and_other_sites_start_nothing(admin: FlaskClient, client: FlaskClient) -> None:
    assert admin.post(REHEARSAL).status_code == 400
    assert client.post(REHEARSAL).status_code in (302, 400)
    assert client.get(REHEARSAL).status_code == 302
    assert Merchant.select().count() == 0


def test_it_is_off_unless_the_configuration_names_a_simulator(
    environment: dict[str, str], admin: FlaskClient, app: Flask
) -> None:
    object.__setattr__(app.config["SHOP"], "rehearsal_stripe_url", None)
    assert "Try without" not in admin.get("/admin").text
    assert "REHEARSAL_STRIPE_URL" in admin.get(REHEARSAL).text
    assert post(admin, REHEARSAL).status_code == 404
