"""Parameters that only Stripe.js sends, and card data, which the types of stripe-python leave out."""

from typing import Any

from stripe.params import PaymentMethodCreateParamsCard

from stripe_simulator.api import validation
from stripe_simulator.errors import invalid
from stripe_simulator.store import Json

UNDOCUMENTED_PARAMS = frozenset(
    """_stripe_account _stripe_version client_attribution_metadata expected_payment_method_type guid key
    mandate_data muid pasted_fields payment_user_agent referrer sid time_on_page""".split()
)
CARD_PARAM = "payment_method_data"


def check(params: Json, typed_dict: type, *, in_browser: bool) -> Json:
    """Validate a request that may come from Stripe.js. Raises StripeError 400 as `validation.check` does."""
    documented, secret = dict(params), None
    fields = validation.fields_of(typed_dict)
    if in_browser:
        documented = without_undocumented(documented)
        if "client_secret" not in fields:
            secret = documented.pop("client_secret", None)
    if "payment_method_types" in documented and "allowed_payment_method_types" in fields:
        # Removed in 2026-09-30.endive, with its own error code.
        message = "payment_method_types is no longer supported. Use allowed_payment_method_types instead."
        raise invalid(message, param="payment_method_types", code="payment_method_types_no_longer_supported")
    if CARD_PARAM in fields and is_card(documented.get(CARD_PARAM)):
        checked = check_with_card(documented, typed_dict, in_browser=in_browser)
    else:
        checked = validation.check(documented, typed_dict)
    return checked if secret is None else checked | {"client_secret": secret}


def without_undocumented(params: Json) -> Json:
    return {name: value for name, value in params.items() if name not in UNDOCUMENTED_PARAMS}


def is_card(method: Any) -> bool:
    return isinstance(method, dict) and (method.get("type") == "card" or "card" in method)


def check_with_card(params: Json, typed_dict: type, *, in_browser: bool) -> Json:
    """Check `payment_method_data` of a card. stripe-python leaves it out because servers should not see card numbers.

    The card is checked against the card of `POST /v1/payment_methods`, the rest as if it were of a listed type.
    """
    method = without_undocumented(params[CARD_PARAM]) if in_browser else dict(params[CARD_PARAM])
    type_, card = method.get("type"), method.pop("card", None)
    if type_ == "card":
        method["type"] = "link"
    checked = validation.check(params | {CARD_PARAM: method}, typed_dict)
    if type_ == "card":
        checked[CARD_PARAM]["type"] = "card"
    if card is not None:
        checked[CARD_PARAM]["card"] = validation.convert(card, PaymentMethodCreateParamsCard, f"{CARD_PARAM}[card]")
    return checked
