"""A buyer's own page: the way in, what stands on it, receipts; and that it is never another buyer's."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails, payments, runtime
from storefront.emails import signed_links
from storefront.models import Email, EmailRequest, Merchant, Offer, Order, Subscription
from tests.buying import MARKO, begin, bought, refreshed
from tests.clocks import later
from tests.conftest import browser
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.subscribing import renewed, subscribed
from tests.web.admin_pages import text_of

LESIA = replace(MARKO, email="lesia@example.com", name="Lesia", visit="visit-of-lesia-0001", address="192.0.2.8")
SAME_ANSWER = "has ordered here, a letter with the link is on its way."


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant()


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, title="Watercolour evening")


@pytest.fixture
def monthly(merchant: Merchant) -> Offer:
    return make_offer(merchant, kind="recurring", title="Weekly letters")


def page_of(email: str) -> str:
    return f"/my/{emails.make_account_token(email)}"


def sent_to(email: str) -> list[Email]:
    """Letters with the link, as they went out."""
    emails.send_due()
    return list(Email.select().where(Email.kind == "buyer_link", Email.recipient == email))


# ------------------------------------------------------------------ the way in


def test_the_link_comes_by_letter_and_opens_the_page(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = bought(offer, simulator)
    assert "Send me the link" in client.get("/my").text
    answer = client.post("/my", data={"email": " Marko@Example.com "})
    assert answer.status_code == 200 and SAME_ANSWER in answer.text
    (letter,) = sent_to("marko@example.com")
    found = re.search(r"http://shop\.example\.com(/my/\S+)", letter.text)
    assert found, letter.text
    assert f"/orders/{order.token}" in client.get(found[1]).text


def test_an_unknown_address_gets_the_same_answer_and_no_letter(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    bought(offer, simulator)
    known = client.post("/my", data={"email": "marko@example.com"})
    unknown = client.post("/my", data={"email": "wanda@example.com"})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("marko@", "wanda@") == unknown.text
    assert [letter.recipient for letter in Email.select().where(Email.kind == "buyer_link")] == ["marko@example.com"]


def test_the_letter_comes_in_the_buyers_language(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    bought(offer, simulator, replace(MARKO, language="uk"))
    client.post("/my", data={"email": "marko@example.com"})
    (letter,) = sent_to("marko@example.com")
    assert letter.language == "uk" and "?lang=uk" in letter.text


def test_nobody_can_fill_a_mailbox(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    bought(offer, simulator)
    answers = {client.post("/my", data={"email": "marko@example.com"}).text for _press in range(6)}
    assert len(answers) == 1, "the answer does not tell that the limit is met"
    assert len(sent_to("marko@example.com")) == 3
    EmailRequest.update(at=runtime.system_time() - timedelta(hours=1, seconds=1)).execute()
    client.post("/my", data={"email": "marko@example.com"})
    assert len(sent_to("marko@example.com")) == 4


def test_one_internet_address_asks_for_twenty_letters_an_hour(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    bought(offer, simulator)
    for number in range(25):
        client.post("/my", data={"email": f"somebody{number}@example.com"})
    client.post("/my", data={"email": "marko@example.com"})
    assert sent_to("marko@example.com") == []
    elsewhere = {**client.environ_base, "REMOTE_ADDR": "203.0.113.9"}
    client.post("/my", data={"email": "marko@example.com"}, environ_base=elsewhere)
    assert len(sent_to("marko@example.com")) == 1


@pytest.mark.parametrize("typed", ["", "marko", "marko@", "x" * 250 + "@example.com"])
def test_what_is_no_address_is_told_at_its_field(client: FlaskClient, typed: str) -> None:
    answer = client.post("/my", data={"email": typed})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert EmailRequest.select().count() == 0


def test_another_sites_page_sends_nothing(app: Flask, offer: Offer, simulator: Simulator) -> None:
    bought(offer, simulator)
    foreign = browser(app)
    foreign.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    assert foreign.post("/my", data={"email": "marko@example.com"}).status_code == 403
    for address, method in addresses(app, page_of("marko@example.com"), "x"):
        if method == "POST":
            assert foreign.post(address).status_code == 403, address


def test_the_thank_you_page_leads_to_the_way_in(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = bought(offer, simulator)
    assert 'href="/my"' in client.get(f"/orders/{order.token}/thank-you").text


# ------------------------------------------------------------------ what stands there


def test_the_signed_link_shows_the_buyers_orders_and_no_others(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    mine = bought(offer, simulator, replace(MARKO, email="Marko@example.com"))
    others = bought(offer, simulator, LESIA)
    page = client.get(page_of("marko@example.com"))
    assert page.status_code == 200
    assert str(mine.number) in page.text and f"/orders/{mine.token}" in page.text and "€19.99" in page.text
    assert others.token not in page.text and "lesia" not in page.text
    assert "no-store" in page.headers["Cache-Control"] and "noindex" in page.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in page.headers


def test_an_order_that_waits_leads_to_its_page(client: FlaskClient, offer: Offer) -> None:
    order = begin(offer).order
    page = client.get(page_of("marko@example.com")).text
    assert "Pending" in page and f'class="button" href="/orders/{order.token}"' in page
    assert "Receipt" not in page


def test_subscriptions_stand_first_with_what_is_charged_next(
    client: FlaskClient, offer: Offer, monthly: Offer, simulator: Simulator
) -> None:
    one_off = bought(offer, simulator, replace(MARKO, visit="visit-of-marko-0002"))
    subscription = subscribed(monthly, simulator)
    page = text_of(client.get(page_of("marko@example.com")).text)
    assert "Your orders and subscriptions" in page
    assert page.index("Weekly letters") < page.index(one_off.title)
    assert re.search(r"Next charge €19\.99 · \w+ \d+, \d{4}", page)
    assert "€19.99 every month" in page
    assert "Visa •••• 4242 12/2034" in page
    assert page.count(str(subscription.order.number)) == 1, "its order doesn't stand among the others once more"


def test_a_page_of_nobody_offers_the_way_in(client: FlaskClient) -> None:
    page = client.get(page_of("wanda@example.com"))
    assert page.status_code == 200 and "There are no orders of this address." in page.text
    assert 'href="/my"' in page.text and "Download my data" not in page.text


# ------------------------------------------------------------------ receipts


def test_a_receipt_says_who_what_when_and_how_much(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = bought(offer, simulator)
    page = client.get(page_of("marko@example.com")).text
    receipt = f"{page_of('marko@example.com')}/receipts/{order.token}"
    assert f'href="{receipt}"' in page
    words = text_of(client.get(receipt).text)
    assert "shop.example.com Receipt" in words
    for part in (f"Receipt number {order.number}", "For Watercolour evening", "Amount €19.99", "Marko"):
        assert part in words
    assert re.search(r"Paid \w+ \d+, \d{4}", words) and "Refunded" not in words


def test_a_receipt_tells_what_went_back(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = bought(offer, simulator)
    payments.request_refund(order, 500, "requested_by_customer", "key-of-a-press-0001")
    words = text_of(client.get(f"{page_of('marko@example.com')}/receipts/{order.token}").text)
    assert "Refunded −€5.00" in words and "Paid in the end €14.99" in words


def test_every_period_has_its_receipt(client: FlaskClient, monthly: Offer, simulator: Simulator) -> None:
    subscription = subscribed(monthly, simulator)
    invoice = renewed(subscription, simulator)
    payments.request_refund(
        subscription.order, 300, "requested_by_customer", "key-of-a-press-0002", renewal=invoice.payment
    )
    mine = page_of("marko@example.com")
    page = client.get(mine).text
    assert f"{mine}/receipts/{subscription.order.token}" in page and f"{mine}/receipts/{invoice.public_id}" in page
    assert "€3.00 refunded" in page
    words = text_of(client.get(f"{mine}/receipts/{invoice.public_id}").text)
    assert f"Receipt number {invoice.number}" in words and "Period" in words and "Paid in the end €16.99" in words
    first = text_of(client.get(f"{mine}/receipts/{subscription.order.token}").text)
    assert "Refunded" not in first, "what went back of a later period is not the first payment's"


def test_a_long_history_has_a_page_of_its_own(client: FlaskClient, monthly: Offer, simulator: Simulator) -> None:
    subscription = subscribed(monthly, simulator)
    for _month in range(3):
        renewed(subscription, simulator)
    mine = page_of("marko@example.com")
    page = client.get(mine).text
    assert page.count("/receipts/") == 3 and "All 4 receipts" in page
    assert client.get(f"{mine}/subscriptions/{subscription.public_id}").text.count("/receipts/") == 4


def test_what_was_not_paid_has_no_receipt(client: FlaskClient, offer: Offer, monthly: Offer, simulator) -> None:
    waiting = begin(offer).order
    subscription = subscribed(monthly, simulator, buyer=replace(MARKO, visit="visit-of-marko-0003"))
    declined = renewed(subscription, simulator, "declines")
    for key in (waiting.token, declined.public_id, "nothing"):
        assert client.get(f"{page_of('marko@example.com')}/receipts/{key}").status_code == 404


# ------------------------------------------------------------------ nobody else's


def addresses(app: Flask, page: str, name: str) -> Iterator[tuple[str, str]]:
    """Every address below a buyer's page with its methods, other names in it filled with `name`."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/my/<token>"):
            address = rule.rule.replace("/my/<token>", page).replace("<public_id>", name).replace("<key>", name)
            assert "<" not in address, address
            yield from ((address, method) for method in (rule.methods or set()) & {"GET", "POST"})


@pytest.fixture
def two_subscribers(monthly: Offer, simulator: Simulator) -> tuple[Subscription, Subscription]:
    """Marko's and Lesia's, of the same offer."""
    return subscribed(monthly, simulator), subscribed(monthly, simulator, buyer=LESIA)


def test_a_link_that_was_not_made_here_opens_nothing(app: Flask, client: FlaskClient, two_subscribers) -> None:
    marko, _lesia = two_subscribers
    token = emails.make_account_token("marko@example.com")
    key, change = (
        emails.make_pay_key(marko.order),
        signed_links.make_email_change_token("marko@example.com", "m@example.com"),
    )
    forged = ("marko@example.com", token[:-1], token.replace(".", ".a"), "x" * 400, key, change, marko.order.token)
    for wrong in forged:
        for address, method in addresses(app, f"/my/{wrong}", marko.public_id):
            answer = client.open(address, method=method, data={"language": "uk", "email": "new@example.com"})
            assert answer.status_code == 404, (method, address)
            assert "Send me a new link" in answer.text and "Weekly letters" not in answer.text


def test_the_right_link_opens_nothing_of_another_buyer(
    app: Flask, client: FlaskClient, two_subscribers, simulator: Simulator
) -> None:
    _marko, lesia = two_subscribers
    invoice = renewed(lesia, simulator)
    mine = page_of("marko@example.com")
    for name in (lesia.public_id, lesia.order.token, invoice.public_id, str(lesia.id), "%00", "x" * 300):
        for address, method in addresses(app, mine, name):
            if f"/{name}" in address:
                answer = client.open(address, method=method, data={"way": "period_end", "setup_intent": "seti_1"})
                assert answer.status_code == 404, (method, address)
    for address, method in addresses(app, mine, "x"):
        if address.endswith("/x") or "/x/" in address:
            continue
        text = client.open(address, method=method, data={"language": "en", "email": "marko2@example.com"}).text
        assert "lesia" not in text.lower() and lesia.order.token not in text, (method, address)
    assert Order.get_by_id(lesia.order_id).language == "en"
    assert not Subscription.get_by_id(lesia.id).cancels_at_period_end


def test_a_link_does_not_grow_old_but_is_bound_to_its_address(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order = bought(offer, simulator)
    mine = page_of("marko@example.com")
    with later(days=400):
        assert order.token in client.get(mine).text
    Order.update(email="other@example.com").where(Order.id == refreshed(order).id).execute()
    assert order.token not in client.get(mine).text
