"""Orders: the list, and one order with its payments, refunds, disputes and emails."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import delivery, shipping
from storefront.customers import can_send_payment_link
from storefront.models import (
    CounterKind,
    Dispute,
    Document,
    Download,
    Email,
    Merchant,
    Order,
    OrderAnswer,
    OrderStatus,
    OutsidePayment,
    Payment,
    Refund,
    Subscription,
    counts,
)
from storefront.models.search import OrderSearch
from storefront.money import Money
from storefront.payments import (
    balance_of_order,
    can_mark_refunded,
    marking_obstacle,
    refundable,
    refundable_lines,
    refunded_amount,
)
from storefront.web.admin.shared import (
    FRAME_KINDS,
    ListAddress,
    OfferFilter,
    dates_from_query,
    keep_frame_counts,
    mode_from_query,
    order_or_404,
    place_in_list,
    search_text,
    sort_from_query,
    times_of,
    wants_fragment,
)
from storefront.web.forms import NoteForm
from storefront.web.support import day_of, mode_name, order_status

# The value of the filter by status that finds the orders that are to be sent.
TO_SEND = "to_send"

blueprint = Blueprint("orders", __name__, url_prefix="/orders")


@blueprint.get("")
def index() -> str:
    """The orders that match the search, newest first."""
    offer = OfferFilter.from_query()
    search, address = _search_of(offer), list_address(offer)
    page = search.page(place_in_list())
    counted = keep_frame_counts(counts(*FRAME_KINDS, CounterKind.FOUND_PAYMENTS))
    return render_template(
        "admin/orders/_list.html" if wants_fragment() else "admin/orders/index.html",
        found_payments=counted.number(CounterKind.FOUND_PAYMENTS),
        page=page,
        orders=page.rows,
        search=search,
        address=address,
        filters=_filters(search, address, offer),
        statuses=[*((status.value, order_status(status)) for status in OrderStatus), (TO_SEND, _("To be sent"))],
        offer_filter=offer,
    )


def list_address(offer: OfferFilter | None = None) -> ListAddress:
    """The address of the list with its filters."""
    offer = offer or OfferFilter.from_query()
    search = _search_of(offer)
    status = TO_SEND if search.to_send else search.status
    filters = {"q": search.text, "status": status, **offer.arguments}
    return ListAddress.from_query("admin.orders.index", search.order, **filters)


def _filters(search: OrderSearch, address: ListAddress, offer: OfferFilter) -> list[tuple[str, str, str]]:
    """(argument, label, value) of each filter, for the chips; an empty value is no filter."""
    first, last = dates_from_query()
    return [
        ("q", _("Search"), search.text),
        ("status", _("Status"), _("To be sent") if search.to_send else search.status and order_status(search.status)),
        offer.chip,
        ("from", _("From"), day_of(first)),
        ("to", _("Until"), day_of(last)),
        ("mode", _("Mode"), address.value("mode") and mode_name(address.value("mode"))),
    ]


@blueprint.get("/<token>")
def show(token: str) -> str | Response:
    """One order. Messages outside of the shop have its number instead of the token that opens the customer's pages."""
    if token.isascii() and token.isdecimal() and len(token) < 10:
        found = Order.get_or_none(Order.id == int(token) - Order.FIRST_NUMBER) or abort(404)
        return redirect(url_for(".show", token=found.token))
    return render_template("admin/orders/show.html", **order_context(order_or_404(token)))


def order_context(order: Order) -> dict[str, Any]:
    """The variables of the order's templates."""
    found = Payment.select(Payment, Merchant).join(Merchant).where(Payment.order == order)
    payments = list(found.order_by(Payment.id.desc()))
    refunds = list(Refund.select().where(Refund.order == order).order_by(Refund.id.desc()))
    # As the list reads it: the newest payment says why a pending order is not paid.
    order.last_failure = f"{payments[0].error_code} {payments[0].decline_code}" if payments else ""
    return {
        "order": order,
        "unit_price": Money(order.unit_amount, order.currency),
        "payments": payments,
        "subscriptions": list(
            Subscription.select().where(Subscription.order == order).order_by(Subscription.id.desc())
        ),
        "timeline": order.timeline(),
        "note_form": NoteForm(formdata=None),
        "can_be_marked_paid": marking_obstacle(order) is None,
        "can_be_marked_refunded": can_mark_refunded(order),
        "outside_payment": OutsidePayment.of(order),
        "answers": OrderAnswer.of(order),
        "delivered": delivery.delivered(order),
        "downloads": Download.of(order) if order.offer.delivers else [],
        "documents": Document.of_order(order),
        "can_be_sent": shipping.can_send(order),
        "can_send_payment_link": can_send_payment_link(order),
        "balance": balance_of_order(payments),
        "refunds": refunds,
        "line_refunds": refundable_lines(order, refunds),
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
    """The search in the URL. Unknown statuses, modes and days are ignored."""
    return _search_of(OfferFilter.from_query())


def _search_of(offer: OfferFilter) -> OrderSearch:
    status = request.args.get("status", "")
    since, until = times_of(*dates_from_query())
    return OrderSearch(
        text=search_text(),
        status=status if status in tuple(OrderStatus) else "",
        mode=mode_from_query(),
        to_send=status == TO_SEND,
        offer_id=offer.offer_id,
        since=since,
        until=until,
        sort=sort_from_query(),
    )
