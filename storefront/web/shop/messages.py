"""Words for buyers: the codes of Stripe and of our own errors become sentences here, in the page's language."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront import i18n
from storefront.errors import OfferNotPayable
from storefront.models import BillingTerms, OfferObstacle
from storefront.web import support

UNPAID = _l("The payment is not made yet, nothing was charged.")
DECLINED = _l(i18n.DECLINED_MESSAGE)
AUTHENTICATION = _l(i18n.AUTHENTICATION_MESSAGE)
STRIPE_AWAY = _l(
    "The payment service could not be reached. Try again in a moment: the same payment goes on, you won’t pay twice."
)
SHOP_AWAY = _l("The shop could not be reached. Check your connection and try again: you won’t pay twice.")
NOT_NOW = _l("This can’t be paid at the moment. Nothing was charged. Please try again later or ask the seller.")
SELLER_AWAY = _l(
    "The seller can’t take payments right now. Nothing was charged. Please try again later or ask the seller."
)
TOO_MANY_DECLINES = _l(
    "Too many cards were declined here. Nothing was charged. Please wait an hour and try again, or ask the seller."
)
OUT_OF_DATE = _l("This page is out of date. Reload it and try again.")

# Codes of Stripe, and what its page says when the payment that it shows is gone.
CARD: dict[str, LazyString] = {code: _l(words) for code, words in i18n.MESSAGES_BY_CODE.items()} | {
    "resource_missing": OUT_OF_DATE
}


def attempt_failed(error_code: str, decline_code: str) -> str:
    """Why the last attempt to pay failed and what to do; "" where there was none."""
    if not error_code and not decline_code:
        return ""
    return str(CARD.get(decline_code) or CARD.get(error_code) or DECLINED)


def not_payable(error: OfferNotPayable) -> str:
    """Why an offer can't be bought now, as far as it is the buyer's business."""
    if error.reason == "amount_too_large":
        return str(_("This is more than can be paid at once. Please buy fewer pieces."))
    if error.reason == OfferObstacle.SOLD_OUT:
        return str(_("This is sold out. Nothing was charged."))
    if error.reason == OfferObstacle.TOO_FEW:
        return str(_("Fewer pieces are left than you want. Nothing was charged. Please buy fewer."))
    if error.reason == OfferObstacle.TAKEN:
        return str(
            _("What is left is being paid by others just now. Nothing was charged. Please try again in some minutes.")
        )
    if error.reason in (OfferObstacle.DRAFT, OfferObstacle.ARCHIVED):
        return no_longer()
    if error.reason in (OfferObstacle.NO_MERCHANT, OfferObstacle.MERCHANT_DISCONNECTED, OfferObstacle.CHARGES_DISABLED):
        return str(SELLER_AWAY)
    return str(NOT_NOW)


def no_longer() -> str:
    """An offer was taken off while its page stood open."""
    return str(_("This offer is no longer for sale. Nothing was charged."))


def pay(amount: str) -> str:
    """The button's words; `amount` is written out."""
    return str(_("Pay %(amount)s", amount=amount))


def pay_label(terms: BillingTerms | None, amount: str) -> str:
    """The button's words for whoever begins an order of these terms; `amount` is what is due each time, written out."""
    if terms is None or not terms.recurs:
        return pay(amount)
    if terms.is_plan:
        return str(_("Pay %(amount)s now", amount=amount))
    if terms.has_trial:
        return str(_("Start trial"))
    return str(_("Subscribe for %(amount)s %(rhythm)s", amount=amount, rhythm=support.interval_text(terms)))


def terms_changed() -> str:
    """The buyer's page showed another rhythm."""
    return str(_("The terms of this offer have changed. Reload the page to see them."))


def price_changed(price: str) -> str:
    """The buyer's page showed another price; `price` is what the same costs now, written out."""
    return str(
        _(
            "The price has changed: it is %(price)s now. Nothing was charged. Press the button again if you agree.",
            price=price,
        )
    )


def refusal(status: int) -> str:
    """Why checkout doesn't answer: for 403, 404 and other HTTP errors."""
    words: dict[int, str] = {
        403: _("This payment wasn’t started from the shop’s own page. Open the page anew and try again."),
        404: no_longer(),
        413: _("This is too long."),
    }
    return words.get(status, str(OUT_OF_DATE))


def checkout_words(terms: BillingTerms | None = None) -> dict[str, object]:
    """What static/js/checkout.js says; `codes` are Stripe's codes and decline codes, `unpaid` goes with all of them."""
    words = _checkout_words()
    return words | _trial_words() if terms is not None and terms.has_trial else words


def _trial_words() -> dict[str, object]:
    """What reads otherwise where nothing is paid yet."""
    return {
        "paid": _("Your trial has begun. One moment…"),
        "paid_away": _(
            "Your trial has begun. The shop doesn’t answer right now: this page goes on by itself as soon as it does."
        ),
        "unpaid": _("The trial has not begun yet, nothing was charged."),
    }


def _checkout_words() -> dict[str, object]:
    return {
        "sending": _("Sending…"),
        "bank": _("Your bank is checking…"),
        "longer": _("This takes longer than usual. Please keep this page open…"),
        "paid": _("Paid. One moment…"),
        "checking": _("One moment…"),
        "paid_away": _(
            "You have paid. The shop doesn’t answer right now: this page goes on by itself as soon as it does."
        ),
        "checking_away": _("The shop doesn’t answer right now: this page goes on by itself as soon as it does."),
        "fields": _("Please check the marked fields."),
        "card": _("Please type your card’s number, expiry date and security code."),
        "away": str(SHOP_AWAY),
        "stripe": str(STRIPE_AWAY),
        "later": str(NOT_NOW),
        "blocked": _(
            "The card field could not be loaded. A content blocker or the network may be stopping js.stripe.com: "
            "allow it and reload this page. Nothing was charged."
        ),
        "unpaid": str(UNPAID),
        "declined": str(DECLINED),
        "codes": {code: str(words) for code, words in CARD.items()},
    }
