"""Orders that the owner marks as paid: served like any other, and never counted as Stripe's money."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from storefront import customers, db, payments
from storefront.delivery.access import access_obstacle
from storefront.models import (
    CustomerTotal,
    Document,
    Email,
    Offer,
    Order,
    OutsideMethod,
    OutsidePayment,
    Payment,
    PaymentRequest,
    now,
)
from storefront.payments import MarkingObstacle, MarkingRefused, ReceivedPayment, recent_takings
from tests.cards import DECLINED, GOOD
from tests.money import counter_checks, customer_checks, document_checks, payment_checks
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.purchase_steps import timeline_kinds
from tests.web.admin_pages import error_at, post, text_of


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """An empty shop with one offer of €19.99."""
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    return Marko(shop, shop.reset(title="Poster")[1])


@pytest.fixture
def owner(shop: InProcessShop, marko: Marko) -> FlaskClient:
    return signed_in_owner(shop)


def received() -> ReceivedPayment:
    return ReceivedPayment(OutsideMethod.BANK_TRANSFER, "statement 7", now().date(), "olena@example.com")


def mark(owner: FlaskClient, order: Order, **changes: str) -> str:
    form = {"method": "bank_transfer", "reference": "statement 7", "received": now().date().isoformat()}
    answer = post(owner, f"/admin/orders/{order.token}/mark-as-paid", **(form | changes))
    return answer.text if answer.status_code == 422 else text_of(owner.get(f"/admin/orders/{order.token}").text)


def check_sums() -> None:
    assert counter_checks.counter_differences() == [] and customer_checks.customer_differences() == []
    assert document_checks.differences() == []


def test_it_delivers_the_order_with_receipt_and_invoice_and_is_not_stripes_money(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    marko.start_checkout()
    order = marko.order
    assert "Mark as paid" in owner.get(f"/admin/orders/{order.token}").text
    page = mark(owner, order)
    assert "Order marked as paid." in page and "Marked as paid by" in page and "statement 7" in page
    order = marko.order
    assert (order.status, order.paid_outside) == ("paid", True)
    receipts = [one for one in Email.select() if one.kind == "receipt"]
    assert len(receipts) == 1 and receipts[0].recipient == "marko@example.com"
    shop.run_worker()
    assert "Bank transfer" in Email.get_by_id(receipts[0].id).text
    assert Document.get().content["outside"] == 1999 and Document.get().content["outside_method"] == "bank_transfer"
    # Stripe has canceled what the customer had begun, and nothing counts as Stripe's money.
    assert [payment.status for payment in Payment.select()] == ["canceled"]
    assert recent_takings() == [] and payments.refundable(order) == 0
    assert not CustomerTotal.select().where(CustomerTotal.paid > 0).exists()
    assert "return the money the way you received it" in page
    assert payment_checks.always(shop.ledger()) == []
    check_sums()


def test_the_owner_gives_the_money_back_and_marks_it_as_refunded(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    Offer.update(stock=1).execute()
    marko.start_checkout()
    assert "Mark as refunded" not in owner.get(f"/admin/orders/{marko.order.token}").text
    mark(owner, marko.order)
    address = f"/admin/orders/{marko.order.token}/mark-as-refunded"
    assert "Mark as refunded" in owner.get(f"/admin/orders/{marko.order.token}").text
    assert "This can’t be undone" in owner.get(address).text
    assert post(owner, address).status_code == 303
    page = text_of(owner.get(f"/admin/orders/{marko.order.token}").text)
    assert "Marked as refunded by" in page and "Refunded €19.99" in page
    order = marko.order
    assert (order.status, timeline_kinds(order)[-1]) == ("refunded", "marked_refunded")
    assert [(one.kind, one.gross) for one in Document.select().order_by(Document.id)] == [
        ("invoice", 1999),
        ("credit_note", 1999),
    ]
    assert access_obstacle(order) == "refunded"
    again = {"email": "iryna@example.com", "name": "Iryna", "quantity": "1", "visit": "visit-of-iryna-0001"}
    answer = shop.request("POST", f"/o/{marko.offer.slug}/checkout", data=again)
    assert answer is not None and answer.status_code == 200, "the unit can be sold again"
    # It is no money of Stripe, and pressing again changes nothing.
    assert recent_takings() == [] and payments.refunded_by_order([order.id]) == {order.id: 1999}
    post(owner, address)
    assert Document.select().count() == 2 and timeline_kinds(marko.order).count("marked_refunded") == 1
    check_sums()


def test_of_two_at_once_one_wins(marko: Marko, owner: FlaskClient) -> None:
    marko.start_checkout()
    first, second = marko.order, marko.order
    payments.mark_paid(first, received())
    with pytest.raises(MarkingRefused) as refused:
        payments.mark_paid(second, received())
    assert refused.value.obstacle == MarkingObstacle.PAID
    assert "already been paid" in mark(owner, marko.order, method="cash")
    assert OutsidePayment.get().method == "bank_transfer"
    assert Email.select().where(Email.kind == "receipt").count() == 1


def test_expired_and_failed_orders_can_be_marked(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    for status in ("expired", "failed"):
        Order.update(status=status, paid_at=None, paid_outside=False).execute()
        OutsidePayment.delete().execute()
        assert payments.marking_obstacle(marko.order) is None
    payments.mark_paid(marko.order, received())
    assert marko.order.status == "paid" and timeline_kinds(marko.order)[-1] == "marked_paid"


def test_a_card_payment_that_succeeded_meanwhile_wins(shop: InProcessShop, marko: Marko, owner: FlaskClient) -> None:
    marko.start_checkout()
    marko.confirm_card(GOOD)  # the shop has not heard of it yet
    assert "already been paid" in mark(owner, marko.order)
    order = marko.order
    assert (order.status, order.paid_outside) == ("paid", False) and not OutsidePayment.select().exists()
    assert [(one.total.amount, one.orders) for one in recent_takings()] == [(1999, 1)]
    check_sums()


def test_a_card_payment_that_succeeds_afterwards_is_refunded(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    marko.start_checkout()
    payment = Payment.get()
    marko.confirm_card(DECLINED)
    payments.mark_paid(marko.order, received())
    # As at an account that was disconnected: its payment could not be canceled.
    Payment.update(status="requires_payment_method", ended_at=None).where(Payment.id == payment.id).execute()
    payment = Payment.get_by_id(payment.id)
    intent = payments.close_payment(payment)
    payments.settle(payment, replace(intent, status="succeeded", amount_received=payment.amount))
    assert timeline_kinds(marko.order)[-1] == "paid_again" and marko.order.paid_outside


def test_units_are_sold_and_too_few_are_told(shop: InProcessShop, marko: Marko, owner: FlaskClient) -> None:
    marko.start_checkout()
    Offer.update(stock=0).execute()
    assert "Too few units" in mark(owner, marko.order)
    assert marko.order.status == "pending" and not Email.select().where(Email.kind == "receipt").exists()
    Offer.update(stock=1).execute()
    mark(owner, marko.order)
    assert marko.order.status == "paid"
    check_sums()


def test_subscriptions_cannot_be_marked_and_it_says_why(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    marko.start_checkout()
    owner = signed_in_owner(shop)
    page = owner.get(f"/admin/orders/{marko.order.token}").text
    assert "Mark as paid" not in page and "needs a card" in text_of(page)
    assert "needs a card" in mark(owner, marko.order)
    with pytest.raises(MarkingRefused) as refused:
        payments.mark_paid(marko.order, received())
    assert refused.value.obstacle == MarkingObstacle.RECURS and marko.order.status == "pending"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("reference", ""), ("reference", "x" * 201), ("received", "soon"), ("received", "tomorrow"), ("method", "gold")],
)
def test_wrong_input_is_refused_at_its_field(marko: Marko, owner: FlaskClient, field: str, typed: str) -> None:
    marko.start_checkout()
    day = (now() + timedelta(days=2)).date().isoformat() if typed == "tomorrow" else typed
    page = mark(owner, marko.order, **{field: day})
    assert error_at(page, field) and marko.order.status == "pending"


def test_the_reference_goes_with_the_customer(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    payments.mark_paid(marko.order, received())
    customers.erase_customer("marko@example.com", "Erased customer")
    assert OutsidePayment.get().reference == ""


def test_a_payment_request_is_marked_as_paid_before_anybody_pressed_pay(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    request = PaymentRequest.create(
        merchant=marko.offer.merchant, mode="test", title="Wedding photos", amount=45050, currency="EUR", language="en"
    )
    address = f"/admin/payment-requests/{request.token}/mark-as-paid"
    assert "/mark-as-paid" in owner.get("/admin/payment-requests").text
    form = {"method": "cash", "reference": "receipt book", "received": now().date().isoformat()}
    answer = post(owner, address, name="", email="marko", **form)
    assert answer.status_code == 422 and error_at(answer.text, "name") and error_at(answer.text, "email")
    assert post(owner, address, name="Marko", email="marko@example.com", **form).status_code == 303
    order = Order.get()
    assert (order.status, order.paid_outside, order.amount) == ("paid", True, 45050)
    assert PaymentRequest.get().state == "paid" and not Payment.select().exists()
    check_sums()
