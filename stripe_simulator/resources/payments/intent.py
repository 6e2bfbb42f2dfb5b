"""Functions that payment intents and setup intents share: access from a browser, payment methods, confirmation."""

from collections.abc import Sequence

from stripe_simulator import account_settings, errors
from stripe_simulator.api.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.ids import random_characters
from stripe_simulator.resources.payments import card, payment_method
from stripe_simulator.store import Json, public_fields

# The fields that Stripe shows to the holder of a publishable key and the client secret.
BROWSER_FIELDS = {
    "payment_intent": """id object amount amount_details automatic_payment_methods canceled_at cancellation_reason
        capture_method client_secret confirmation_method created currency description last_payment_error livemode
        next_action payment_method payment_method_configuration_details payment_method_types processing receipt_email
        setup_future_usage shipping source status""".split(),
    "setup_intent": """id object automatic_payment_methods cancellation_reason client_secret created description
        last_setup_error livemode next_action payment_method payment_method_configuration_details payment_method_types
        status usage""".split(),
}

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
PAYMENT_METHOD_PARAMS = ("allowed_payment_method_types", "automatic_payment_methods", "excluded_payment_method_types")


def find(call: Call, kind: str) -> Json:
    """Return the intent in the path. A browser must also send its client secret.

    Raises StripeError 404 `resource_missing`; a wrong secret gives the same error as a missing intent.
    """
    intent = call.get(kind, call.ids["id"])
    secret = call.params.get("client_secret")
    if call.in_browser and secret is None:
        raise invalid("Missing required param: client_secret.", param="client_secret", code="parameter_missing")
    if secret is not None and secret != intent["client_secret"]:
        raise errors.missing(kind, intent["id"], param="intent")
    return intent


def visible_fields(call: Call, intent: Json) -> Json:
    """Return the whole intent for a secret key, and the browser's fields for a publishable key."""
    if not call.in_browser:
        return intent
    return {name: intent[name] for name in BROWSER_FIELDS[intent["object"]] if name in intent}


def reject_unsupported(call: Call, names: frozenset[str]) -> None:
    """Refuse Stripe's parameters that the simulator does not support, instead of ignoring them."""
    for name in sorted(names & set(call.params)):
        raise invalid(f"The simulator does not know what {name} does yet.", param=name)


def payment_method_fields(call: Call) -> Json:
    """Return the fields that say which payment methods an intent accepts: cards, and Link where the account has it.

    By default Stripe offers the methods of the Dashboard (since 2023-08-16); `allowed_…` filters them silently (since
    2026-07-29), `excluded_…` removes some. These parameters exclude each other. Raises StripeError 400.
    """
    given = [name for name in PAYMENT_METHOD_PARAMS if call.param(name)]
    if "allowed_payment_method_types" in given and len(given) > 1:
        raise invalid(f"You may only specify one of these parameters: {', '.join(given)}.", param=given[0])
    allowed = call.param("allowed_payment_method_types")
    excluded = call.param("excluded_payment_method_types")
    if (allowed and "card" not in allowed) or (excluded and "card" in excluded):
        message = "No valid payment method types for this intent: this account has only card activated."
        raise invalid(message, param=given[0])
    return {
        "allowed_payment_method_types": allowed,
        "automatic_payment_methods": None
        if allowed
        else automatic_payment_methods(call.param("automatic_payment_methods")),
        "excluded_payment_method_types": excluded,
        "payment_method_types": accepted_types(call, allowed, excluded or ()),
    }


def accepted_types(call: Call, allowed: Sequence[str] | None, excluded: Sequence[str] = ()) -> list[str]:
    """Return the types of an intent: what the account has of those that are allowed (None: all of them)."""
    has_link = "link" in account_settings.read(call.store, call.realm.account)["wallets"]
    active = ["card", "link"] if has_link else ["card"]
    return [one for one in active if (allowed is None or one in allowed) and one not in excluded]


def update_payment_method_fields(call: Call, intent: Json) -> None:
    """Update these fields of an existing intent if the request contains any of the parameters."""
    if any(name in call.params for name in PAYMENT_METHOD_PARAMS):
        intent.update(payment_method_fields(call))


def automatic_payment_methods(wanted: Json | None) -> Json | None:
    """Return `automatic_payment_methods` of the intent; enabled unless it was turned off."""
    if wanted is None:
        return {"allow_redirects": "always", "enabled": True}
    if not wanted["enabled"]:
        return None
    return {"allow_redirects": wanted.get("allow_redirects", "always"), "enabled": True}


def method_from_request(call: Call, intent: Json) -> Json | None:
    """Return the payment method in the request: by id, or from card data of the browser."""
    method = None
    if call.param("payment_method_data"):
        method = call.save(card.create_from_data(call, call.params["payment_method_data"], "payment_method_data"))
    elif call.param("payment_method"):
        method = payment_method.find_for_use(call, call.params["payment_method"], "payment_method")
    if method is not None and method["type"] not in intent["payment_method_types"]:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this intent. Please attach a "
            f"PaymentMethod of one of the following types: {', '.join(intent['payment_method_types'])}.",
            param="payment_method",
        )
    return method


def check_owner(method: Json, intent: Json) -> None:
    """Check that a customer's card pays only that customer's intents.

    Raises StripeError 400.
    """
    if method["customer"] is None:
        return payment_method.check_reusable(method)
    if intent["customer"] is None:
        raise invalid(
            f"The payment method supplied ({method['id']}) belongs to a Customer. Please supply that Customer's ID "
            "when using this PaymentMethod.",
            param="payment_method",
        )
    if method["customer"] != intent["customer"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {method['id']}. The payment method must be "
            "attached to the customer.",
            param="payment_method",
        )
    return None


def check_return_url(call: Call, intent: Json) -> None:
    """Check that a server that confirms with automatic payment methods sends a return URL.

    An account with `requires_return_url` demands one for every confirmation, from a browser too. Raises StripeError
    400.
    """
    always = account_settings.read(call.store, call.realm.account)["requires_return_url"]
    automatic = intent["automatic_payment_methods"]
    needed = always or (not call.in_browser and automatic and automatic["allow_redirects"] != "never")
    if needed and not (call.param("return_url") or (call.param("use_stripe_sdk") and not always)):
        raise invalid(
            "This intent is configured to accept payment methods enabled in your Dashboard, some of which might "
            "redirect your customer off of your page: provide a `return_url`, or set "
            "`automatic_payment_methods[allow_redirects]` to `never`."
        )


def challenge_action(call: Call, intent: Json) -> Json:
    """Return `next_action`: the bank's page, in a frame for Stripe.js, otherwise as a redirect."""
    address = f"{call.base_url}/simulator/challenge/{intent['id']}?client_secret={intent['client_secret']}"
    settings = account_settings.read(call.store, call.realm.account)
    if call.param("return_url") and (settings["redirects"] or not call.params.get("use_stripe_sdk")):
        intent["_return_url"] = call.params["return_url"]
        return {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": call.params["return_url"], "url": address},
        }
    return {
        "type": "use_stripe_sdk",
        "use_stripe_sdk": {
            "type": "three_d_secure_redirect",
            "stripe_js": address,
            "source": f"src_{random_characters(24)}",
            "newer_page": settings["newer_challenge"],
        },
    }


def card_error(call: Call, intent: Json, error: Json) -> StripeError:
    """Return a 402 error that contains the intent; the changes made so far are kept."""
    rest = {name: value for name, value in error.items() if name not in ("type", "message", "doc_url", "code")}
    return StripeError(
        402,
        error["type"],
        error["message"],
        code=error["code"],
        replayable=True,
        keep_changes=True,
        **rest,
        **{intent["object"]: public_fields(visible_fields(call, intent))},
    )
