"""Orders: the list, and one order with its payments, refunds, disputes and emails."""

from typing import Any

from flask import Blueprint, render_template, request

from storefront.models import Dispute, Email, FoundPayment, Merchant, Order, OrderStatus, Payment, Refund, Subscription
from storefront.models.search import OrderSearch
from storefront.money import Money
from storefront.payments import refundable, refunded_amount
from storefront.web.admin.shared import MODES, mode_from_query, order_or_404, place_in_list, search_text

blueprint = Blueprint("orders", __name__, url_prefix="/orders")


@blueprint.get("")
def index() -> str:
    """The orders that match the search, newest first."""
    search = search_from_query()
    page = search.page(place_in_list())
    return render_template(
        "admin/orders/index.html",
        found_payments=FoundPayment.undecided().count(),
        page=page,
        orders=page.rows,
        search=search,
        statuses=tuple(OrderStatus),
        modes=MODES,
    )


@blueprint.get("/<token>")
def show(token: str) -> str:
    """One order."""
    return render_template("admin/orders/show.html", **order_context(order_or_404(token)))


def order_context(order: Order) -> dict[str, Any]:
    """The variables of the order's templates."""
    payments = Payment.select(Payment, Merchant).join(Merchant).where(Payment.order == order)
    return {
        "order": order,
        "unit_price": Money(order.unit_amount, order.currency),
        "payments": list(payments.order_by(Payment.id.desc())),
        "subscriptions": list(
            Subscription.select().where(Subscription.order == order).order_by(Subscription.id.desc())
        ),
        "timeline": order.timeline(),
        "refunds": list(Refund.select().where(Refund.order == order).order_by(Refund.id.desc())),
        "disputes": list(Dispute.select().where(Dispute.order == order).order_by(Dispute.id.desc())),
        "is_disputed": Dispute.blocks_refund(order),
        "emails": list(Email.select().where(Email.order == order).order_by(Email.id)),
        **_amounts(order),
    }


def _amounts(order: Order) -> dict[str, Money]:
    refunded = refunded_amount(order)
    return {
        "paid": Money(order.amount if order.is_settled else 0, order.currency),
        "refunded": Money(refunded, order.currency),
        "pending_refunds": Money(refunded_amount(order, "", "pending", "requires_action"), order.currency),
        "refundable": Money(refundable(order), order.currency),
    }


def search_from_query() -> OrderSearch:
    """The search in the URL. Unknown statuses and modes are ignored."""
    status = request.args.get("status", "")
    return OrderSearch(
        text=search_text(), status=status if status in tuple(OrderStatus) else "", mode=mode_from_query()
    )
