"""Errors of changes that the shop makes at Stripe for a customer."""

import logging
from collections.abc import Callable

from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.web.customer import messages

log = logging.getLogger(__name__)


def try_change(change: Callable[[], object]) -> str:
    """Call `change`. Returns "" on success, else a message for the customer."""
    try:
        change()
    except FieldErrors:
        # The subscription has changed since the page was shown.
        return messages.changed_meanwhile()
    except (StripeError, SecretUnreadable) as error:
        log.warning("a customer's change failed: %s %s", type(error).__name__, getattr(error, "code", ""))
        return messages.stripe_unreachable() if error.is_transient else messages.not_possible()
    return ""
