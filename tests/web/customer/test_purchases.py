"""The customer's page: sign-in by email, orders and subscriptions, receipts, and access control."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails, payments, runtime
from storefront.emails import signed_links
from storefront.models import Email, EmailRequest, Offer, Order, Subscription
from storefront.worker import tasks
from tests.cast import LESIA, MARKO
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator
from tests.subscription_steps import renew, subscribe
from tests.web.admin_pages import text_of
from tests.web.query_count import statements_of
from tests.web_client import browser

SAME_ANSWER = "has orders here, we’ve emailed a sign-in link."


def page_of(email: str) -> str:
    return f"/my/{emails.make_account_token(email)}"


def sent_to(email: str) -> list[Email]:
    """Run the worker's job; the emails with the sign-in link to this address."""
    tasks.send_emails()
    return list(Email.select().where(Email.kind == "buyer_link", Email.recipient == email))


# Sign-in by email


def test_the_link_is_emailed_and_opens_the_page(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    assert "Send link" in client.get("/my").text
    answer = client.post("/my", data={"email": " Marko@Example.com "})
    assert answer.status_code == 200 and SAME_ANSWER in answer.text
    (letter,) = sent_to("marko@example.com")
    found = re.search(r"http://shop\.example\.com(/my/\S+)", letter.text)
    assert found, letter.text
    assert f"/orders/{order.token}" in client.get(found[1]).text


def test_an_unknown_address_gets_the_same_response_and_no_email(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    buy(offer, simulator)
    known = client.post("/my", data={"email": "marko@example.com"})
    unknown = client.post("/my", data={"email": "wanda@example.com"})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("marko@", "wanda@") == unknown.text
    assert len(sent_to("marko@example.com")) == 1
    assert sent_to("wanda@example.com") == []


def test_the_answer_takes_the_same_path_for_customers_and_strangers(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    buy(offer, simulator)
    start_checkout(offer, LESIA)
    client.get("/my")
    known, unpaid, unknown = (
        statements_of(lambda email=email: client.post("/my", data={"email": email}))  # type: ignore[misc]
        for email in ("marko@example.com", LESIA.email, "wanda@example.com")
    )
    assert known == unpaid == unknown
    assert not any("shop_order" in statement for statement in known), "only the worker looks at orders"
    assert Email.select().where(Email.kind == "buyer_link").count() == 0
    assert len(sent_to("marko@example.com")) == 1


def test_each_request_for_a_link_is_answered_once(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    buy(offer, simulator)
    client.post("/my", data={"email": "marko@example.com"})
    for _run in range(2):
        assert len(sent_to("marko@example.com")) == 1


def test_the_email_is_in_the_customers_language(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    buy(offer, simulator, replace(MARKO, language="uk"))
    client.post("/my", data={"email": "marko@example.com"})
    (letter,) = sent_to("marko@example.com")
    assert letter.language == "uk" and "?lang=uk" in letter.text


def test_the_number_of_emails_per_address_is_limited(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    buy(offer, simulator)
    answers = {client.post("/my", data={"email": "marko@example.com"}).text for _press in range(6)}
    assert len(answers) == 1, "the response does not reveal the limit"
    assert len(sent_to("marko@example.com")) == 3
    EmailRequest.update(at=runtime.system_time() - timedelta(hours=1, seconds=1)).execute()
    client.post("/my", data={"email": "marko@example.com"})
    assert len(sent_to("marko@example.com")) == 4
    for hours in range(2, 12):
        EmailRequest.update(at=runtime.system_time() - timedelta(hours=hours)).execute()
        client.post("/my", data={"email": "marko@example.com"})
    assert len(sent_to("marko@example.com")) == 10, "at most ten within a day"


def test_one_client_address_can_request_twenty_emails_per_hour(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    buy(offer, simulator)
    for number in range(25):
        client.post("/my", data={"email": f"somebody{number}@example.com"})
    client.post("/my", data={"email": "marko@example.com"})
    assert sent_to("marko@example.com") == []
    elsewhere = {**client.environ_base, "REMOTE_ADDR": "203.0.113.9"}
    client.post("/my", data={"email": "marko@example.com"}, environ_base=elsewhere)
    assert len(sent_to("marko@example.com")) == 1


@pytest.mark.parametrize("typed", ["", "marko", "marko@", "x" * 250 + "@example.com"])
def test_an_invalid_address_shows_an_error(client: FlaskClient, typed: str) -> None:
    answer = client.post("/my", data={"email": typed})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert EmailRequest.select().count() == 0


def test_a_cross_site_request_sends_no_email(app: Flask, offer: Offer, simulator: Simulator) -> None:
    buy(offer, simulator)
    foreign = browser(app)
    foreign.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    assert foreign.post("/my", data={"email": "marko@example.com"}).status_code == 403
    for address, method in addresses(app, page_of("marko@example.com"), "x"):
        if method == "POST":
            assert foreign.post(address).status_code == 403, address


def test_the_thank_you_page_links_to_the_sign_in_page(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    assert 'href="/my"' in client.get(f"/orders/{order.token}/thank-you").text


# Orders and subscriptions


def test_the_signed_link_shows_only_this_customers_orders(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    mine = buy(offer, simulator, replace(MARKO, email="Marko@example.com"))
    others = buy(offer, simulator, LESIA)
    page = client.get(page_of("marko@example.com"))
    assert page.status_code == 200
    assert str(mine.number) in page.text and f"/orders/{mine.token}" in page.text and "€19.99" in page.text
    assert others.token not in page.text and "lesia" not in page.text
    assert "no-store" in page.headers["Cache-Control"] and "noindex" in page.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in page.headers


def test_a_pending_order_links_to_its_page(client: FlaskClient, offer: Offer) -> None:
    order = start_checkout(offer).order
    page = client.get(page_of("marko@example.com")).text
    assert "Pending" in page and f'class="button" href="/orders/{order.token}"' in page
    assert "Receipt" not in page


def test_subscriptions_come_first_with_their_next_charge(
    client: FlaskClient, offer: Offer, monthly_offer: Offer, simulator: Simulator
) -> None:
    one_off = buy(offer, simulator, replace(MARKO, visit="visit-of-marko-0002"))
    subscription = subscribe(monthly_offer, simulator)
    page = text_of(client.get(page_of("marko@example.com")).text)
    assert "Your orders and subscriptions" in page
    assert page.index("Weekly letters") < page.index(one_off.title)
    assert re.search(r"Next charge €19\.99 · \w+ \d+, \d{4}", page)
    assert "€19.99 / month" in page
    assert "Visa •••• 4242 12/2034" in page
    assert page.count(str(subscription.order.number)) == 1, "the subscription's order is not listed again"


def test_an_invalid_link_shows_the_sign_in_form(client: FlaskClient) -> None:
    page = client.get(page_of("wanda@example.com"))
    assert page.status_code == 200 and "No orders for this address" in page.text
    assert 'href="/my"' in page.text and "Download my data" not in page.text


# Receipts


def test_a_receipt_shows_seller_item_date_and_amount(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    mine = page_of("marko@example.com")
    page = client.get(mine).text
    receipt = f"{mine}/receipts/{order.token}"
    assert f'href="{receipt}"' in page
    words = text_of(client.get(receipt).text)
    assert "shop.example.com Receipt" in words
    for part in (f"Receipt number {order.number}", "For Watercolour evening", "Amount €19.99", "Marko"):
        assert part in words
    assert re.search(r"Paid \w+ \d+, \d{4}", words) and "Refunded" not in words


def test_a_receipt_shows_refunds(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    payments.request_refund(order, 500, "requested_by_customer", "key-of-a-press-0001")
    words = text_of(client.get(f"{page_of('marko@example.com')}/receipts/{order.token}").text)
    assert "Refunded −€5.00" in words and "Net €14.99" in words


def test_every_paid_period_has_a_receipt(client: FlaskClient, monthly_offer: Offer, simulator: Simulator) -> None:
    subscription = subscribe(monthly_offer, simulator)
    invoice = renew(subscription, simulator)
    payments.request_refund(
        subscription.order, 300, "requested_by_customer", "key-of-a-press-0002", renewal=invoice.payment
    )
    mine = page_of("marko@example.com")
    page = client.get(mine).text
    assert f"{mine}/receipts/{subscription.order.token}" in page and f"{mine}/receipts/{invoice.public_id}" in page
    assert "€3.00 refunded" in page
    words = text_of(client.get(f"{mine}/receipts/{invoice.public_id}").text)
    assert f"Receipt number {invoice.number}" in words and "Period" in words and "Net €16.99" in words
    first = text_of(client.get(f"{mine}/receipts/{subscription.order.token}").text)
    assert "Refunded" not in first, "a later period's refund is not shown on the first receipt"


def test_a_long_payment_history_has_a_page_of_its_own(
    client: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribe(monthly_offer, simulator)
    for _month in range(3):
        renew(subscription, simulator)
    mine = page_of("marko@example.com")
    page = client.get(mine).text
    assert page.count("/receipts/") == 3 and "All 4 receipts" in page
    assert client.get(f"{mine}/subscriptions/{subscription.public_id}").text.count("/receipts/") == 4


def test_an_unpaid_order_has_no_receipt(client: FlaskClient, offer: Offer, monthly_offer: Offer, simulator) -> None:
    waiting = start_checkout(offer).order
    subscription = subscribe(monthly_offer, simulator, buyer=replace(MARKO, visit="visit-of-marko-0003"))
    declined = renew(subscription, simulator, "declines")
    for key in (waiting.token, declined.public_id, "nothing"):
        assert client.get(f"{page_of('marko@example.com')}/receipts/{key}").status_code == 404


# Access control


def addresses(app: Flask, page: str, name: str) -> Iterator[tuple[str, str]]:
    """(address, method) of every route below the customer's page, other parameters set to `name`."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/my/<token>"):
            address = rule.rule.replace("/my/<token>", page).replace("<public_id>", name).replace("<key>", name)
            assert "<" not in address, address
            yield from ((address, method) for method in (rule.methods or set()) & {"GET", "POST"})


@pytest.fixture
def two_subscribers(monthly_offer: Offer, simulator: Simulator) -> tuple[Subscription, Subscription]:
    """Marko's and Lesia's subscriptions to the same offer."""
    return subscribe(monthly_offer, simulator), subscribe(monthly_offer, simulator, buyer=LESIA)


def test_a_forged_link_opens_nothing(app: Flask, client: FlaskClient, two_subscribers) -> None:
    marko, _lesia = two_subscribers
    token = emails.make_account_token("marko@example.com")
    key, change = (
        emails.make_pay_key(marko.order),
        signed_links.make_email_change_token("marko@example.com", "m@example.com"),
    )
    forged = ("marko@example.com", token[:-1], f"{token}a", "x" * 400, key, change, marko.order.token)
    for wrong in forged:
        for address, method in addresses(app, f"/my/{wrong}", marko.public_id):
            answer = client.open(address, method=method, data={"language": "uk", "email": "new@example.com"})
            assert answer.status_code == 404, (method, address)
            assert "Send me a new link" in answer.text and "Weekly letters" not in answer.text


def test_a_valid_link_opens_nothing_of_another_customer(
    app: Flask, client: FlaskClient, two_subscribers, simulator: Simulator
) -> None:
    _marko, lesia = two_subscribers
    invoice = renew(lesia, simulator)
    mine = page_of("marko@example.com")
    for name in (lesia.public_id, lesia.order.token, invoice.public_id, str(lesia.id), "%00", "x" * 300):
        for address, method in addresses(app, mine, name):
            if name in address.removeprefix(mine).split("/"):
                answer = client.open(address, method=method, data={"way": "period_end", "setup_intent": "seti_1"})
                assert answer.status_code == 404, (method, address)
    for address, method in addresses(app, mine, "x"):
        if "x" in address.removeprefix(mine).split("/"):
            continue
        text = client.open(address, method=method, data={"language": "en", "email": "marko2@example.com"}).text
        assert "lesia" not in text.lower() and lesia.order.token not in text, (method, address)
    assert Order.get_by_id(lesia.order_id).language == "en"
    assert not Subscription.get_by_id(lesia.id).cancels_at_period_end
