"""Messages of the card change, in the page's language."""

from flask_babel import gettext as _

from storefront import i18n
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.web import shop, support
from storefront.web.customer import messages


def error_message(error: FieldErrors | StripeError | SecretUnreadable) -> str:
    """Why the card was not changed."""
    if isinstance(error, FieldErrors):
        too_many_declines = ["card_tried_too_often"] in error.errors.values()
        return _too_many_declines() if too_many_declines else messages.changed_meanwhile()
    if error.is_transient:
        return messages.stripe_unreachable()
    code = getattr(error, "code", "")
    is_card_error = code in shop.CARD_ERRORS or code in i18n.NEUTRAL_CODES
    return shop.failure_message(code, "") if is_card_error else messages.not_possible()


def _too_many_declines() -> str:
    words = _("Too many declined cards. Try again in an hour, or contact the seller.")
    return support.with_contact(words)


def script_messages() -> dict[str, object]:
    """What static/js/card-change.js shows."""
    return shop.card_field_messages() | {
        "saving": _("Confirmed. Finishing up…"),
        "shop_unreachable": _("Can’t connect. Check your connection and try again. You haven’t been charged."),
        "stripe_unreachable": messages.stripe_unreachable(),
        "not_possible": messages.not_possible(),
        "card_unchanged": _("Your card wasn’t changed."),
    }
