"""Asking Stripe about a merchant again."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import connections
from storefront.blueprints.admin import wording
from storefront.blueprints.admin.fragments import alarm, notice, wants_fragment
from storefront.blueprints.admin.merchants import find_connected, row
from storefront.errors import SecretUnreadable, StripeError
from storefront.models import Merchant
from storefront.web.security import shop_config

blueprint = Blueprint("merchant_checks", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/check")


@blueprint.post("")
def create(public_id: str) -> str | Response:
    """Check now; the row shows what came of it."""
    merchant = find_connected(public_id)
    problem = _check(merchant)
    words = "" if problem else _("“%(name)s” is checked: Stripe knows both keys.", name=merchant.name)
    alert = _("“%(name)s”: %(problem)s", name=merchant.name, problem=problem) if problem else ""
    if wants_fragment():
        return row(merchant, words, alert)
    if problem:
        alarm(alert)
    else:
        notice(words)
    return redirect(url_for("admin.merchants.index", _anchor=f"merchant-{public_id}"), 303)


def _check(merchant: Merchant) -> str:
    """What is wrong, in words; "" when all is well."""
    try:
        connections.check(merchant, shop_config().public_url)
    except SecretUnreadable:
        return wording.secret_unreadable()
    except StripeError as error:
        return wording.stripe_problem(error)
    return wording.check_problem(merchant.check_problem)
