"""Checking a merchant: asking Stripe about its keys and its account."""

from flask import Blueprint, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import merchants
from storefront.errors import SecretUnreadable, StripeError
from storefront.i18n import isolate
from storefront.merchants import MerchantChange
from storefront.models import Merchant
from storefront.web.admin import labels
from storefront.web.admin.merchants.check_results import advice, describe_changes
from storefront.web.admin.merchants.merchants import address_in_list, connected_merchant_or_404, render_row
from storefront.web.admin.shared import show_error, show_notice, wants_fragment
from storefront.web.support import shop_config

blueprint = Blueprint("merchant_checks", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/check")


@blueprint.post("")
def create(public_id: str) -> str | Response:
    """Check now and show the merchant's row, with what has changed since the last check."""
    merchant = connected_merchant_or_404(public_id)
    notice, alert = _check(merchant)
    if wants_fragment():
        return render_row(merchant, notice, alert)
    if notice:
        show_notice(notice)
    if alert:
        show_error(alert)
    return redirect(address_in_list(merchant), 303)


def _check(merchant: Merchant) -> tuple[str, str]:
    """(notice, alert); one of them is ""."""
    name = isolate(merchant.name)
    try:
        changes = merchants.check(merchant, shop_config().public_url)
    except (StripeError, SecretUnreadable) as error:
        return "", _("“%(name)s”: %(problem)s", name=name, problem=labels.stripe_error(error))
    if merchant.check_problem:
        return "", _("“%(name)s”: %(problem)s", name=name, problem=_problem(merchant, changes))
    checked = _("“%(name)s” checked: the connection works.", name=name)
    return f"{checked} {describe_changes(changes)}", ""


def _problem(merchant: Merchant, changes: list[MerchantChange]) -> str:
    code = merchant.check_problem
    sentences = [labels.merchant_check_problem(code), advice(code)]
    if not any(change.what == "check_problem" for change in changes):
        sentences.append(_("The last check had the same result."))
    return " ".join(filter(None, sentences))
