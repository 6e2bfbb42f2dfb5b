"""Refunds of an order."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront import payments
from storefront.errors import FieldErrors
from storefront.models import Order, OrderLine, Refund
from storefront.money import Money
from storefront.web.admin.orders.orders import order_context
from storefront.web.admin.shared import (
    add_refund_errors,
    new_refund_form,
    order_or_404,
    requires_recent_password,
    show_notice,
    submit_refund,
    wants_fragment,
)
from storefront.web.forms import RefundForm

blueprint = Blueprint("order_refunds", __name__, url_prefix="/orders/<token>/refunds")


@blueprint.get("/new")
def new(token: str) -> str | Response:
    """The form, as a fragment or a page; `?line=` is the number of an order's line. Redirects to the order if nothing
    can be refunded.
    """
    order = order_or_404(token)
    if not _refundable(order).amount or not order.merchant.is_connected:
        return redirect(url_for("admin.orders.show", token=token))
    number = request.args.get("line", type=int)
    line = number if number in _lines(order) else None
    return _render_form(order, new_refund_form(_refundable(order, line), line))


@blueprint.get("/new/closed")
def closed(token: str) -> str | Response:
    """The button that replaces the form when it is closed."""
    if not wants_fragment():
        return redirect(url_for("admin.orders.show", token=token))
    return render_template("admin/orders/refunds/_button.html", **order_context(order_or_404(token)))


@blueprint.post("")
@requires_recent_password
def create(token: str) -> str | Response | tuple[str, int]:
    """Refund the order and show it."""
    order = order_or_404(token)
    form = RefundForm()
    form.set_reason_choices()
    if not form.validate_on_submit():
        if form.key.errors:
            abort(400)
        return _render_errors(order, form)
    try:
        notice = submit_refund(order, form)
    except FieldErrors as error:
        add_refund_errors(error, form, order.currency)
        return _render_errors(order, form)
    if wants_fragment():
        context = order_context(order_or_404(token))
        return render_template("admin/orders/refunds/_created.html", notice=notice, alert="", **context)
    show_notice(notice)
    return redirect(url_for("admin.orders.show", token=token), 303)


def _lines(order: Order) -> dict[int, Money]:
    return payments.refundable_lines(order, Refund.select().where(Refund.order == order))


def _refundable(order: Order, line: int | None = None) -> Money:
    """What can still be refunded; with `line`, of the order's line at this position."""
    left = Money(payments.refundable(order), order.currency)
    of_line = _lines(order).get(line, left) if line is not None else left
    return min(left, of_line, key=lambda one: one.amount)


def _render_form(order: Order, form: RefundForm) -> str:
    form.set_reason_choices()
    template = f"admin/orders/refunds/{'_' if wants_fragment() else ''}new.html"
    lines = OrderLine.of_order(order) if form.line_position is not None else []
    line = next((one for one in lines if one.position == form.line_position), None)
    refundable = _refundable(order, form.line_position)
    return render_template(template, order=order, form=form, refundable=refundable, prefix="refund", line=line)


def _render_errors(order: Order, form: RefundForm) -> tuple[str, int]:
    """For htmx the messages only: the fields keep what was typed, except the key. Otherwise the page."""
    if wants_fragment():
        return render_template("components/refund_form_errors.html", form=form, prefix="refund", alert=""), 422
    return _render_form(order, form), 422
