"""Changes that need Stripe: when it can't be asked, its buyer reads calm words and may try again."""

import logging
from collections.abc import Callable

from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.web.customer import messages

log = logging.getLogger(__name__)


def try_change(change: Callable[[], object]) -> str:
    """Make the change; "" when it was made, else why it was not."""
    try:
        change()
    except FieldErrors:
        # It stands otherwise than the page that was pressed told.
        return messages.changed_meanwhile()
    except (StripeError, SecretUnreadable) as error:
        log.warning("a buyer's change was not made: %s %s", type(error).__name__, getattr(error, "code", ""))
        return messages.stripe_away() if error.is_transient else messages.not_possible()
    return ""
