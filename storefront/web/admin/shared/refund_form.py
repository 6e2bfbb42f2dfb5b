"""Submitting the refund form of an order or of a subscription's invoice."""

import secrets

from flask import abort
from flask_babel import gettext as _

from storefront import payments, worker
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.models import Order, Payment, Refund
from storefront.money import Money, PriceError, parse_amount
from storefront.team import SecurityEvent
from storefront.web.admin import labels
from storefront.web.forms import RefundForm
from storefront.web.support import log_security_event, money


def new_refund_form(refundable: Money, line: int | None = None) -> RefundForm:
    """The form with everything that can be refunded, and a new key. `line`: of the order's line at this position."""
    position = "" if line is None else str(line)
    return RefundForm(data={"amount": refundable.decimal_text(), "key": _new_key(), "line": position})


def submit_refund(order: Order, form: RefundForm, renewal: Payment | None = None) -> str:
    """Refund what the valid form says, of the order's own payment or of `renewal`. Returns the message for the owner.

    Raises FieldErrors.
    """
    try:
        amount = parse_amount(form.amount.data, order.currency)
    except PriceError as error:
        code = "amount_format" if error.code == "price_format" else error.code
        raise FieldErrors({"amount": [code]}, **error.details) from error
    if not order.merchant.is_connected:
        raise FieldErrors({"amount": ["refund_disconnected"]})
    try:
        refund = payments.request_refund(
            order, amount.amount, form.reason.data, form.key.data, renewal, form.line_position
        )
    except FieldErrors:
        _log(order, amount, "refused")
        raise
    except (StripeError, SecretUnreadable) as error:
        _log(order, amount, "waiting")
        if not error.is_transient:
            return _(
                "Refund recorded but not made yet. %(why)s It will be made as soon as this is fixed.",
                why=labels.stripe_error(error),
            )
        return _("Refund recorded. Stripe hasn’t answered yet; we retry every minute. See below.")
    if refund.order != order:
        abort(400)
    worker.wake_for_emails()
    refund = Refund.get_by_id(refund.id)
    _log(order, amount, refund.status)
    return _result_message(refund)


def add_refund_errors(error: FieldErrors, form: RefundForm, currency: str) -> None:
    """Add the errors of a refund that was not made to the form's fields."""
    left = error.details.get("left")
    if isinstance(left, int):
        error.details["left"] = Money(left, currency)
    form.add_errors(labels.field_errors(error))
    if "refund_refused" in error.errors.get("amount", ()):
        # The refund with this key is stored as failed. A new key makes the next attempt a new refund.
        form.key.data = _new_key()


def _log(order: Order, amount: Money, result: str) -> None:
    """Without the order's token, which opens the customer's pages. The amount is in the currency's smallest unit."""
    log_security_event(
        SecurityEvent.REFUND, result=result, order=order.number, amount=amount.amount, currency=amount.currency
    )


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _result_message(refund: Refund) -> str:
    amount = money(refund.total)
    if refund.status == "succeeded":
        return _("Refunded: %(amount)s.", amount=amount)
    if refund.status in ("failed", "canceled"):
        return _("Refund of %(amount)s failed. See below.", amount=amount)
    return _("Refund processing: %(amount)s.", amount=amount)
