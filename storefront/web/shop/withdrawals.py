"""Withdrawal from the contract of an order: the two steps, and the link to them by order number and email address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront import customers, worker
from storefront.customers import WithdrawalObstacle, WithdrawalRefused
from storefront.models import Order
from storefront.web import support
from storefront.web.forms import OrderAndEmailForm, WithdrawalForm
from storefront.web.support import csrf, keep_private, require_same_origin

blueprint = Blueprint("withdrawals", __name__)
# There is no session that could hold a CSRF token: POST requests must come from our own origin instead.
csrf.exempt(blueprint)
blueprint.before_request(require_same_origin)
blueprint.after_request(keep_private)


@dataclass(frozen=True)
class WithdrawalView:
    """What pages say about the right of withdrawal of an order. `last_moment` is in the last day of the period."""

    order: Order
    obstacle: WithdrawalObstacle | None

    @property
    def is_possible(self) -> bool:
        """Whether to show the link to withdraw."""
        return self.obstacle is None

    @property
    def last_moment(self) -> datetime | None:
        """For showing the last day of the period; None without a period."""
        ends_at = customers.withdrawal_ends_at(self.order, support.shop_zone())
        return ends_at - timedelta(seconds=1) if ends_at else None


def withdrawal_view(order: Order) -> WithdrawalView:
    """Reads no more than the time zone, and that only while a period may run."""
    if not order.withdrawal_days and not order.is_withdrawn and order.is_settled:
        return WithdrawalView(order, WithdrawalObstacle.NO_RIGHT)
    return WithdrawalView(order, customers.withdrawal_obstacle(order, support.shop_zone()))


@blueprint.app_template_test("withdrawable")
def can_withdraw(order: Order) -> bool:
    """Whether the customer can withdraw from the contract of the order now."""
    return withdrawal_view(order).is_possible


@blueprint.get("/orders/<token>/withdraw")
def new(token: str) -> str:
    """The first step: what is withdrawn from, until when, and what follows. Or why that can't be done."""
    return _page(_order_or_404(token), WithdrawalForm())


@blueprint.post("/orders/<token>/withdraw")
def create(token: str) -> Response | tuple[str, int]:
    """The second step: withdraw. Safe to repeat."""
    order, form = _order_or_404(token), WithdrawalForm()
    if not form.validate():
        return _page(order, form), 422
    try:
        customers.withdraw(order, form.reason.data)
    except WithdrawalRefused:
        order.reload()
        return _page(order, form), 409
    worker.wake_for_emails()
    return redirect(url_for(".new", token=token), 303)


@blueprint.get("/withdraw")
def find() -> str:
    """The form for order number and email address."""
    return render_template("orders/withdrawal/find.html", form=OrderAndEmailForm())


@blueprint.post("/withdraw")
def send_link() -> str | tuple[str, int]:
    """Store the request. The worker looks for the order, so that neither the answer nor its time tells."""
    form = OrderAndEmailForm()
    if not form.validate():
        return render_template("orders/withdrawal/find.html", form=form), 422
    customers.request_withdrawal_link(form.number.data, form.email.data, request.remote_addr or "")
    worker.wake_for_emails()
    return render_template("orders/withdrawal/link_sent.html", email=form.email.data)


def _page(order: Order, form: WithdrawalForm) -> str:
    return render_template(
        "orders/withdrawal/new.html", order=order, withdrawal=withdrawal_view(order), form=form, visit=None
    )


def _order_or_404(token: str) -> Order:
    order = Order.by_token(token) if token.isascii() and token.isprintable() else None
    if order is None:
        abort(404)
    support.set_page_language(order.language)
    return order
