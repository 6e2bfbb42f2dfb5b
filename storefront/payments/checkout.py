"""Checkout: writes the order of a customer who presses Pay, then opens its payment at Stripe."""

from dataclasses import dataclass, replace

from peewee import IntegrityError

from storefront import delivery, offers, pricing
from storefront.db import db
from storefront.errors import OfferNotPayable, PriceChanged, StripeError, TermsChanged
from storefront.models import (
    PAYABLE_STATUSES,
    Offer,
    OfferObstacle,
    Order,
    OrderAnswer,
    Payment,
    PaymentEnd,
    TimelineKind,
)
from storefront.payments import (
    checkout_limits,
    decline_limits,
    failover,
    free_orders,
    intents,
    order_details,
    order_expiry,
    order_lifetime,
    settlement,
)
from storefront.payments.checkout_limits import Press
from storefront.payments.order_details import CheckoutRequest, OrderDetails


@dataclass(frozen=True)
class StartedCheckout:
    """`client_secret` is None when there is nothing to pay now; the order's status says why.

    `intent` is the kind of intent that the secret belongs to: "payment" or "setup".
    """

    order: Order
    client_secret: str | None
    intent: str = "payment"


def start_checkout(offer: Offer, request: CheckoutRequest) -> StartedCheckout:
    """Start the checkout of this visit, or resume it. An order that is paid already is returned without checks.

    Raises FieldErrors (see `pricing.quote`), OfferNotPayable, PriceChanged, TermsChanged, TooManyDeclines,
    TooManyCheckouts, and StripeError. After a StripeError the same call can be repeated and makes no second payment.
    """
    existing = Order.by_visit(offer, request.visit)
    obstacle = offer.obstacle()
    if existing is not None and obstacle and existing.merchant.is_connected:
        # The page is about to say that nothing was charged: make sure that this is true.
        settlement.refresh_order(existing)
    if existing is not None and not existing.is_payable:
        return StartedCheckout(existing, None)
    if obstacle:
        raise OfferNotPayable(obstacle)
    quote = pricing.quote(offer, request.choice)
    if not quote.was_shown(request.seen):
        raise PriceChanged(quote.due_now if quote.due_now.amount else quote.per_charge)
    if request.terms and request.terms != quote.option.terms_code():
        raise TermsChanged
    if existing is not None and order_lifetime.is_over(existing):
        return _close_overdue(existing)
    press = Press(offer, request.visit, request.email, request.address, request.proof)
    proved = checkout_limits.require_allowed(press, existing)
    details = order_details.details_from_offer(offer, request, quote, existing)
    order = existing or _create_order(press, details)
    if order is None:
        # A concurrent request of the same visit has created it.
        order = existing = Order.get(Order.offer == offer, Order.visit_key == request.visit)
    if existing is not None:
        checkout_limits.count_press(press, order)
    if proved:
        decline_limits.limit_declines(order)
    return _open_payment(order, details, is_new=existing is None)


def resume_checkout(
    order: Order, email: str, name: str, address: str = "", proof: str = "", consent: str = ""
) -> StartedCheckout:
    """Resume the checkout of an existing order from its own page, at the order's price.

    If the offer now belongs to another merchant, that merchant is paid. Raises OfferNotPayable, TooManyDeclines,
    TooManyCheckouts, StripeError, and FieldErrors if the order's promo code can't be used with this email.
    """
    merchant, obstacle = order.payee, order.payment_obstacle()
    if order.is_payable and (obstacle or merchant is None):
        raise OfferNotPayable(obstacle or OfferObstacle.NO_MERCHANT)
    if order.is_payable:
        if order_lifetime.is_over(order):
            return _close_overdue(order)
        press = Press(order.offer, order.visit_key, email, address, proof)
        proved = checkout_limits.require_allowed(press, order)
        checkout_limits.count_press(press, order)
        if proved:
            decline_limits.limit_declines(order)
    details = OrderDetails(
        merchant=merchant or order.merchant,
        quote=pricing.quote_of(order),
        email=email,
        name=name,
        language=order.language,
        buyer_address=address,
        expires_at=order.expires_at if order.is_request else order_lifetime.expires_at(order.offer, order),
        consent=consent,
    )
    return _open_payment(order, details)


def _close_overdue(order: Order) -> StartedCheckout:
    """Expire an order now that the worker will expire soon: its intent would be canceled while the customer pays."""
    order_expiry.expire_order(order)
    order.reload()
    return StartedCheckout(order, None)


def _create_order(press: Press, details: OrderDetails) -> Order | None:
    """Write the visit's order with its payment, and count the press. Returns None if the visit has an order already."""
    offer = press.offer
    try:
        with db.atomic():
            offers.hold_stock(offer, details.quote.item.quantity, details.quote.option)
            code = pricing.hold_code(details.quote.discount, details.email)
            order: Order = Order.create(offer=offer, visit_key=press.visit, **details.columns(), **code)
            delivery.hold_keys(order, order.quantity, order.option_id)
            pricing.write_lines(order, details.quote)
            OrderAnswer.write(order, details.answers or ())
            order.note(TimelineKind.CREATED, amount=order.amount, currency=order.currency)
            checkout_limits.record_first_press(press, order)
            if not free_orders.is_free(order):
                intents.write_payment(order)
            return order
    except IntegrityError:
        return None


def _open_payment(order: Order, details: OrderDetails, is_new: bool = False) -> StartedCheckout:
    """Return the order with an intent for exactly what it costs. Unless it is new, bring it up to date before.

    If its merchant turns out to be unavailable, the other merchant of its offer is paid.
    """
    try:
        return _open_payment_at_merchant(order, details, is_new)
    except (StripeError, OfferNotPayable):
        other = failover.successor(order)
        if other is None:
            raise
    return _open_payment_at_merchant(order, replace(details, merchant=other))


def _open_payment_at_merchant(order: Order, details: OrderDetails, is_new: bool = False) -> StartedCheckout:
    try:
        if order.is_payable and not is_new:
            _update_order(order, details)
        if free_orders.is_free(order):
            free_orders.complete(order)
        intent = intents.open_intent(order) if order.is_payable else None
    except StripeError as error:
        if error.is_transient:
            checkout_limits.forget_press(order)
        raise
    if intent is None:
        return StartedCheckout(order, None)
    return StartedCheckout(order, intent.client_secret, "setup" if order.begins_free else "payment")


def _update_order(order: Order, details: OrderDetails) -> None:
    """Write `details` to an unpaid order, after retiring a payment that was opened for other terms.

    The order keeps its terms if that payment has succeeded meanwhile or its bank is still processing it.
    """
    failover.leave_merchant(order, details.merchant)
    while (outdated := _update_unless_payment_differs(order, details)) is not None:
        if not intents.retire_payment(outdated, PaymentEnd.TERMS_CHANGED):
            break
    order.reload()


def _update_unless_payment_differs(order: Order, details: OrderDetails) -> Payment | None:
    """Write `details` to the order. If its current payment is for other terms, write nothing and return the payment."""
    with db.atomic():
        order.lock()
        payment = Payment.current(order)
        if payment is not None and not (
            payment.has_terms(details.merchant, details.due_now)
            and details.has_same_billing(order)
            and details.has_same_recipient(order)
        ):
            return payment
        code: dict[str, object] = {}
        if order.is_payable:
            code = pricing.hold_code(details.quote.discount, details.email, excluding=order)
            offers.hold_stock(order.offer, details.quote.item.quantity, details.quote.option, excluding=order)
            delivery.hold_keys(order, details.quote.item.quantity, details.quote.option.id)
            pricing.write_lines(order, details.quote)
        updated = (
            Order.update(**details.changes(order), **code)
            .where(Order.id == order.id, Order.status.in_(list(PAYABLE_STATUSES)))
            .execute()
        )
        if updated and details.answers is not None:
            OrderAnswer.write(order, details.answers)
    return None
