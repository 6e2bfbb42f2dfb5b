"""What Stripe.js sends beside the documented parameters, and card data, which stripe-python's types leave out."""

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
    """Validates a request that may come from Stripe.js. Raises StripeError 400 as `validation.check` does.

    `payment_method_data[card]` is checked against the card of `POST /v1/payment_methods`: stripe-python omits it
    on purpose, for servers shouldn't see card numbers.
    """
    documented, aside = dict(params), {}
    if in_browser:
        documented = {name: value for name, value in documented.items() if name not in NOISE}
        if "client_secret" in documented and "client_secret" not in validation.fields_of(typed_dict):
            aside["client_secret"] = documented.pop("client_secret")
    method = documented.get(HASH)
    card = None
    if isinstance(method, dict) and HASH in validation.fields_of(typed_dict):
        hidden = (NOISE | {"card"}) if in_browser else {"card"}
        documented[HASH] = {name: value for name, value in method.items() if name not in hidden}
        card = method.get("card")
    if "payment_method_types" in documented and "allowed_payment_method_types" in validation.fields_of(typed_dict):
        # Gone with 2026-09-30.endive, under a code of its own.
        words = "payment_method_types is no longer supported. Use allowed_payment_method_types instead."
        raise invalid(words, param="payment_method_types", code="payment_method_types_no_longer_supported")
    checked = validation.check(documented, typed_dict)
    if card is not None:
        checked[HASH]["card"] = validation.typed(card, PaymentMethodCreateParamsCard, f"{HASH}[card]")
    return checked | aside
