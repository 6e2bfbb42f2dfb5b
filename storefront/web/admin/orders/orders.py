"""Orders: the list, and one order with all that happened to it."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from storefront.models import Dispute, Letter, Merchant, Order, Payment, Refund, Subscription
from storefront.models.order import STATUSES
from storefront.models.search.orders import OrderSearch
from storefront.money import Money
from storefront.payments import refund_balance as standing
from storefront.web.admin.labels import emails as letter_words
from storefront.web.admin.labels import errors as wording
from storefront.web.admin.labels import orders as order_words
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.shared.urls import order_address, stripe_payment_address
from storefront.web.forms.base import trimmed

blueprint = Blueprint("orders", __name__, url_prefix="/orders")

MODES = ("test", "live")


@blueprint.get("")
def index() -> str:
    """Newest first, narrowed by what is asked for."""
    search = asked_search()
    number = max(1, min(request.args.get("page", 1, type=int), 100_000))
    orders, more = search.page(number)
    return render_template(
        "admin/orders/index.html",
        orders=orders,
        search=search,
        total=search.count(),
        number=number,
        more=more,
        statuses=STATUSES,
        modes=MODES,
        wording=wording,
    )


@blueprint.get("/<token>")
def show(token: str) -> str:
    """One order."""
    return render_template("admin/orders/show.html", **all_about(find(token)))


def find(token: str) -> Order:
    """The order of an address, else 404."""
    return Order.by_token(token) or abort(404)


def all_about(order: Order) -> dict[str, Any]:
    """What the order's page shows."""
    payments = (
        Payment.select(Payment, Merchant).join(Merchant).where(Payment.order == order).order_by(Payment.id.desc())
    )
    return {
        "order": order,
        "unit_price": Money(order.unit_amount, order.currency),
        "payments": list(payments),
        "subscriptions": list(
            Subscription.select().where(Subscription.order == order).order_by(Subscription.id.desc())
        ),
        "timeline": order.timeline(),
        "refunds": list(Refund.select().where(Refund.order == order).order_by(Refund.id.desc())),
        "disputes": list(Dispute.select().where(Dispute.order == order).order_by(Dispute.id.desc())),
        "disputed": Dispute.forbids_refund(order),
        "letters": list(Letter.select().where(Letter.order == order).order_by(Letter.id)),
        **sums(order),
        "wording": wording,
        "order_words": order_words,
        "subscription_words": subscription_words,
        "letter_words": letter_words,
        "order_address": order_address,
        "stripe_payment_address": stripe_payment_address,
    }


def sums(order: Order) -> dict[str, Money]:
    """What was paid, has gone back, is on its way back, and is left to refund."""
    refunded = standing.refunded(order)
    return {
        "paid": Money(order.amount if order.is_settled else 0, order.currency),
        "refunded": Money(refunded, order.currency),
        "under_way": Money(standing.refunded(order, "", "pending", "requires_action"), order.currency),
        "left": Money(standing.left_to_refund(order), order.currency),
    }


def asked_search() -> OrderSearch:
    """The search the address asks for; words it doesn't know narrow nothing."""
    status, mode = request.args.get("status", ""), request.args.get("mode", "")
    return OrderSearch(
        text=trimmed(request.args.get("q"))[:200],
        status=status if status in STATUSES else "",
        mode=mode if mode in MODES else "",
    )
