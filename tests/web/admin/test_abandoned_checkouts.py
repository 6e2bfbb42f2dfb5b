"""Admin → Orders → Abandoned checkouts: who started to pay and did not, why, and the link that is sent to them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from storefront import emails
from storefront.models import Email, Merchant, Offer, Order, now
from tests.cards import DECLINED, GOOD
from tests.cast import IVAN, LESIA, MARKO
from tests.factories import make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.shop_clock import time_set
from tests.simulator_process import Simulator
from tests.web.admin_pages import alerts_of, post, status_of, text_of
from tests.web_client import stay_signed_in

LIST = "/admin/orders/abandoned"


@pytest.fixture
def unpaid(merchant: Merchant) -> Order:
    return start_checkout(make_offer(merchant, title="Evening"), replace(LESIA, language="uk")).order


def send(admin: FlaskClient, order: Order, **fields: str) -> tuple[str, str]:
    """(notice, error) on the order's page after the button."""
    stay_signed_in()
    answer = post(admin, f"/admin/orders/{order.token}/payment-link", **fields)
    assert answer.status_code == 303
    page = admin.get(answer.headers["Location"]).text
    return status_of(page), alerts_of(page)


def links() -> list[Email]:
    return list(Email.select().where(Email.kind == "payment_link").order_by(Email.id))


def test_the_list_has_unpaid_orders_with_reason_and_amount(
    admin: FlaskClient, unpaid: Order, merchant: Merchant, simulator: Simulator
) -> None:
    offer = make_offer(merchant, price="5.00")
    paid = buy(offer, simulator, MARKO)
    declined = start_checkout(offer, IVAN)
    confirm(simulator, declined, DECLINED)
    refresh(declined.order)
    Order.update(status="expired").where(Order.id == unpaid.id).execute()
    page = text_of(admin.get(LIST).text)
    rows = page.split("Date Actions")[1]
    assert f"#{paid.number}" not in rows
    assert re.search(rf"#{declined.order.number} Test Pending · [^€]+ Ivan ivan@example.com [^€]+ €5\.00", rows), rows
    assert re.search(rf"#{unpaid.number} Test Expired Lesia lesia@example.com Evening €19\.99", rows), rows
    assert rows.count("Send payment link") == 1, "an expired order can't be paid"
    assert "Abandoned checkouts" in admin.get("/admin/orders").text
    assert "No abandoned checkouts." in admin.get(f"{LIST}?mode=live").text


def test_a_payment_link_is_sent_in_the_customers_language(
    admin: FlaskClient, client: FlaskClient, unpaid: Order
) -> None:
    page = admin.get(f"/admin/orders/{unpaid.token}").text
    buttons = re.findall(r'<(?:button|a)[^>]* class="small([^"]*)"[^>]*>([^<]*)<', page.partition('class="actions"')[2])
    # The others are outlined.
    assert buttons[0] == ("", "Send payment link") and all("outline" in look for look, _words in buttons[1:4]), buttons
    assert send(admin, unpaid) == ("Payment link sent to lesia@example.com.", "")
    emails.send_due()
    (email,) = links()
    assert email.recipient == "lesia@example.com" and email.subject.startswith("Посилання на оплату")
    address = re.search(rf"/orders/{unpaid.token}/pay\?key=\S+lang=uk", email.text)
    assert address and client.get(address[0]).status_code == 200
    assert "Payment link sent." in text_of(admin.get(f"/admin/orders/{unpaid.token}").text)


def test_from_the_list_the_answer_is_the_list(admin: FlaskClient, unpaid: Order) -> None:
    page = admin.get(LIST).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    answer = admin.post(f"/admin/orders/{unpaid.token}/payment-link", data={"csrf_token": token[1], "list": "y"})
    assert answer.status_code == 303 and answer.headers["Location"].endswith(LIST) and len(links()) == 1


def test_nobody_is_flooded_with_links(admin: FlaskClient, unpaid: Order, offer: Offer) -> None:
    error = "This customer had a payment link within the last hour, or 3 today. Try again later."
    other = start_checkout(offer, LESIA).order
    send(admin, unpaid)
    assert send(admin, unpaid) == send(admin, other) == ("", error) and len(links()) == 1
    for hours, count in ((2, 2), (4, 3), (6, 3), (27, 4)):
        with time_set(now() + timedelta(hours=hours)):
            send(admin, other)
        assert len(links()) == count, hours


def test_orders_that_cannot_be_paid_get_no_link(
    admin: FlaskClient, unpaid: Order, merchant: Merchant, simulator: Simulator
) -> None:
    paid = buy(make_offer(merchant), simulator, MARKO)
    Order.update(status="expired").where(Order.id == unpaid.id).execute()
    for order in (paid, unpaid):
        assert "Send payment link" not in admin.get(f"/admin/orders/{order.token}").text
        assert send(admin, order) == ("", "This order can’t be paid now.") and links() == []


def test_a_link_that_waits_is_not_sent_for_an_order_that_was_paid_meanwhile(
    admin: FlaskClient, unpaid: Order, simulator: Simulator
) -> None:
    send(admin, unpaid)
    started = start_checkout(unpaid.offer, replace(LESIA, language="uk"))
    confirm(simulator, started, GOOD)
    refresh(started.order)
    emails.send_due()
    assert [email.state for email in links()] == ["dropped"]
