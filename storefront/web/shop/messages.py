"""Messages for customers: error codes of Stripe and of the shop as sentences in the page's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront import i18n
from storefront.errors import FieldErrors, OfferNotPayable
from storefront.models import BillingTerms, OfferObstacle
from storefront.money import Money
from storefront.stripe_gateway import CHARGES_CODES
from storefront.web import support

NOT_PAID = _l("Payment not completed. You haven’t been charged.")
NO_CARD = _l("No card on file.")
DECLINED = _l(i18n.DECLINED_MESSAGE)
STRIPE_UNREACHABLE = _l("The payment service is unavailable. Try again in a moment; you won’t be charged twice.")
NOT_PAYABLE = support.asking_seller(
    _l("Payment isn’t possible right now. You haven’t been charged. Try again later or contact the seller.")
)
MERCHANT_UNAVAILABLE = support.asking_seller(
    _l("The seller can’t accept payments right now. You haven’t been charged. Try again later or contact the seller.")
)
TOO_MANY_DECLINES = support.asking_seller(
    _l("Too many declined cards. You haven’t been charged. Try again in an hour, or contact the seller.")
)
TOO_MANY_CODES = _l("Too many unknown codes. Try again in an hour.")
TOO_MANY_PRESSES = _l("Too many attempts. You haven’t been charged. Try again in 10 minutes.")
TOO_MANY_CHECKOUTS = support.asking_seller(
    _l("Too many unfinished payments. You haven’t been charged. Try again in an hour, or contact the seller.")
)
PAGE_OUTDATED = _l("This page is out of date. Reload it and try again.")

# Messages by Stripe's error codes and decline codes. `resource_missing`: the payment on the page no longer exists.
CARD_ERRORS: dict[str, LazyString] = {code: _l(message) for code, message in i18n.MESSAGES_BY_CODE.items()} | {
    "resource_missing": PAGE_OUTDATED
}


def too_many_checkouts(retry_after: int) -> str:
    """Why a checkout can't be started now; `retry_after` is in seconds."""
    return str(TOO_MANY_PRESSES if retry_after <= 10 * 60 else TOO_MANY_CHECKOUTS)


def failure_message(error_code: str, decline_code: str) -> str:
    """Why the last payment attempt failed and what to do about it. Empty if both codes are empty."""
    if not error_code and not decline_code:
        return ""
    return str(CARD_ERRORS.get(decline_code) or CARD_ERRORS.get(error_code) or DECLINED)


def offer_not_payable(error: OfferNotPayable) -> str:
    """Why an offer can't be bought now. Reasons that concern only the owner get a general message."""
    if error.reason == "amount_too_large":
        return str(_("This total is too large for one payment. Lower the quantity."))
    if error.reason == OfferObstacle.SOLD_OUT:
        return str(_("Sold out. You haven’t been charged."))
    if error.reason == OfferObstacle.TOO_FEW:
        return str(_("Not enough left. Lower the quantity; you haven’t been charged."))
    if error.reason == OfferObstacle.TAKEN:
        return str(
            _("The last items are in other customers’ checkouts. You haven’t been charged. Try again in a few minutes.")
        )
    if error.reason in (OfferObstacle.DRAFT, OfferObstacle.ARCHIVED):
        return no_longer_for_sale()
    if error.reason == OfferObstacle.NOT_YET:
        return str(_("This offer isn’t on sale yet. You haven’t been charged."))
    if error.reason == OfferObstacle.SALE_ENDED:
        return str(_("This offer is no longer on sale. You haven’t been charged."))
    if error.reason in CHARGES_CODES or error.reason in (
        OfferObstacle.NO_MERCHANT,
        OfferObstacle.MERCHANT_DISCONNECTED,
        OfferObstacle.CHARGES_DISABLED,
    ):
        return str(MERCHANT_UNAVAILABLE)
    return str(NOT_PAYABLE)


def no_longer_for_sale() -> str:
    """The offer was unpublished while its page was open."""
    return str(_("This offer is no longer available. You haven’t been charged."))


def pay_button(amount: str) -> str:
    """The label of a button that pays `amount`, which is formatted already."""
    return str(_("Pay %(amount)s", amount=amount))


def checkout_button(terms: BillingTerms | None, amount: str) -> str:
    """The label of the button that starts an order with these terms; `amount` per charge is formatted already."""
    if terms is None or not terms.recurs:
        return pay_button(amount)
    if terms.is_plan:
        return str(_("Pay %(amount)s now", amount=amount))
    if terms.has_trial:
        return str(_("Start trial"))
    return str(_("Subscribe for %(price)s", price=support.price_sentence(terms, amount)))


def start_trial_today(amount: str) -> str:
    """The label of the button that starts a free trial and pays `amount` today."""
    return str(_("Start trial: %(amount)s today", amount=amount))


def terms_changed() -> str:
    """The customer's page showed other billing terms."""
    return str(_("The terms of this offer have changed. Reload the page to see them."))


def price_changed(price: str) -> str:
    """The customer's page showed another total; `price` is the current one, formatted."""
    return str(
        _(
            "The price is now %(price)s. You haven’t been charged. Press the button again to accept it.",
            price=price,
        )
    )


def choice_refused(error: FieldErrors) -> str:
    """Why a price option or a typed price can't be bought; what the customer can enter instead."""
    (codes, *_others), details = error.errors.values(), error.details
    if codes[0].startswith("code_"):
        return code_refused(codes[0], details)
    most = details.get("limit")
    limit = support.money(most) if isinstance(most, Money) else ""
    sentences = {
        "option_gone": _("This price is no longer available. Reload the page to see the current ones."),
        "not_shipped": _("We don’t ship to %(country)s.", country=_country(details)),
        "addon_gone": _("This add-on is no longer available. Reload the page to see the current ones."),
        "price_missing": _("Enter a price."),
        "price_below_minimum": _("Enter %(limit)s or more.", limit=limit),
        "price_too_small": _("Enter %(limit)s or more.", limit=limit),
        "price_too_large": _("Enter %(limit)s or less.", limit=limit),
        "net_too_small": _(
            "Without the tax, less than %(limit)s would be left to pay, which can’t be charged.", limit=limit
        ),
        "price_decimals": _("This price has too many decimals."),
    }
    return sentences.get(codes[0]) or _("Enter a price like 19.99.")


def _country(details: Mapping[str, object]) -> str:
    return i18n.country_name(str(details.get("country", "")), support.current_language())


def code_refused(code: str, details: Mapping[str, object]) -> str:
    """Why a promo code does not work for what is being bought."""
    limit, starts_at = details.get("limit"), details.get("starts_at")
    sentences = {
        "code_early": _("This code works from %(day)s.", day=support.day(cast("datetime | None", starts_at))),
        "code_over": _("This code has ended."),
        "code_other_offer": _("This code doesn’t work for this offer."),
        "code_currency": _("This code works for another currency."),
        "code_used_up": _("This code has been used up."),
        "code_used_before": _("You’ve already used this code."),
        "code_too_small": _(
            "With this code, less than %(limit)s would be left to pay, which can’t be charged.",
            limit=support.money(limit) if isinstance(limit, Money) else "",
        ),
    }
    return sentences.get(code) or _("This code doesn’t exist. Check the spelling.")


def subscribe_today(amount: str) -> str:
    """The label of the button that starts a subscription whose first payment is another one than the later ones."""
    return str(_("Subscribe: %(amount)s today", amount=amount))


def http_error(status: int) -> str:
    """Why checkout refused a request, by HTTP status."""
    messages: dict[int, str] = {
        403: _("This payment wasn’t started from the shop’s own page. Reload the page and try again."),
        404: no_longer_for_sale(),
        413: _("This is too long."),
    }
    return messages.get(status, str(PAGE_OUTDATED))
