"""Orders that are made again from what Stripe has: the database that had them was lost."""

from dataclasses import replace
from typing import Any

from peewee import IntegrityError

from storefront import i18n, offers, pricing, stripe_gateway
from storefront.db import db
from storefront.models import (
    UNPAID_STATUSES,
    BillingKind,
    BillingTerms,
    FoundPayment,
    LineKind,
    Merchant,
    Offer,
    Order,
    OrderStatus,
    Payment,
    PaymentKind,
    PriceOption,
    PromoCode,
    TaxMode,
    TimelineKind,
    now,
    shop_id,
)
from storefront.payments import order_lifetime, settlement
from storefront.payments.order_details import NotRestorable, OrderTerms, offer_of, recipient_columns, request_of
from storefront.payments.subscription_start import create_subscription_row
from storefront.pricing import Choice, Discount, Quote, QuoteLine, Tax
from storefront.stripe_gateway import CheckoutMetadata, CheckoutObject, CheckoutPayment

RESTORED = "restored"  # `end_reason` of a payment of an order that uses another one


def names_this_shop(found: CheckoutObject) -> bool:
    """Whether this shop has made the object. Older versions wrote no name, and other shops write another one."""
    return found.metadata.shop == shop_id()


def terms_from_metadata(found: CheckoutObject, payment: CheckoutPayment) -> OrderTerms:
    """What the metadata says. Raises NotRestorable if that is not enough, or if the offer is not the one it names."""
    metadata = found.metadata
    offer = offer_of(found) if names_this_shop(found) else None
    if offer is None:
        raise NotRestorable
    try:
        billing = BillingTerms.terms_of_code(metadata.terms)
    except ValueError as error:
        raise NotRestorable from error
    beside = metadata.discount - sum(one.amount for one in metadata.extras)
    has_trial = bool(billing["trial_days"])
    unit_amount = metadata.unit or _unit_amount(payment, metadata.quantity, has_trial, beside)
    quote = _quote(found, payment, offer.title, unit_amount, metadata.quantity, billing)
    language = metadata.language if metadata.language in i18n.LANGUAGES else offer.language
    return OrderTerms(offer, quote, found.email, found.name, language).checked(found, payment)


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
    unit_amount = _unit_amount(payment, quantity, found.trial_days > 0)
    plain = replace(found, metadata=found.metadata.without_choice())

    def terms(unit: int, tax: Tax | None) -> OrderTerms:
        quote = _quote(plain, payment, offer.title, unit, quantity, billing).taxed(tax)
        return OrderTerms(offer, quote, email, found.name, offer.language).checked(found, payment)

    tax = _tax_of(found, offer)
    if tax is not None and tax.is_added:
        try:
            return terms(pricing.before_tax(tax.rate, unit_amount, payment.intent.currency), tax)
        except NotRestorable:
            # It was rounded with add-ons or a discount, which are not known: the amount contains it.
            tax = replace(tax, mode=TaxMode.INCLUDED)
    return terms(unit_amount, tax)


def _tax_of(found: CheckoutObject, offer: Offer) -> Tax | None:
    """The tax that the customer was told; that of the offer for an object of a version that told none."""
    if names_this_shop(found):
        return _told_tax(found.metadata)
    return pricing.tax_of(offer, Choice())


def _told_tax(metadata: CheckoutMetadata) -> Tax | None:
    return Tax(metadata.tax_name, metadata.tax_rate, TaxMode(metadata.tax_mode)) if metadata.tax_mode else None


def _quote(
    found: CheckoutObject,
    payment: CheckoutPayment,
    offer_title: str,
    unit_amount: int,
    quantity: int,
    billing: dict[str, Any],
) -> Quote:
    """What the customer was promised: the units, and the add-ons and the code that the metadata has."""
    metadata, recurs = found.metadata, billing["kind"] != BillingKind.ONE_OFF
    title, label = found.title or offer_title, metadata.option_label
    option = PriceOption(id=metadata.option or None, label=label, amount=unit_amount, **billing)
    extras = [
        QuoteLine(one.kind, one.title, one.amount, 1, one.recurs, one.discount, addon_id=one.id or None)
        for one in metadata.extras
    ]
    item = QuoteLine(
        LineKind.ITEM,
        title.removesuffix(f" – {label}") if label else title,
        unit_amount,
        quantity,
        recurs=recurs,
        discount=metadata.discount - sum(one.discount for one in metadata.extras),
        later_discount=metadata.later_discount,
    )
    discount = Discount(metadata.code, amount=metadata.discount, every_payment=metadata.later_discount > 0)
    tax = _told_tax(metadata)
    lines = (item, *extras)
    return Quote(option, title, payment.intent.currency, lines, discount if metadata.code else None).taxed(tax)


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


def _find_or_create_order(
    merchant: Merchant, found: CheckoutObject, payment: CheckoutPayment, terms: OrderTerms
) -> Order:
    key, number = found.metadata.order_key, found.metadata.order_number
    same_number = Order.get_or_none(Order.id == number - Order.FIRST_NUMBER)
    # The row of the code may be lost.
    code = PromoCode.by_code(terms.quote.discount.code) if terms.quote.discount is not None else None
    columns = {
        "merchant": merchant,
        "code": terms.quote.discount.code if terms.quote.discount is not None else "",
        "promo_code_id": code.id if code is not None else None,
        **terms.quote.columns(),
    }
    order: Order | None = (
        same_number
        if same_number is not None and key and stripe_gateway.order_key(same_number) == key
        else Order.get_or_none(Order.offer == terms.offer, Order.visit_key == _visit_key(found))
    )
    if order is not None:
        order.lock()
        recipient = recipient_columns(found, order)
        is_same = order.itemized and order.total == terms.quote.due_now and recipient.items() <= order.__data__.items()
        if order.status in UNPAID_STATUSES and not is_same:
            # The database is older than the terms that the customer has agreed to.
            Order.update(**columns, **recipient).where(Order.id == order.id).execute()
            pricing.write_lines(order, terms.quote)
            order.reload()
        return order
    order = Order.create(
        **({} if same_number is not None or number <= Order.FIRST_NUMBER else {"id": number - Order.FIRST_NUMBER}),
        **columns,
        **recipient_columns(found),
        **offers.withdrawal_terms(request_of(found) or terms.offer),
        offer=terms.offer,
        visit_key=_visit_key(found),
        email=terms.email,
        name=terms.name,
        language=terms.language,
        created_at=found.created,
        # Of the payment, not of today. `Order.transition` keeps it.
        paid_at=found.created if payment.intent.status == "succeeded" else None,
        expires_at=order_lifetime.expires_at(terms.offer),
    )
    pricing.write_lines(order, terms.quote)
    order.note(TimelineKind.FOUND_AT_STRIPE, amount=order.amount, number=number)
    return order


def _visit_key(found: CheckoutObject) -> str:
    """Unique for each offer and lost order, so that several payments of one order find it."""
    asked = request_of(found)
    return asked.visit_key if asked is not None else f"{RESTORED}-{found.metadata.order_key or found.metadata.payment}"


def _create_payment(
    merchant: Merchant, order: Order, found: CheckoutObject, payment: CheckoutPayment, terms: OrderTerms
) -> Payment:
    ended: dict[str, object] = {}
    if Payment.current(order) is not None or order.status not in (OrderStatus.PENDING, OrderStatus.PROCESSING):
        ended = {"ended_at": now(), "end_reason": RESTORED}
    kind = PaymentKind.ONE_OFF
    if found.recurs:
        kind = PaymentKind.SETUP if terms.due_now == 0 else PaymentKind.FIRST
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
