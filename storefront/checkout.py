"""A buyer presses Pay: the order and its payment are written, then Stripe is asked for an intent."""

from dataclasses import dataclass
from datetime import timedelta

from peewee import IntegrityError

from storefront import payments, stripe_gateway
from storefront.db import db
from storefront.errors import (
    OfferNotPayable,
    StripeBroken,
    StripeKeyInvalid,
    StripePermissionMissing,
    StripeRefused,
)
from storefront.models import Merchant, Offer, Order, Payment
from storefront.models.base import now
from storefront.models.order import PAYABLE
from storefront.money import Money
from storefront.stripe_gateway import Intent

# Stripe forgets an idempotency key after 24 hours at the earliest; after that our row is looked up first.
KEY_LIFE = timedelta(hours=24)


@dataclass(frozen=True)
class Buyer:
    """Who buys, and the browser's visit key: the same key meets the same order."""

    email: str
    name: str
    visit: str
    language: str
    quantity: int = 1


@dataclass(frozen=True)
class Started:
    """`client_secret` is None when nothing is left to pay here: the order's page tells the rest."""

    order: Order
    client_secret: str | None


def start(offer: Offer, buyer: Buyer) -> Started:
    """Start the payment of this visit, or take up where it was left.

    Raises OfferNotPayable, and StripeError when Stripe can't be asked: the same call later goes on from there.
    """
    obstacle = offer.obstacle()
    if obstacle:
        raise OfferNotPayable(obstacle)
    promise = _promise(offer, buyer)
    order = _order_of_visit(offer, buyer.visit, promise)
    if order.is_payable:
        _renew(order, promise)
    return _serve(order)


def resume(order: Order, email: str, name: str) -> Started:
    """Take up the payment of an existing order, from its own page. Raises as `start` does."""
    obstacle = order.offer.payment_obstacle()
    if obstacle and not order.is_settled:
        raise OfferNotPayable(obstacle)
    if order.is_payable:
        with db.atomic():
            Order.update(email=email, name=name).where(Order.id == order.id).execute()
    return _serve(order)


def _promise(offer: Offer, buyer: Buyer) -> dict[str, object]:
    total = offer.price.times(buyer.quantity)
    return {
        "merchant": offer.merchant,
        "title": offer.title,
        "unit_amount": offer.amount,
        "quantity": buyer.quantity,
        "amount": total.amount,
        "currency": total.currency,
        "email": buyer.email,
        "name": buyer.name,
        "language": buyer.language,
    }


def _order_of_visit(offer: Offer, visit: str, promise: dict[str, object]) -> Order:
    """The visit's order: met again as it is, or written now as promised."""
    order = Order.get_or_none(Order.offer == offer, Order.visit_key == visit)
    if order is not None:
        return order
    try:
        with db.atomic():
            order = Order.create(offer=offer, visit_key=visit, **promise)
            order.note("created", amount=order.amount, currency=order.currency)
    except IntegrityError:
        # Another request of the same visit was first: its order is ours.
        order = Order.get(Order.offer == offer, Order.visit_key == visit)
    return order


def _renew(order: Order, promise: dict[str, object]) -> None:
    """Bring an unpaid order to what the offer says and the buyer typed now.

    A payment of other terms goes first: if it has succeeded meanwhile, the order stays as it was paid.
    """
    payment = Payment.current(order)
    if payment is not None and not payment.has_terms(promise["merchant"], _total(promise)):
        _retire(payment, "terms_changed")
    Order.update(promise).where(Order.id == order.id, Order.status.in_(list(PAYABLE))).execute()
    order.reload()


def _total(promise: dict[str, object]) -> Money:
    return Money(int(promise["amount"]), str(promise["currency"]))


def _serve(order: Order) -> Started:
    """An intent that can take a card for exactly this order's terms, or None where nothing is left to pay."""
    if not order.is_payable:
        return Started(order, None)
    payment = _payment_for(order)
    intent = _intent_of(payment, order)
    if intent is not None and intent.status == "canceled":
        # Canceled at Stripe behind our back: its row has ended now, a new one serves the order.
        payment = _payment_for(order)
        intent = _intent_of(payment, order)
    order.reload()
    open_ = intent is not None and order.is_payable and intent.status != "processing"
    return Started(order, intent.client_secret if open_ and intent else None)


def _payment_for(order: Order) -> Payment:
    """The payment that serves the order under its present terms; one of other terms is ended first."""
    current = Payment.current(order)
    if current is not None and not current.has_terms(order.merchant, order.total):
        _retire(current, "terms_changed")
        current = None
    if current is None:
        _retire_unknown(order)
        current = _new_payment(order)
    return current


def _new_payment(order: Order) -> Payment:
    try:
        with db.atomic():
            Payment.create(order=order, merchant=order.merchant, amount=order.amount, currency=order.currency)
    except IntegrityError:
        # Two requests at once: the other one's row serves both (unique among payments that have not ended).
        pass
    return (
        Payment.select(Payment, Merchant).join(Merchant).where(Payment.order == order, Payment.ended_at.is_null()).get()
    )


def _intent_of(payment: Payment, order: Order) -> Intent | None:
    """The payment's intent as Stripe has it now, made if there is none. Settles what it finds."""
    if payment.intent_id is None and now() - payment.created_at > KEY_LIFE:
        found = stripe_gateway.find_payment_intent(payment)
        if found is not None:
            _remember(payment, found)
    if payment.intent_id is None:
        intent = _create_intent(payment, order)
        _remember(payment, intent)
    else:
        intent = stripe_gateway.retrieve_payment_intent(payment)
    payments.settle(payment, intent)
    return intent


def _create_intent(payment: Payment, order: Order) -> Intent:
    try:
        return stripe_gateway.create_payment_intent(payment, order)
    except StripeBroken:
        # Stripe would replay this 5xx under the same key for a day: the next press needs a new row.
        payments.end(payment, "stripe_broken")
        raise
    except (StripeKeyInvalid, StripePermissionMissing) as error:
        problem = "key_invalid" if isinstance(error, StripeKeyInvalid) else "permission_missing"
        Merchant.update(check_problem=problem).where(Merchant.id == payment.merchant_id).execute()
        raise
    except StripeRefused as error:
        payments.end(payment, error.code or "refused")
        raise OfferNotPayable(error.code or "refused") from error


def _remember(payment: Payment, intent: Intent) -> None:
    Payment.update(intent_id=intent.id).where(Payment.id == payment.id).execute()
    payment.intent_id = intent.id


def _retire(payment: Payment, reason: str) -> None:
    """End a payment whose terms are no longer asked: cancel its intent first, so that nobody can pay the old price.

    If it succeeded meanwhile, that settles the order instead.
    """
    intent = (
        stripe_gateway.retrieve_payment_intent(payment)
        if payment.intent_id
        else stripe_gateway.find_payment_intent(payment)
    )
    if intent is not None:
        _remember(payment, intent)
        if intent.status not in ("succeeded", "canceled"):
            intent = _cancel(payment)
        payments.settle(payment, intent)
    payments.end(payment, reason)


def _cancel(payment: Payment) -> Intent:
    try:
        return stripe_gateway.cancel_payment_intent(payment)
    except StripeRefused:
        # Too late to cancel: what it has become decides.
        return stripe_gateway.retrieve_payment_intent(payment)


def _retire_unknown(order: Order) -> None:
    """Look up what a 5xx answer may have made, once Stripe answers again."""
    unknown = Payment.select().where(
        Payment.order == order, Payment.end_reason == "stripe_broken", Payment.intent_id.is_null()
    )
    for payment in unknown:
        _retire(payment, "stripe_broken")
        Payment.update(end_reason="looked_up").where(Payment.id == payment.id).execute()
