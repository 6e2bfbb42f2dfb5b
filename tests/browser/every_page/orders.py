"""Orders of every status, with what belongs to them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from storefront import customers, payments, shipping
from storefront.models import (
    Dispute,
    Document,
    Email,
    FoundPayment,
    Offer,
    Order,
    OutsideMethod,
    Payment,
    now,
)
from storefront.payments import CheckoutRequest, ReceivedPayment
from tests.cards import DECLINED
from tests.cast import MARKO
from tests.factories import OWNER_EMAIL
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator

LONG = "Three evenings of watercolour and conversation above the bakery"
# Statuses that are not fetched from Stripe any more.
SETTLED = ("expired", "failed", "refunded", "partially_refunded", "disputed")
SHIPPING_ADDRESS = '{"line1": "Khreshchatyk 1", "city": "Kyiv", "postal_code": "01001"}'


def somebody(name: str) -> CheckoutRequest:
    return replace(MARKO, email=f"{name.lower()}@example.com", name=name, visit=f"a-visit-of-{name}-0001")


def again(what: str) -> CheckoutRequest:
    """Marko with another visit key."""
    return replace(MARKO, visit=f"a-visit-for-{what}-0001")


def make_orders(offer: Offer, posted: Offer, simulator: Simulator) -> Iterator[tuple[str, Order]]:
    yield "paid", buy(offer, simulator, MARKO)
    declined = start_checkout(offer, somebody("Taras"))
    confirm(simulator, declined, DECLINED)
    yield "pending", refresh(declined.order)
    for name in ("to send", "sent"):
        company = {"country": "UA", "shipping_address": SHIPPING_ADDRESS}
        order = buy(posted, simulator, replace(again(name.replace(" ", "-")), company=company))
        # The customer has been led on to the owner's page once. The shop's own page links to it then.
        order.claim_redirect()
        yield name, order
    shipping.mark_sent(Order.select().order_by(Order.id.desc()).get(), "nova_poshta", "20450000000000", tell=True)
    for number, status in enumerate(SETTLED):
        order = buy(offer, simulator, replace(MARKO, visit=f"a-visit-of-marko-000{number + 2}"))
        Order.update(status=status).where(Order.id == order.id).execute()
        yield status, Order.get_by_id(order.id)
    add_problems(order)


def add_documents(order: Order, simulator: Simulator) -> None:
    """A credit note, a corrected invoice, numbers that wait for the owner, and an invoice from before a restore."""
    late = start_checkout(order.offer, again("late"))
    payments.request_refund(order, 500, "requested_by_customer", "refund-of-every-page")
    details = {"name": LONG, "company": LONG, "address": f"{LONG}\nKyiv", "country": "UA", "vat_id": "1234567890"}
    payments.correct_invoice(Document.by_number(str(Document.of_order(order)[0].number)), details)
    payments.hold_numbers()
    confirm(simulator, late)
    refresh(late.order)


def paid_outside(offer: Offer) -> Order:
    """An order that somebody has paid by bank transfer."""
    order = start_checkout(offer, again("transfer")).order
    received = ReceivedPayment(OutsideMethod.BANK_TRANSFER, LONG, now().date(), OWNER_EMAIL)
    payments.mark_paid(order, received)
    return Order.get_by_id(order.id)


def make_withdrawals(offers: dict[str, Offer], simulator: Simulator) -> Iterator[tuple[str, Order]]:
    yield "returnable", buy(offers["returnable"], simulator, again("tray"))
    yield "no right", buy(offers["dated"], simulator, again("evening"))
    withdrawn = buy(offers["returnable"], simulator, somebody("Oksana"))
    customers.withdraw(withdrawn, "It doesn’t fit on the table, and the colors differ from those on the picture.")
    yield "withdrawn", Order.get_by_id(withdrawn.id)


def add_problems(order: Order) -> None:
    """An open dispute, an email that could not be sent, and payments without an order: the dashboard shows them."""
    Dispute.create(
        order=order,
        payment=Payment.get(Payment.order == order),
        dispute_id="du_of_every_page",
        amount=order.amount,
        currency=order.currency,
        status="needs_response",
        reason="product_not_received",
        evidence_due_at=now() + timedelta(days=10),
    )
    Email.create(
        kind="refund_made",
        about=f"refund-{order.id}",
        order=order,
        recipient=order.email,
        language="en",
        state="failed",
        problem="550 5.1.1 No such user here",
        done_at=now(),
    )
    for number, recurs in enumerate((False, True)):
        FoundPayment.create(
            merchant=order.merchant,
            stripe_id=f"{'sub' if recurs else 'pi'}_of_every_page",
            order_number=1234567 * number,
            amount=order.amount,
            currency=order.currency,
            email="a.customer.with.a.long.name@mail.example.com",
            title=LONG,
            livemode=False,
            recurs=recurs,
            created_at=now(),
        )
