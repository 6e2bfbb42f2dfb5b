"""Why Stripe was not asked, did not answer or refused."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.errors import SecretUnreadable, StripeError
from storefront.merchants import no_answer_code
from storefront.web.admin.labels.form_errors import FIELD_ERRORS

NO_ANSWERS: Mapping[str, Any] = {
    "unreachable": _l("Couldn’t reach Stripe."),
    "broken": _l("Stripe returned an error."),
    "busy": _l("Stripe is busy. Try again in a minute."),
}


def stripe_error(error: StripeError | SecretUnreadable) -> str:
    """Why a call to Stripe failed. Quotes Stripe's own message if there is one."""
    if isinstance(error, SecretUnreadable):
        return _(
            "The stored secret key can’t be decrypted with this server’s ENCRYPTION_KEYS. Enter the secret key again."
        )
    if error.is_transient:
        return str(NO_ANSWERS[no_answer_code(error)])
    return _("Stripe refused: %(words)s", words=error.message or error.code)


def merchant_check_problem(code: str) -> str:
    """What the last check of a merchant found (`Merchant.check_problem`)."""
    return str(NO_ANSWERS.get(code) or FIELD_ERRORS.get(code) or code)


def webhook_registration_problem(problem: str) -> str:
    """Why our webhook endpoint isn't registered (`Merchant.webhook_problem`): Stripe's message, or text for a code."""
    return str(NO_ANSWERS.get(problem, problem))


def merchant_disconnected() -> str:
    """Why Stripe can't be asked about an order of a disconnected merchant."""
    return _("This order’s Stripe account is disconnected. Connect it again to sync.")
