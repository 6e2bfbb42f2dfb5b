"""Admin → Orders: orders to be sent, marked as sent with a tracking number, the packing list."""

import pytest
from flask.testing import FlaskClient

from storefront.models import Email, Merchant, Order
from tests.cards import GOOD
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import timeline_kinds
from tests.simulator_process import Simulator
from tests.web.admin_pages import HTMX, error_at, post, text_of

ADDRESS = {
    "country": "DE",
    "shipping_line1": "Torstraße <b>7</b>",
    "shipping_city": "Berlin",
    "shipping_postal_code": "10119",
}


@pytest.fixture
def order(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> Order:
    """A paid order that is to be sent."""
    return buy(client, merchant, simulator)


def buy(client: FlaskClient, merchant: Merchant, simulator: Simulator, visit: str = "a-visit-of-marko-1") -> Order:
    offer = make_offer(merchant, asks_shipping=True)
    answer = client.post(f"/o/{offer.slug}/checkout?lang=en", data=MARKOS_FORM | ADDRESS | {"visit": visit}).json
    simulator.confirm(merchant.publishable_key, answer["client_secret"], GOOD)
    client.get(f"/orders/{answer['order']}")
    return Order.get(Order.token == answer["order"])


def to_send(admin: FlaskClient) -> str:
    return admin.get("/admin/orders?status=to_send").text


def test_it_is_marked_as_sent_with_a_tracking_number_and_an_email(
    client: FlaskClient, admin: FlaskClient, order: Order
) -> None:
    page = admin.get(f"/admin/orders/{order.token}").text
    assert "Torstraße &lt;b&gt;7" in page and ">Mark as sent</button>" in page
    assert order.token in to_send(admin)
    assert "Tracking number" in admin.get(f"/admin/orders/{order.token}/shipment").text
    address = f"/admin/orders/{order.token}/shipment"
    answer = post(admin, address, True, tracking_carrier="dhl", tracking_number=" 0034 12 ", tell="y")
    assert "Marked as sent." in answer.text
    order = Order.get()
    assert order.sent_at and order.tracking_number == "0034 12" and order.token not in to_send(admin)
    for shown in (admin.get(f"/admin/orders/{order.token}").text, client.get(f"/orders/{order.token}/thank-you").text):
        assert 'href="https://www.dhl.com/global-en/home/tracking.html?tracking-id=0034%2012"' in shown
    assert [(email.kind, email.recipient) for email in Email.select().where(Email.kind == "order_sent")] == [
        ("order_sent", "marko@example.com")
    ]
    letter = Email.get(Email.kind == "order_sent")
    assert "DHL 0034 12" in text_of(admin.get(f"/admin/emails/{letter.id}").text)
    # Pressed again: nothing more is written.
    post(admin, address, tracking_carrier="dhl", tracking_number="0034 12", tell="y")
    assert timeline_kinds(order).count("sent") == 1 and Email.select().where(Email.kind == "order_sent").count() == 1


def test_it_is_changed_and_taken_back(admin: FlaskClient, order: Order) -> None:
    address = f"/admin/orders/{order.token}/shipment"
    post(admin, address, tracking_number="1", tell="y")
    page = admin.get(address, headers=HTMX).text
    assert 'value="1"' in page and 'name="tell" value="y">' in page
    post(admin, address, tracking_number="https://post.example.com/p?id=2")
    assert 'href="https://post.example.com/p?id=2"' in admin.get(f"/admin/orders/{order.token}").text
    assert Email.select().where(Email.kind == "order_sent").count() == 1
    post(admin, f"{address}/undo")
    order = Order.get()
    assert order.sent_at is None and not order.tracking_number and order.token in to_send(admin)
    assert Email.get(Email.kind == "order_sent").state == "dropped"
    assert timeline_kinds(order)[-3:] == ["sent", "tracking_changed", "not_sent"]
    text = text_of(admin.get(f"/admin/orders/{order.token}").text)
    assert "Marked as sent." in text and "Tracking number changed." in text and "Marked as not sent." in text


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "http://post.example.com/1", "<b>", "https://a:b@c.example/", "9" * 61]
)
def test_a_wrong_tracking_number_is_refused_at_its_field(admin: FlaskClient, order: Order, typed: str) -> None:
    answer = post(admin, f"/admin/orders/{order.token}/shipment", tracking_number=typed)
    assert answer.status_code == 422 and error_at(answer.text, "tracking_number")
    assert Order.get().sent_at is None


@pytest.mark.parametrize("status", ["pending", "refunded", "expired"])
def test_only_paid_orders_are_to_be_sent(admin: FlaskClient, order: Order, status: str) -> None:
    Order.update(status=status).execute()
    assert order.token not in to_send(admin)
    assert "Mark as sent</button>" not in admin.get(f"/admin/orders/{order.token}").text
    post(admin, f"/admin/orders/{order.token}/shipment", tracking_number="1", tell="y")
    assert Order.get().sent_at is None and not Email.select().where(Email.kind == "order_sent").exists()


def test_an_order_that_is_not_posted_has_no_shipping(
    admin: FlaskClient, client: FlaskClient, merchant: Merchant
) -> None:
    offer = make_offer(merchant)
    client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM)
    page = admin.get(f"/admin/orders/{Order.get().token}").text
    assert "order-shipping" not in page


def test_several_are_printed_and_marked_at_once(
    client: FlaskClient, admin: FlaskClient, merchant: Merchant, simulator: Simulator, order: Order
) -> None:
    other = buy(client, merchant, simulator, "a-visit-of-marko-2")
    page = to_send(admin)
    assert '<option value="to_send" selected>To be sent</option>' in page
    assert 'href="/admin/orders/packing-list?status=to_send"' in page and ">Mark as sent</button>" in page
    sheet = admin.get("/admin/orders/packing-list?status=to_send").text
    for one in (order, other):
        assert f"Order #{one.number}" in sheet and one.title in sheet
    assert sheet.count("Torstraße &lt;b&gt;7&lt;/b&gt;") == 2 and "10119 Berlin" in sheet and "Germany" in sheet
    chosen = post(admin, "/admin/orders/packing-list", chosen=other.token).text
    assert f"#{other.number}" in chosen and f"#{order.number}" not in chosen
    assert post(admin, "/admin/orders/packing-list").status_code == 303
    assert post(admin, "/admin/orders/sent", chosen=order.token).status_code == 303
    assert order.token not in to_send(admin) and other.token in to_send(admin)
    assert Email.select().where(Email.kind == "order_sent").count() == 1
