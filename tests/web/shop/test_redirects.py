"""Redirect after payment: to the owner's address, signed, once, and never before the order is paid."""

import json
import re
import subprocess
import sys
from pathlib import Path
from shutil import which
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from storefront.models import Merchant, Offer, Order, Payment
from storefront.offers import redirect_secret
from tests.cards import ASKS, GOOD
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import buy, refresh
from tests.simulator_process import Simulator
from tests.web.admin_pages import error_at, post

ADDRESS = "https://owner.example.com/thanks?source=shop#top"
DOCUMENT = Path("docs/selling.md").read_text()


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, redirect_url=ADDRESS)


def press(client: FlaskClient, offer: Offer, **fields: str) -> dict[str, str]:
    answer = client.post(f"/o/{offer.slug}/checkout?lang=en", data=MARKOS_FORM | fields)
    assert answer.status_code == 200
    return dict(answer.json or {})


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def code(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found, language
    return found[1]


def checked_by_python(query: dict[str, str], secret: str) -> bool:
    program = f"import json, sys\n{code('python')}\nprint(is_paid(*json.load(sys.stdin)))"
    return _run([sys.executable, "-c", program], query, secret) == "True"


def checked_by_node(query: dict[str, str], secret: str) -> bool:
    program = f"{code('javascript')}\nconsole.log(isPaid(...JSON.parse(require('fs').readFileSync(0))))"
    return _run(["node", "-e", program], query, secret) == "true"


def checked_by_php(query: dict[str, str], secret: str) -> bool:
    program = f"{code('php')}\necho is_paid(...json_decode(stream_get_contents(STDIN), true)) ? 'true' : 'false';"
    return _run(["php", "-r", program], query, secret) == "true"


def _run(command: list[str], query: dict[str, str], secret: str) -> str:
    sent = json.dumps([query, secret])
    return subprocess.run(command, input=sent, capture_output=True, text=True, check=True).stdout.strip()


CHECKS = [
    checked_by_python,
    *([checked_by_node] if which("node") else []),
    *([checked_by_php] if which("php") else []),
]


def test_a_paid_customer_goes_on_once_and_the_page_links_there_later(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    started = press(client, offer)
    page = f"/orders/{started['order']}"
    assert "owner.example.com" not in client.get(page).text
    simulator.confirm(offer.merchant.publishable_key, started["client_secret"], GOOD)
    # Its page has just asked Stripe, and does so again only after a few seconds.
    refresh(Order.get())
    assert client.get(page).location == f"{page}/thank-you"
    # The script of the form asks first whether the shop answers.
    assert client.head(f"{page}/thank-you").status_code == 200
    answer = client.get(f"{page}/thank-you")
    assert answer.status_code == 303 and answer.cache_control.no_store
    order, query = Order.get(), query_of(answer.location)
    assert answer.location.startswith("https://owner.example.com/thanks?source=shop&order=")
    assert answer.location.endswith("#top") and query["source"] == "shop"
    assert (query["order"], query["status"]) == (str(order.number), "paid")
    again = client.get(f"{page}/thank-you")
    assert again.status_code == 200 and "Continue to owner.example.com" in again.text


def test_an_unpaid_order_leads_nowhere(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    started = press(client, offer)
    simulator.confirm(offer.merchant.publishable_key, started["client_secret"], ASKS)
    page = f"/orders/{started['order']}"
    for address in (page, f"{page}/thank-you", f"{page}/pay", f"{page}/framed"):
        answer = client.get(address)
        assert "owner.example.com" not in f"{answer.location} {answer.text}", address
    simulator.answer_challenge(started["client_secret"], "authorize")
    assert refresh(Order.get()).status == "paid"
    assert client.get(f"{page}/thank-you").location.startswith("https://owner.example.com/")
    Order.update(status="refunded", redirects=True).execute()
    for address in (page, f"{page}/thank-you"):
        assert "owner.example.com" not in f"{client.get(address).location} {client.get(page).text}"


@pytest.mark.parametrize("terms", [{"kind": "recurring", "trial_days": 14}, {"pay_what_you_want": True}])
def test_trials_and_free_orders_go_on_too(
    client: FlaskClient, merchant: Merchant, simulator: Simulator, terms: dict[str, object]
) -> None:
    is_trial = "kind" in terms
    offer = make_offer(merchant, redirect_url=ADDRESS, **(terms if is_trial else {}))
    if is_trial:
        started = press(client, offer)
        simulator.confirm(merchant.publishable_key, started["client_secret"], GOOD)
        client.get(f"/orders/{started['order']}")
    else:
        from storefront.models import PromoCode

        PromoCode.create(code="FREE", percent=10_000)
        started = press(client, offer, code="FREE")
        assert started["next"] == f"/orders/{started['order']}" and not Payment.select().exists()
    assert query_of(client.get(f"/orders/{started['order']}/thank-you").location)["status"] == "paid"


@pytest.mark.parametrize("check", CHECKS)
def test_the_examples_of_the_documentation_check_the_signature(
    client: FlaskClient, offer: Offer, simulator: Simulator, check: object
) -> None:
    order, secret = buy(offer, simulator), redirect_secret(offer)
    query = query_of(client.get(f"/orders/{order.token}/thank-you").location)
    wrong = [
        (query | {"order": str(order.number + 1)}, secret),
        (query | {"status": "failed"}, secret),
        (query | {"timestamp": str(int(query["timestamp"]) - 400)}, secret),
        (query | {"signature": "00"}, secret),
        (query, redirect_secret(make_offer(offer.merchant, redirect_url=ADDRESS))),
    ]
    assert callable(check) and check(query, secret)
    assert [check(*one) for one in wrong] == [False] * len(wrong)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("http://owner.example.com/", "starts with https://"),
        ("http://localhost:8000/", "starts with https://"),
        ("https://user:password@owner.example.com/", "starts with https://"),
        ("https://owner.example.com/a b", "starts with https://"),
        ("https://owner.example.com/\ue000", "starts with https://"),
        ("javascript:alert(1)", "starts with https://"),
        ("//owner.example.com", "starts with https://"),
        ("https://owner.example.com/?order=1", "Remove them."),
        ("https://owner.example.com/" + "a" * 990, "up to 1,000 characters"),
    ],
)
def test_a_wrong_address_is_refused_at_its_field(admin: FlaskClient, offer: Offer, typed: str, words: str) -> None:
    answer = _save(admin, offer, typed)
    assert answer.status_code == 422 and words in error_at(answer.text, "redirect_url")
    assert Offer.get().redirect_url == ADDRESS


def test_the_address_is_kept_as_browsers_spell_it(admin: FlaskClient, offer: Offer) -> None:
    assert _save(admin, offer, " HTTPS://Öl.example.com:443/дякую?a=ж ").status_code == 303
    assert Offer.get().redirect_url == ("https://xn--l-0ga.example.com/%D0%B4%D1%8F%D0%BA%D1%83%D1%8E?a=%D0%B6")


def test_the_secret_is_shown_renewed_and_never_copied(
    client: FlaskClient, admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    page = f"/admin/offers/{offer.id}/redirect"
    assert f'href="{page}"' in admin.get(f"/admin/offers/{offer.id}").text
    secret = redirect_secret(offer)
    assert secret in admin.get(page).text and secret not in offer.redirect_secret_encrypted
    order = buy(offer, simulator)
    assert admin.get(f"/orders/{order.token}/thank-you").status_code == 200
    before = query_of(client.get(f"/orders/{order.token}/thank-you").location)
    question = admin.get(f"{page}/renewal").text
    assert f'action="{page}"' in question and redirect_secret(Offer.get_by_id(offer.id)) == secret
    assert post(admin, page).status_code == 303
    renewed = redirect_secret(Offer.get_by_id(offer.id))
    assert renewed != secret and renewed in admin.get(page).text
    Order.update(redirects=True).execute()
    after = query_of(client.get(f"/orders/{order.token}/thank-you").location)
    assert before["signature"] != after["signature"]
    post(admin, f"/admin/offers/{offer.id}/duplicates")
    copy = Offer.select().order_by(Offer.id.desc()).get()
    assert copy.redirect_url == ADDRESS and redirect_secret(copy) not in ("", renewed)


def test_with_lost_keys_the_customer_stays_on_the_thank_you_page(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    Offer.update(redirect_secret_encrypted="not a token").execute()
    answer = client.get(f"/orders/{order.token}/thank-you")
    assert answer.status_code == 200 and "owner.example.com" not in answer.text


def _save(admin: FlaskClient, offer: Offer, typed: str):  # type: ignore[no-untyped-def]
    return post(
        admin,
        f"/admin/offers/{offer.id}",
        title=offer.title,
        price="19.99",
        currency="EUR",
        merchant=offer.merchant_id,
        language="en",
        status="published",
        max_quantity=1,
        redirect_url=typed,
    )
