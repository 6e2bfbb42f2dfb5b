"""A buyer presses Pay: the order and its payment are written, then Stripe is asked for an intent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import IntegrityError

from storefront import offers, settings
from storefront.db import db
from storefront.errors import OfferNotPayable, PriceChanged, TermsChanged
from storefront.models import PAYABLE_STATUSES, Merchant, Offer, OfferObstacle, Order, Payment, now
from storefront.money import Money
from storefront.payments import decline_limits, intents, settlement


@dataclass(frozen=True)
class Buyer:
    """Who buys, and the browser's visit key: the same key meets the same order.

    `address` is where the request came from, for the limits on declines; `proof` the work that opens beyond them.
    `seen` is what the buyer's page showed to be due each time, `terms` its rhythm (a `terms_code`); None and "" when
    the page didn't say. `consent` are the words beside the button by which they agree to later charges.
    """

    email: str
    name: str
    visit: str
    language: str
    quantity: int = 1
    seen: Money | None = None
    terms: str = ""
    consent: str = ""
    address: str = ""
    proof: str = ""


@dataclass(frozen=True)
class StartedCheckout:
    """`client_secret` is None when nothing is left to pay here: the order's page tells the rest.

    `intent`: "payment" or "setup", for which kind of intent the secret is.
    """

    order: Order
    client_secret: str | None
    intent: str = "payment"


@dataclass(frozen=True)
class Promise:
    """What an order says it is: the offer's words, price and terms, the buyer's. Amounts in minor units."""

    merchant: Merchant
    title: str
    terms: dict[str, object]
    unit_amount: int
    quantity: int
    currency: str
    email: str
    name: str
    language: str
    buyer_address: str
    expires_at: datetime
    consent: str

    @property
    def due_now(self) -> Money:
        """What is paid at the start: nothing with a free trial."""
        return Money(0 if self.terms["trial_days"] else self.unit_amount * self.quantity, self.currency)

    def fields(self) -> dict[str, object]:
        """The order's fields by name."""
        fields = {name: value for name, value in vars(self).items() if name not in ("terms", "consent")}
        if self.consent:
            fields |= {"consent": self.consent, "consented_at": now()}
        return fields | self.terms | {"amount": self.due_now.amount}

    def is_kept_by(self, order: Order) -> bool:
        """Whether the order is paid in just this rhythm, and as much each time."""
        return order.terms() == self.terms and (
            not order.recurs or (order.unit_amount, order.quantity) == (self.unit_amount, self.quantity)
        )


def start_checkout(offer: Offer, buyer: Buyer) -> StartedCheckout:
    """Start the payment of this visit, or take up where it was left.

    Raises OfferNotPayable, PriceChanged, TermsChanged, TooManyDeclines, and StripeError when Stripe can't be asked:
    the same call later goes on from there. Whoever has paid in this visit is told none of that.
    """
    met = Order.get_or_none(Order.offer == offer, Order.visit_key == buyer.visit)
    obstacle = offer.obstacle()
    if met is not None and obstacle and met.merchant.is_connected:
        # "Nothing was charged" is about to be said: is it true?
        settlement.refresh_order(met)
    if met is not None and not met.is_payable:
        return StartedCheckout(met, None)
    if obstacle:
        raise OfferNotPayable(obstacle)
    total = offer.price.times(buyer.quantity)
    if buyer.seen is not None and buyer.seen != total:
        raise PriceChanged(total)
    if buyer.terms and buyer.terms != offer.terms_code():
        raise TermsChanged
    decline_limits.require_checkout_allowed(offer, buyer.address, buyer.visit, buyer.proof)
    promise = _promise(offer, buyer)
    order = _order_of_visit(offer, buyer.visit, promise)
    return _serve(order, promise)


def resume_checkout(
    order: Order, email: str, name: str, address: str = "", proof: str = "", consent: str = ""
) -> StartedCheckout:
    """Take up the payment of an existing order, from its own page, at the price it was promised.

    Where the offer has been moved to another merchant meanwhile, that one is paid. Raises as `start` does.
    """
    merchant = order.offer.merchant
    obstacle = order.offer.payment_obstacle()
    if order.is_payable and (obstacle or merchant is None):
        raise OfferNotPayable(obstacle or OfferObstacle.NO_MERCHANT)
    if order.is_payable:
        decline_limits.require_checkout_allowed(order.offer, address, order.visit_key, proof)
    promise = Promise(
        merchant=merchant or order.merchant,
        title=order.title,
        terms=order.terms(),
        unit_amount=order.unit_amount,
        quantity=order.quantity,
        currency=order.currency,
        email=email,
        name=name,
        language=order.language,
        buyer_address=address,
        expires_at=_expiry(order.offer),
        consent=consent,
    )
    return _serve(order, promise)


def _promise(offer: Offer, buyer: Buyer) -> Promise:
    if offer.merchant is None:
        raise OfferNotPayable(OfferObstacle.NO_MERCHANT)
    return Promise(
        merchant=offer.merchant,
        title=offer.title,
        terms=offer.terms(),
        unit_amount=offer.amount,
        quantity=buyer.quantity,
        currency=offer.currency,
        email=buyer.email,
        name=buyer.name,
        language=buyer.language,
        buyer_address=buyer.address,
        expires_at=_expiry(offer),
        consent=buyer.consent,
    )


def _expiry(offer: Offer) -> datetime:
    """An order lives as long as the owner has set, counted from the last time somebody began to pay it.

    One that holds pieces of a limited stock keeps them from others, and no longer than the owner allows.
    """
    chosen = settings.current()
    life = timedelta(hours=chosen.order_expiry_hours)
    return now() + (life if offer.stock is None else min(life, timedelta(minutes=chosen.stock_hold_minutes)))


def _order_of_visit(offer: Offer, visit: str, promise: Promise) -> Order:
    """The visit's order: met again as it is, or written now as promised."""
    met = Order.get_or_none(Order.offer == offer, Order.visit_key == visit)
    if met is not None:
        return met
    try:
        with db.atomic():
            offers.hold_stock(offer, promise.quantity)
            order = Order.create(offer=offer, visit_key=visit, **promise.fields())
            order.note("created", amount=order.amount, currency=order.currency)
    except IntegrityError:
        # Another request of the same visit was first: its order is ours.
        return Order.get(Order.offer == offer, Order.visit_key == visit)
    return order


def _serve(order: Order, promise: Promise) -> StartedCheckout:
    """The order with an intent that can take a card for exactly what is promised now."""
    if order.is_payable:
        _renew(order, promise)
    intent = intents.open_intent(order) if order.is_payable else None
    if intent is None:
        return StartedCheckout(order, None)
    return StartedCheckout(order, intent.client_secret, "setup" if order.has_trial else "payment")


def _renew(order: Order, promise: Promise) -> None:
    """Bring an unpaid order to what the offer says and the buyer typed now.

    A payment of other terms goes first: if it has succeeded meanwhile, or its bank is still thinking about it, the
    order stays as it was promised.
    """
    while (payment := _other_terms(order, promise)) is not None:
        if not intents.retire_payment(payment, "terms_changed"):
            break
    order.reload()


def _other_terms(order: Order, promise: Promise) -> Payment | None:
    """Take over the promise, in one transaction with seeing that no payment serves the order on other terms."""
    with db.atomic():
        order.lock()
        payment = Payment.current(order)
        if payment is not None and not (
            payment.has_terms(promise.merchant, promise.due_now) and promise.is_kept_by(order)
        ):
            return payment
        if order.is_payable:
            offers.hold_stock(order.offer, promise.quantity, besides=order)
        Order.update(**promise.fields()).where(Order.id == order.id, Order.status.in_(list(PAYABLE_STATUSES))).execute()
    return None
