"""Orders: the list, and one order with all that happened to it."""

from typing import Any

from flask import Blueprint, render_template, request

from storefront.models import Dispute, Email, Merchant, Order, OrderStatus, Payment, Refund, Subscription
from storefront.models.search import OrderSearch
from storefront.money import Money
from storefront.payments import refundable, refunded_amount
from storefront.web.admin.labels import emails as letter_words
from storefront.web.admin.labels import errors as wording
from storefront.web.admin.labels import orders as order_words
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.shared import order_or_404, order_url, stripe_payment_url
from storefront.web.forms import trimmed

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
        statuses=tuple(OrderStatus),
        modes=MODES,
        wording=wording,
    )


@blueprint.get("/<token>")
def show(token: str) -> str:
    """One order."""
    return render_template("admin/orders/show.html", **all_about(order_or_404(token)))


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
        "disputed": Dispute.blocks_refund(order),
        "letters": list(Email.select().where(Email.order == order).order_by(Email.id)),
        **sums(order),
        "wording": wording,
        "order_words": order_words,
        "subscription_words": subscription_words,
        "letter_words": letter_words,
        "order_address": order_url,
        "stripe_payment_address": stripe_payment_url,
    }


def sums(order: Order) -> dict[str, Money]:
    """What was paid, has gone back, is on its way back, and is left to refund."""
    refunded = refunded_amount(order)
    return {
        "paid": Money(order.amount if order.is_settled else 0, order.currency),
        "refunded": Money(refunded, order.currency),
        "under_way": Money(refunded_amount(order, "", "pending", "requires_action"), order.currency),
        "left": Money(refundable(order), order.currency),
    }


def asked_search() -> OrderSearch:
    """The search the address asks for; words it doesn't know narrow nothing."""
    status, mode = request.args.get("status", ""), request.args.get("mode", "")
    return OrderSearch(
        text=trimmed(request.args.get("q"))[:200],
        status=status if status in tuple(OrderStatus) else "",
        mode=mode if mode in MODES else "",
    )
