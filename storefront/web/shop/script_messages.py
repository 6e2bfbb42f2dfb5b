"""The texts that the payment scripts show, in the page's language, as JSON for the page."""

import json
from functools import cache

from flask_babel import gettext as _
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from storefront.models import BillingTerms
from storefront.web.shop import messages
from storefront.web.support import current_language


def as_json(script_messages: dict[str, object]) -> Markup:
    """The messages as JSON that is safe inside a `<script>` element."""
    return htmlsafe_json_dumps(script_messages, dumps=json.dumps, ensure_ascii=False)


def card_field_messages() -> dict[str, object]:
    """What every page with a card field needs (static/js/payment-form.js).

    `codes` has a message for each of Stripe's error codes and decline codes that the shop explains.
    """
    return {
        "sending": _("Processing…"),
        "bank_check": _("Confirming with your bank…"),
        "slow": _("This is taking longer than usual. Keep this page open…"),
        "card_incomplete": _("Enter your card number, expiration date and CVC."),
        # Shown in the empty field of the expiration date: month and year.
        "expiry_placeholder": _("MM / YY"),
        "invalid_fields": _("Check the highlighted fields"),
        "card_field_blocked": _(
            "The card fields didn’t load. A content blocker or your network may be blocking js.stripe.com: allow "
            "it and reload this page. You haven’t been charged."
        ),
        "declined": str(messages.DECLINED),
        "codes": {code: str(message) for code, message in messages.CARD_ERRORS.items()},
    }


def checkout_json(*terms: BillingTerms) -> Markup:
    """What static/js/checkout.js shows, in the page's language, as JSON: of the first terms, which can be changed for
    the others on the page.
    """
    return _checkout_json(current_language(), tuple(dict.fromkeys(one.has_trial for one in terms)) or (False,))


@cache
def _checkout_json(_language: str, has_trial: tuple[bool, ...]) -> Markup:
    found = _checkout_messages(has_trial[0])
    if len(has_trial) > 1:
        found["variants"] = {"trial": _trial_messages(), "paid": _payment_messages()}
    return as_json(found)


def _checkout_messages(has_trial: bool) -> dict[str, object]:
    """`not_charged` follows the message of every declined card."""
    common = card_field_messages() | {
        "checking": _("One moment…"),
        "checking_unreachable": _("The shop isn’t responding. This page continues automatically when it does."),
        # By field: what CheckoutForm says of an empty one.
        "missing": {
            "email": _("Enter your email address"),
            "name": _("Enter your name"),
            "price": _("Enter a price."),
        },
        "shop_unreachable": _("Can’t connect. Check your connection and try again. You won’t be charged twice."),
        "stripe_unreachable": str(messages.STRIPE_UNREACHABLE),
        "not_possible": str(messages.NOT_PAYABLE),
        "card_again": _("You haven’t been charged. The shop now takes payments another way: enter your card again."),
    }
    return common | (_trial_messages() if has_trial else _payment_messages())


def _payment_messages() -> dict[str, object]:
    return {
        "succeeded": _("Payment received. One moment…"),
        "succeeded_unreachable": _(
            "Payment received. The shop isn’t responding; this page continues automatically when it does."
        ),
        "not_charged": str(messages.NOT_PAID),
    }


def _trial_messages() -> dict[str, object]:
    """The same where a free trial starts and nothing is paid yet."""
    return {
        "succeeded": _("Your trial has started. One moment…"),
        "succeeded_unreachable": _(
            "Your trial has started. The shop isn’t responding; this page continues automatically when it does."
        ),
        "not_charged": _("The trial hasn’t started. You haven’t been charged."),
    }
