"""What Stripe.js sends beside the documented parameters, and card data, which stripe-python's types leave out."""

from typing import Any

from stripe.params import PaymentMethodCreateParamsCard

from stripe_simulator import validation
from stripe_simulator.errors import invalid
from stripe_simulator.store import Json

NOISE = frozenset(
    """_stripe_account _stripe_version client_attribution_metadata expected_payment_method_type guid key
    mandate_data muid pasted_fields payment_user_agent referrer sid time_on_page""".split()
)
HASH = "payment_method_data"


def check(params: Json, typed_dict: type, *, in_browser: bool) -> Json:
    """Validates a request that may come from Stripe.js. Raises StripeError 400 as `validation.check` does."""
    documented, secret = dict(params), None
    fields = validation.fields_of(typed_dict)
    if in_browser:
        documented = without_noise(documented)
        if "client_secret" not in fields:
            secret = documented.pop("client_secret", None)
    if "payment_method_types" in documented and "allowed_payment_method_types" in fields:
        # Gone with 2026-09-30.endive, under a code of its own.
        words = "payment_method_types is no longer supported. Use allowed_payment_method_types instead."
        raise invalid(words, param="payment_method_types", code="payment_method_types_no_longer_supported")
    if HASH in fields and is_card(documented.get(HASH)):
        checked = with_card(documented, typed_dict, in_browser=in_browser)
    else:
        checked = validation.check(documented, typed_dict)
    return checked if secret is None else checked | {"client_secret": secret}


def without_noise(params: Json) -> Json:
    return {name: value for name, value in params.items() if name not in NOISE}


def is_card(method: Any) -> bool:
    return isinstance(method, dict) and (method.get("type") == "card" or "card" in method)


def with_card(params: Json, typed_dict: type, *, in_browser: bool) -> Json:
    """`payment_method_data` of a card, which stripe-python leaves out: servers shouldn't see card numbers.

    The data is checked against the card of `POST /v1/payment_methods`, the rest as if it were of a listed type.
    """
    method = without_noise(params[HASH]) if in_browser else dict(params[HASH])
    type_, card = method.get("type"), method.pop("card", None)
    if type_ == "card":
        method["type"] = "link"
    checked = validation.check(params | {HASH: method}, typed_dict)
    if type_ == "card":
        checked[HASH]["type"] = "card"
    if card is not None:
        checked[HASH]["card"] = validation.typed(card, PaymentMethodCreateParamsCard, f"{HASH}[card]")
    return checked
