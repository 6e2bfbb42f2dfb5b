"""Orders that are made again from what Stripe has: the database that had them was lost."""

from peewee import IntegrityError

from storefront import i18n, offers, stripe_gateway
from storefront.db import db
from storefront.models import (
    CLOCK_TOLERANCE,
    UNPAID_STATUSES,
    BillingKind,
    BillingTerms,
    FoundPayment,
    Merchant,
    Offer,
    Order,
    OrderStatus,
    Payment,
    PaymentKind,
    PaymentRequest,
    PromoCode,
    TimelineKind,
    now,
    shop_id,
)
from storefront.money import Money
from storefront.payments import order_lifetime, settlement
from storefront.payments.order_details import NotRestorable, OrderTerms
from storefront.payments.subscription_start import create_subscription_row
from storefront.stripe_gateway import CheckoutObject, CheckoutPayment, SubscriptionSnapshot

RESTORED = "restored"  # `end_reason` of a payment of an order that uses another one


def names_this_shop(found: CheckoutObject) -> bool:
    """Whether this shop has made the object. Older versions wrote no name, and other shops write another one."""
    return found.metadata.shop == shop_id()


def terms_from_metadata(found: CheckoutObject, payment: CheckoutPayment) -> OrderTerms:
    """What the metadata says. Raises NotRestorable if that is not enough, or if the offer is not the one it names."""
    metadata = found.metadata
    offer = Offer.get_or_none(Offer.id == metadata.offer_id)
    # A restored database may have given the id of a lost offer to another one since.
    if not names_this_shop(found) or offer is None or offer.created_at > found.created + CLOCK_TOLERANCE:
        raise NotRestorable
    try:
        billing = BillingTerms.terms_of_code(metadata.terms)
    except ValueError as error:
        raise NotRestorable from error
    return _checked(
        OrderTerms(
            offer=offer,
            billing=billing,
            unit_amount=metadata.unit
            or _unit_amount(payment, metadata.quantity, bool(billing["trial_days"]), metadata.discount),
            quantity=metadata.quantity,
            code=metadata.code,
            discount=metadata.discount,
            later_discount=metadata.later_discount,
            taxes=metadata.taxes(),
            email=found.email,
            name=found.name,
            language=metadata.language if metadata.language in i18n.LANGUAGES else offer.language,
        ),
        found,
        payment,
    )


def terms_from_offer(found: CheckoutObject, payment: CheckoutPayment, offer: Offer, email: str) -> OrderTerms:
    """What the order contains if the owner says that it was for this offer. Raises NotRestorable if it can't have been.

    Price and interval are those at Stripe; the offer's may have changed since.
    """
    snapshot, billing = payment.subscription, offer.terms()
    if found.recurs != offer.recurs:
        raise NotRestorable
    if snapshot is not None:
        billing |= {"every": snapshot.every, "interval": snapshot.interval, "trial_days": found.trial_days}
    quantity = snapshot.quantity if snapshot is not None else found.metadata.quantity or 1
    terms = OrderTerms(
        offer=offer,
        billing=billing,
        unit_amount=_unit_amount(payment, quantity, found.trial_days > 0),
        quantity=quantity,
        email=email,
        name=found.name,
        language=offer.language,
    )
    return _checked(terms, found, payment)


def restore_order(merchant: Merchant, found: CheckoutObject, payment: CheckoutPayment, terms: OrderTerms) -> Order:
    """Write the order with its payment and subscription, unless they exist, and settle it. Return it.

    The order keeps its number, unless another order has it by now. Two concurrent calls make one order: the payment's
    public id is unique.
    """
    try:
        with db.atomic():
            order = _find_or_create_order(merchant, found, payment, terms)
            row = _create_payment(merchant, order, found, payment, terms)
            if not settlement.settle(row, payment.intent):
                raise NotRestorable
            FoundPayment.decide(found.id)
    except IntegrityError:
        row = Payment.get(Payment.public_id == found.metadata.payment)
        order = row.order
    order.reload()
    return order


def _unit_amount(payment: CheckoutPayment, quantity: int, has_trial: bool, discount: int = 0) -> int:
    """The price of one unit. Raises NotRestorable if the amount is no multiple of it."""
    if has_trial:
        return payment.subscription.unit_amount if payment.subscription is not None else 0
    amount = payment.intent.amount + discount
    if quantity < 1 or amount % quantity:
        raise NotRestorable
    return amount // quantity


def _checked(terms: OrderTerms, found: CheckoutObject, payment: CheckoutPayment) -> OrderTerms:
    """The terms, if an order can be made from them. Raises NotRestorable."""
    recurs = terms.billing["kind"] != BillingKind.ONE_OFF
    if not terms.email or recurs != found.recurs or terms.due_now() != payment.intent.amount or terms.unit_amount < 1:
        raise NotRestorable
    at_stripe = payment.subscription
    if at_stripe is not None and not _is_price_of(at_stripe, terms, payment.intent.currency):
        # Its first invoice charged something beside the first period.
        raise NotRestorable
    return terms


def _is_price_of(subscription: SubscriptionSnapshot, terms: OrderTerms, currency: str) -> bool:
    """Whether its Price charges what the terms say."""
    if not terms.is_tax_added:
        return subscription.unit_amount == terms.unit_amount
    return subscription.unit_amount * subscription.quantity == terms.full_charge(currency)


def _find_or_create_order(
    merchant: Merchant, found: CheckoutObject, payment: CheckoutPayment, terms: OrderTerms
) -> Order:
    key, number = found.metadata.order_key, found.metadata.order_number
    same_number = Order.get_or_none(Order.id == number - Order.FIRST_NUMBER)
    columns = {
        "merchant": merchant,
        "unit_amount": terms.unit_amount,
        "quantity": terms.quantity,
        "amount": terms.due_now(),
        "currency": payment.intent.currency,
        **_discount_columns(terms),
        **terms.taxes,
        **terms.billing,
    }
    order: Order | None = (
        same_number
        if same_number is not None and key and stripe_gateway.order_key(same_number) == key
        else Order.get_or_none(Order.offer == terms.offer, Order.visit_key == _visit_key(found))
    )
    if order is not None:
        order.lock()
        is_same = order.itemized and order.total == Money(terms.due_now(), payment.intent.currency)
        if order.status in UNPAID_STATUSES and not is_same:
            # The database is older than the terms that the customer has agreed to.
            Order.update(**columns).where(Order.id == order.id).execute()
            order.reload()
        return order
    order = Order.create(
        **({} if same_number is not None or number <= Order.FIRST_NUMBER else {"id": number - Order.FIRST_NUMBER}),
        **columns,
        **offers.withdrawal_terms(terms.offer),
        offer=terms.offer,
        visit_key=_visit_key(found),
        title=found.title or terms.offer.title,
        email=terms.email,
        name=terms.name,
        language=terms.language,
        created_at=found.created,
        # Of the payment, not of today. `Order.transition` keeps it.
        paid_at=found.created if payment.intent.status == "succeeded" else None,
        expires_at=order_lifetime.expires_at(terms.offer),
    )
    order.note(TimelineKind.FOUND_AT_STRIPE, amount=order.amount, number=number)
    return order


def _discount_columns(terms: OrderTerms) -> dict[str, object]:
    """What a code takes off, and the later charges. The row of the code may be lost."""
    later = terms.later_charge()
    columns: dict[str, object] = {"later_amount": None if later == terms.unit_amount * terms.quantity else later}
    if not terms.code:
        return columns
    code = PromoCode.by_code(terms.code)
    return columns | {
        "code": terms.code,
        "promo_code_id": code.id if code is not None else None,
        "discount": terms.discount,
    }


def _visit_key(found: CheckoutObject) -> str:
    """Unique for each offer and lost order, so that several payments of one order find it."""
    asked = PaymentRequest.made_before(found.metadata.request, found.created)
    return asked.visit_key if asked is not None else f"{RESTORED}-{found.metadata.order_key or found.metadata.payment}"


def _create_payment(
    merchant: Merchant, order: Order, found: CheckoutObject, payment: CheckoutPayment, terms: OrderTerms
) -> Payment:
    ended: dict[str, object] = {}
    if Payment.current(order) is not None or order.status not in (OrderStatus.PENDING, OrderStatus.PROCESSING):
        ended = {"ended_at": now(), "end_reason": RESTORED}
    kind = PaymentKind.ONE_OFF
    if found.recurs:
        kind = PaymentKind.SETUP if terms.due_now() == 0 else PaymentKind.FIRST
    row: Payment = Payment.create(
        order=order,
        merchant=merchant,
        kind=kind,
        public_id=found.metadata.payment,
        intent_id=payment.intent.id,
        amount=payment.intent.amount,
        currency=payment.intent.currency,
        created_at=found.created,
        **ended,
    )
    if payment.subscription is not None:
        # The worker fetches its other fields in its next run.
        create_subscription_row(
            row,
            order,
            public_id=found.metadata.subscription,
            customer_id=payment.subscription.customer_id,
            customer_email=found.email,
            subscription_id=payment.subscription.id,
            item_id=payment.subscription.item_id,
            created_at=found.created,
        )
    return row
