"""Apple Pay, Google Pay and Link: the domain at Stripe, what the doctor says, and what an offer's page loads."""

import re
from urllib.parse import urljoin, urlsplit

import brotli
import pytest
from flask.testing import FlaskClient

from storefront import emails, merchants
from storefront.models import Merchant, Offer, Order, Payment
from storefront.operations.doctor import merchants as doctor
from stripe_simulator import accounts
from tests.cards import GOOD
from tests.cast import MARKO, MARKOS_FORM
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import start_checkout
from tests.simulator_process import Simulator
from tests.stripe_dashboard import method_types_at_stripe
from tests.subscription_steps import newest_invoice, reload, renew, subscription_after_refresh

KEYS = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
SHOP = "https://shop.example.com"
DOMAINS = "/v1/payment_method_domains"


def turn_on(simulator: Simulator, *wallets: str) -> None:
    simulator.change_account(accounts.OLENA.id, wallets=list(wallets))


def wallet_findings(merchant: Merchant, address: str = SHOP) -> list[tuple[str, str]]:
    found = doctor.findings(merchant, address)
    return [(one.grade, one.code) for one in found if one.code.startswith("wallets")]


def test_the_domain_is_registered_once_when_a_merchant_is_saved(client: FlaskClient, simulator: Simulator) -> None:
    turn_on(simulator, "apple_pay", "google_pay", "link")
    merchant = merchants.connect("Olena's studio", *KEYS, SHOP)
    assert (merchant.wallet_domain, merchant.wallets) == ("shop.example.com", "apple_pay google_pay link")
    merchants.check(merchant, SHOP)
    posts = [one["path"] for one in simulator.logged_requests(DOMAINS, "POST")]
    assert posts[0] == DOMAINS and all(path.endswith("/validate") for path in posts[1:]) and len(posts) == 2
    assert wallet_findings(merchant) == [("green", "wallets_ready")]
    page = client.get(f"/o/{make_offer(merchant).slug}")
    assert 'data-wallets="apple_pay google_pay link"' in page.text
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    turn_on(simulator)
    merchants.check(merchant, SHOP)
    assert (merchant.wallets, wallet_findings(merchant)) == ("", [("green", "wallets_none")])


def test_without_https_no_domain_is_registered(simulator: Simulator, merchant: Merchant) -> None:
    assert simulator.logged_requests(DOMAINS) == [] and merchant.wallet_domain == ""
    assert wallet_findings(merchant, "http://shop.example.com") == []


def test_a_domain_that_stripe_refuses_stops_nothing_else(client: FlaskClient, simulator: Simulator) -> None:
    turn_on(simulator, "apple_pay")
    simulator.change_account(accounts.OLENA.id, lacks=["payment_method_domain_write", "payment_method_domain_read"])
    merchant = merchants.connect("Olena's studio", *KEYS, SHOP)
    assert merchant.takes_payments and merchant.wallets == "" and "permission" in merchant.wallet_problem
    assert wallet_findings(merchant) == [("amber", "wallets_unregistered")]
    simulator.change_account(accounts.OLENA.id, lacks=[])
    merchants.check(merchant, SHOP)
    assert (merchant.wallets, merchant.wallet_problem) == ("apple_pay", "")


@pytest.mark.parametrize("terms", [{}, {"kind": "recurring"}, {"kind": "recurring", "trial_days": 14}])
def test_intents_take_link_exactly_where_the_page_offers_it(
    client: FlaskClient, simulator: Simulator, terms: dict[str, object]
) -> None:
    turn_on(simulator, "link")
    merchant = merchants.connect("Olena's studio", *KEYS, SHOP)
    offer = make_offer(merchant, **terms)

    def pressed() -> tuple[bool, list[str]]:
        page = client.get(f"/o/{offer.slug}").text
        assert client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM).status_code == 200
        payment = Payment.select().where(Payment.ended_at.is_null()).get()
        return 'data-wallets="link"' in page, method_types_at_stripe(payment)

    assert pressed() == (True, ["card", "link"])
    # The customer comes back after the owner has turned Link off: the page and the intent say the same again.
    turn_on(simulator)
    merchants.check(merchant, SHOP)
    assert pressed() == (False, ["card"])
    assert Payment.select().count() == 2 and Order.select().count() == 1


def test_a_renewal_of_link_that_the_bank_asks_about_is_confirmed_with_link(
    client: FlaskClient, simulator: Simulator
) -> None:
    turn_on(simulator, "link")
    merchant = merchants.connect("Olena's studio", *KEYS, SHOP)
    started = start_checkout(make_offer(merchant, kind="recurring"), MARKO)
    simulator.confirm(merchant.publishable_key, started.client_secret or "", GOOD, "link")
    subscription = subscription_after_refresh(started.order)
    assert (subscription.status, subscription.is_link) == ("active", True)
    renew(subscription, simulator, "asks")
    link = f"/orders/{started.order.token}/pay"
    without_key = client.get(link).text
    assert "data-saved" not in without_key and "Pay €19.99" in without_key and 'data-wallets="link"' in without_key
    link = f"{link}?key={emails.make_pay_key(started.order)}"
    page = client.get(link).text
    assert f'data-saved="{subscription.card_id}" data-saved-link' in page and "Confirm €19.99 payment" in page
    assert "confirm this payment with Link" in page and 'value="saved" checked' in page
    secret = client.post(link, data={"with": "saved"}).json["client_secret"]
    simulator.confirm_saved(merchant.publishable_key, secret, subscription.card_id)
    simulator.answer_challenge(secret, "authorize")
    client.get(f"/orders/{started.order.token}")
    assert (reload(subscription).status, newest_invoice(subscription).status) == ("active", "paid")


def test_a_subscription_for_which_stripe_refuses_link_is_sold_to_cards(
    client: FlaskClient, simulator: Simulator
) -> None:
    merchant = connect_merchant()
    # The domain was good for Link, but the account is not.
    Merchant.update(wallets="apple_pay link").execute()
    offer = make_offer(merchant, kind="recurring")
    answer = client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM)
    assert answer.status_code == 200, answer.text
    payment = Payment.current(Order.get())
    assert payment is not None and method_types_at_stripe(payment) == ["card"]
    assert Merchant.get().wallets == "apple_pay"


@pytest.mark.parametrize("place", ["", "/embed"])
@pytest.mark.parametrize("wallets", ["", "apple_pay"])
def test_an_offers_page_is_small_and_loads_no_wallet_script_by_itself(
    client: FlaskClient, wallets: str, place: str
) -> None:
    """Page, style sheets and scripts, compressed, without Stripe's own files; also scripts that it loads later."""
    merchant = connect_merchant()
    Merchant.update(wallets=wallets).where(Merchant.id == merchant.id).execute()
    offer = make_offer(Merchant.get(), kind="recurring", max_quantity=5)
    Offer.update(allowed_sites="https://blog.example.com").execute()
    address = f"/o/{offer.slug}{place}"
    page = client.get(address).text
    assert ("data-wallets" in page) == bool(wallets)
    waiting: list[str] = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css)[^"]*)"', page)
    texts = {address: page}
    while waiting:
        link = waiting.pop()
        if link in texts:
            continue
        texts[link] = client.get(link).text
        imported = re.findall(r"^(?:import|\}) .*?from '(\./[^']+)'", texts[link], flags=re.M)
        later = set(re.findall(r"import\('(\./[^']+)'\)", texts[link])) - {"./wallets.js"}
        waiting += [urljoin(link, name) for name in (*imported, *later)]
    assert not any("wallets.js" in urlsplit(link).path for link in texts)
    assert all(any(name in link for link in texts) for name in ("card-fields", "price-quote", "choices"))
    assert sum(len(brotli.compress(text.encode(), quality=5)) for text in texts.values()) <= 60_000
