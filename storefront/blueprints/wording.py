"""Words for buyers: the codes of Stripe and of our own errors become sentences here, in the page's language."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.errors import OfferNotPayable
from storefront.models.offer import Obstacle

DECLINED = _l("Your bank declined this card, nothing was charged. Try another card, or ask your bank why.")
AUTHENTICATION = _l(
    "Your bank could not confirm that it is you. The payment is not made yet and nothing was charged: "
    "try again with this card or another one."
)
BANK_BUSY = _l("Something went wrong at the bank and nothing was charged. Try again in a moment.")
STRIPE_AWAY = _l(
    "The payment service could not be reached. Try again in a moment: the same payment goes on, you won’t pay twice."
)
SHOP_AWAY = _l("The shop could not be reached. Check your connection and try again: you won’t pay twice.")
NOT_NOW = _l("This can’t be paid at the moment. Nothing was charged. Please try again later or ask the seller.")
OUT_OF_DATE = _l("This page is out of date. Reload it and try again.")

# Codes and decline codes of docs.stripe.com/error-codes and docs.stripe.com/declines/codes that a buyer can do
# something about. All other declines, those for suspected fraud above all, read DECLINED.
CARD: dict[str, LazyString] = {
    "payment_intent_authentication_failure": AUTHENTICATION,
    "authentication_required": AUTHENTICATION,
    "authentication_not_handled": AUTHENTICATION,
    "insufficient_funds": _l("There isn’t enough money on this card, nothing was charged. Try another card."),
    "card_velocity_exceeded": _l("This card has reached its limit, nothing was charged. Try another card."),
    "expired_card": _l("This card has expired, nothing was charged. Try another card."),
    "incorrect_cvc": _l("The security code (CVC) is wrong. Check it and try again."),
    "incorrect_number": _l("There is no card with this number. Check it and try again."),
    "incomplete_number": _l("The card number is not complete."),
    "incomplete_expiry": _l("The card’s expiry date is not complete."),
    "incomplete_cvc": _l("The card’s security code (CVC) is not complete."),
    "invalid_expiry_month": _l("The card’s expiry date can’t be right. Check it and try again."),
    "card_not_supported": _l("This card can’t be used for this payment, nothing was charged. Try another card."),
    "processing_error": BANK_BUSY,
    "resource_missing": OUT_OF_DATE,
}
# Codes that mean the same to a buyer.
_SAME = {
    "expired_card": ("invalid_expiry_month_past", "invalid_expiry_year_past"),
    "incorrect_cvc": ("invalid_cvc",),
    "incorrect_number": ("invalid_number",),
    "invalid_expiry_month": ("invalid_expiry_year",),
    "card_not_supported": ("currency_not_supported", "live_mode_test_card", "test_mode_live_card"),
    "card_velocity_exceeded": ("withdrawal_count_limit_exceeded",),
    "processing_error": ("issuer_not_available", "reenter_transaction", "try_again_later"),
}
CARD |= {code: CARD[known] for known, codes in _SAME.items() for code in codes}


def attempt_failed(error_code: str, decline_code: str) -> str:
    """Why the last attempt to pay failed; "" where there was none."""
    if not error_code and not decline_code:
        return ""
    return str(CARD.get(decline_code) or CARD.get(error_code) or DECLINED)


def not_payable(error: OfferNotPayable) -> str:
    """Why an offer can't be bought now, as far as it is the buyer's business."""
    if error.reason == "amount_too_large":
        return str(_("This is more than can be paid at once. Please buy fewer pieces."))
    if error.reason in (Obstacle.DRAFT, Obstacle.ARCHIVED):
        return str(_("This offer is no longer for sale."))
    return str(NOT_NOW)


def refusal(status: int) -> str:
    """Why checkout doesn't answer: for 403, 404 and other HTTP errors."""
    words: dict[int, str] = {
        403: _("This payment wasn’t started from the shop’s own page. Open the page anew and try again."),
        404: _("This offer is no longer for sale."),
        413: _("This is too long."),
    }
    return words.get(status, str(OUT_OF_DATE))


def checkout_words() -> dict[str, object]:
    """What static/js/checkout.js says; `codes` are Stripe's codes and decline codes."""
    return {
        "sending": _("Sending…"),
        "bank": _("Your bank is checking…"),
        "longer": _("This takes longer than usual. Please keep this page open…"),
        "paid": _("Paid. One moment…"),
        "fields": _("Please check the marked fields."),
        "card": _("Please type your card’s number, expiry date and security code."),
        "away": str(SHOP_AWAY),
        "stripe": str(STRIPE_AWAY),
        "later": str(NOT_NOW),
        "blocked": _(
            "The card field could not be loaded. A content blocker or the network may be stopping js.stripe.com: "
            "allow it and reload this page. Nothing was charged."
        ),
        "declined": str(DECLINED),
        "codes": {code: str(words) for code, words in CARD.items()},
    }
