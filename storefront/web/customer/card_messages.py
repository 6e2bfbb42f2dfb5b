"""What changing the card says, in the page's language."""

from flask_babel import gettext as _

from storefront import i18n
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.web import shop
from storefront.web.customer import messages


def not_changed(error: FieldErrors | StripeError | SecretUnreadable) -> str:
    """Why the card stays as it was."""
    if isinstance(error, FieldErrors):
        tried_too_often = ["card_tried_too_often"] in error.errors.values()
        return _too_many_declines() if tried_too_often else messages.changed_meanwhile()
    if error.is_transient:
        return messages.stripe_away()
    code = getattr(error, "code", "")
    declined = code in shop.CARD or code in i18n.NEUTRAL_CODES
    return shop.attempt_failed(code, "") if declined else messages.not_possible()


def _too_many_declines() -> str:
    return _("Too many cards were declined here. Please wait an hour and try again, or ask the seller.")


def script_words() -> dict[str, object]:
    """What static/js/card-change.js says; `codes` are Stripe's codes and decline codes."""
    return {
        "sending": _("Sending…"),
        "bank": _("Your bank is checking…"),
        "longer": _("This takes longer than usual. Please keep this page open…"),
        "saving": _("Your bank agrees. One moment…"),
        "card": _("Please type your card’s number, expiry date and security code."),
        "away": _("The shop could not be reached. Check your connection and try again: nothing was charged."),
        "stripe": messages.stripe_away(),
        "later": messages.not_possible(),
        "blocked": _(
            "The card field could not be loaded. A content blocker or the network may be stopping js.stripe.com: "
            "allow it and reload this page. Nothing was charged."
        ),
        "unchanged": _("The card was not changed."),
        "declined": str(shop.DECLINED),
        "codes": {code: str(sentence) for code, sentence in shop.CARD.items()},
    }
