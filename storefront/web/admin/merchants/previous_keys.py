"""The keys that a merchant had before: going back to them, and removing them."""

from flask import Blueprint, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import merchants
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.i18n import isolate
from storefront.team import SecurityEvent
from storefront.web.admin import labels
from storefront.web.admin.merchants.merchants import address_in_list, connected_merchant_or_404
from storefront.web.admin.shared import requires_recent_password, show_error, show_notice
from storefront.web.support import log_security_event, shop_config

blueprint = Blueprint(
    "merchant_previous_keys", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/previous-keys"
)


@blueprint.post("/removal")
@requires_recent_password
def remove(public_id: str) -> Response:
    """Delete them now."""
    merchant = connected_merchant_or_404(public_id)
    merchants.remove_previous_keys(merchant)
    _log("remove_previous_keys", merchant.name)
    show_notice(_("The previous keys of “%(name)s” are removed from the shop.", name=isolate(merchant.name)))
    return redirect(address_in_list(merchant), 303)


@blueprint.post("/return")
@requires_recent_password
def go_back(public_id: str) -> Response:
    """Use them again, after Stripe has confirmed them. The present ones are kept in their place."""
    merchant = connected_merchant_or_404(public_id)
    name = isolate(merchant.name)
    try:
        merchants.go_back_to_previous_keys(merchant, shop_config().public_url)
    except FieldErrors as error:
        words = " ".join(sentence for sentences in labels.field_errors(error).values() for sentence in sentences)
        _log("go_back", merchant.name, "refused")
        show_error(_("The keys weren’t changed. %(words)s", words=words))
    except (StripeError, SecretUnreadable) as error:
        _log("go_back", merchant.name, "refused")
        show_error(_("The keys weren’t changed. %(words)s", words=labels.stripe_error(error)))
    else:
        _log("go_back", merchant.name)
        show_notice(_("“%(name)s” uses its previous keys again.", name=name))
    return redirect(address_in_list(merchant), 303)


def _log(action: str, name: str, result: str = "ok") -> None:
    log_security_event(SecurityEvent.KEY_CHANGE, result=result, action=action, merchant=name)
