"""Asking Stripe about a merchant again."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import merchants
from storefront.errors import SecretUnreadable, StripeError
from storefront.merchants import MerchantChange
from storefront.models import Merchant
from storefront.web.admin import labels
from storefront.web.admin.merchants import change_text
from storefront.web.admin.merchants.merchants import find_connected, row
from storefront.web.admin.shared import show_error, show_notice, wants_fragment
from storefront.web.support import shop_config

blueprint = Blueprint("merchant_checks", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/check")


@blueprint.post("")
def create(public_id: str) -> str | Response:
    """Check now; the row shows what came of it, the words what has changed since last time."""
    merchant = find_connected(public_id)
    words, alert = _check(merchant)
    if wants_fragment():
        return row(merchant, words, alert)
    if words:
        show_notice(words)
    if alert:
        show_error(alert)
    return redirect(url_for("admin.merchants.index", _anchor=f"merchant-{public_id}"), 303)


def _check(merchant: Merchant) -> tuple[str, str]:
    """What is new, and what is wrong; "" where there is nothing to say."""
    name = merchant.name
    try:
        changes = merchants.check(merchant, shop_config().public_url)
    except SecretUnreadable:
        return "", _("“%(name)s”: %(problem)s", name=name, problem=labels.secret_unreadable())
    except StripeError as error:
        return "", _("“%(name)s”: %(problem)s", name=name, problem=labels.stripe_problem(error))
    if merchant.check_problem:
        return "", _("“%(name)s”: %(problem)s", name=name, problem=_problem(merchant, changes))
    checked = _("“%(name)s” is checked: Stripe answered.", name=name)
    return f"{checked} {change_text.sentences(changes)}", ""


def _problem(merchant: Merchant, changes: list[MerchantChange]) -> str:
    code = merchant.check_problem
    words = [labels.check_problem(code), change_text.advice(code)]
    if not any(change.what == "check_problem" for change in changes):
        words.append(_("It was the same at the last check."))
    return " ".join(filter(None, words))
