"""Asking Stripe about a merchant again."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.errors import SecretUnreadable, StripeError
from storefront.merchants import connection as connections
from storefront.merchants.connection import Change
from storefront.models import Merchant
from storefront.web.admin.labels import errors as wording
from storefront.web.admin.merchants import change_text as merchant_changes
from storefront.web.admin.merchants.merchants import find_connected, row
from storefront.web.admin.shared.htmx import alarm, notice, wants_fragment
from storefront.web.support.security import shop_config

blueprint = Blueprint("merchant_checks", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/check")


@blueprint.post("")
def create(public_id: str) -> str | Response:
    """Check now; the row shows what came of it, the words what has changed since last time."""
    merchant = find_connected(public_id)
    words, alert = _check(merchant)
    if wants_fragment():
        return row(merchant, words, alert)
    if words:
        notice(words)
    if alert:
        alarm(alert)
    return redirect(url_for("admin.merchants.index", _anchor=f"merchant-{public_id}"), 303)


def _check(merchant: Merchant) -> tuple[str, str]:
    """What is new, and what is wrong; "" where there is nothing to say."""
    name = merchant.name
    try:
        changes = connections.check(merchant, shop_config().public_url)
    except SecretUnreadable:
        return "", _("“%(name)s”: %(problem)s", name=name, problem=wording.secret_unreadable())
    except StripeError as error:
        return "", _("“%(name)s”: %(problem)s", name=name, problem=wording.stripe_problem(error))
    if merchant.check_problem:
        return "", _("“%(name)s”: %(problem)s", name=name, problem=_problem(merchant, changes))
    checked = _("“%(name)s” is checked: Stripe answered.", name=name)
    return f"{checked} {merchant_changes.sentences(changes)}", ""


def _problem(merchant: Merchant, changes: list[Change]) -> str:
    code = merchant.check_problem
    words = [wording.check_problem(code), merchant_changes.advice(code)]
    if not any(change.what == "check_problem" for change in changes):
        words.append(_("It was the same at the last check."))
    return " ".join(filter(None, words))
