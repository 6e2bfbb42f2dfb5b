"""Submitting the form that marks an order or a payment request as paid."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from storefront import worker
from storefront.errors import SecretUnreadable, StripeError
from storefront.models import OutsideMethod
from storefront.payments import MarkingObstacle, MarkingRefused, ReceivedPayment
from storefront.web.forms import OutsidePaymentForm

MARKING_OBSTACLES = {
    MarkingObstacle.PAID: _l("This order has already been paid. Nothing was changed."),
    MarkingObstacle.RECURS: _l(
        "Subscriptions and payment plans can’t be marked as paid: Stripe makes their later charges and needs a card."
    ),
    MarkingObstacle.FREE: _l("Nothing is due for this order."),
    MarkingObstacle.PROCESSING: _l("The bank is processing a card payment of this order. Wait until it’s decided."),
    MarkingObstacle.BEGUN: _l("The customer is paying by card right now. Try again in a minute."),
    MarkingObstacle.SOLD_OUT: _l(
        "Too few units or license keys are left. Add some first, then mark the order as paid."
    ),
}


def submit_outside_payment(form: OutsidePaymentForm, mark: Callable[[ReceivedPayment], object]) -> str:
    """Mark as paid by `mark` what the valid form says. Return why it was not done, "" if it was."""
    method = OutsideMethod(form.method.data)
    received = ReceivedPayment(method, form.reference.data, form.received_on, current_user.email)
    try:
        mark(received)
    except MarkingRefused as error:
        return str(MARKING_OBSTACLES[error.obstacle])
    except (StripeError, SecretUnreadable):
        return _(
            "The card payment that the customer had started couldn’t be canceled in Stripe, so nothing was changed. "
            "Try again in a minute."
        )
    worker.wake_for_emails()
    return ""
