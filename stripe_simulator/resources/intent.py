"""What payment and setup intents have in common: reading them from a browser, the card of a confirmation."""

from stripe_simulator import errors
from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.ids import random_letters
from stripe_simulator.resources import card, payment_method
from stripe_simulator.store import Json, public

# What Stripe shows of an intent to the holder of a publishable key and the client secret.
IN_BROWSER = {
    "payment_intent": """id object amount amount_details automatic_payment_methods canceled_at cancellation_reason
        capture_method client_secret confirmation_method created currency description last_payment_error livemode
        next_action payment_method payment_method_configuration_details payment_method_types processing receipt_email
        setup_future_usage shipping source status""".split(),
    "setup_intent": """id object automatic_payment_methods cancellation_reason client_secret created description
        last_setup_error livemode next_action payment_method payment_method_configuration_details payment_method_types
        status usage""".split(),
}

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
OFFERED_BY = ("allowed_payment_method_types", "automatic_payment_methods", "excluded_payment_method_types")


def find(call: Call, kind: str) -> Json:
    """The intent of the path. A browser must also know its client secret.

    Raises StripeError 404 `resource_missing`; a wrong secret reads the same as no intent.
    """
    intent = call.get(kind, call.ids["id"])
    secret = call.params.get("client_secret")
    if call.in_browser and secret is None:
        raise invalid("Missing required param: client_secret.", param="client_secret", code="parameter_missing")
    if secret is not None and secret != intent["client_secret"]:
        raise errors.missing(kind, intent["id"], param="intent")
    return intent


def shown(call: Call, intent: Json) -> Json:
    """The whole intent for a secret key, its browser side for a publishable one."""
    if not call.in_browser:
        return intent
    return {name: intent[name] for name in IN_BROWSER[intent["object"]] if name in intent}


def refuse_unsimulated(call: Call, names: frozenset[str]) -> None:
    """Parameters that are Stripe's but mean nothing here: better refused than silently ignored."""
    for name in sorted(names & set(call.params)):
        raise invalid(f"The simulator does not know what {name} does yet.", param=name)


def methods_offered(call: Call) -> Json:
    """Which payment methods an intent takes. The simulated accounts have cards activated and nothing else.

    Without a word about it Stripe offers what the Dashboard has (since 2023-08-16); `allowed_…` filters that
    silently (since 2026-07-29), `excluded_…` takes out. Naming one rules out the others.
    Raises StripeError 400.
    """
    given = [name for name in OFFERED_BY if call.given(name)]
    if "allowed_payment_method_types" in given and len(given) > 1:
        raise invalid(f"You may only specify one of these parameters: {', '.join(given)}.", param=given[0])
    allowed = call.given("allowed_payment_method_types")
    excluded = call.given("excluded_payment_method_types")
    if (allowed and "card" not in allowed) or (excluded and "card" in excluded):
        words = "No valid payment method types for this intent: this account has only card activated."
        raise invalid(words, param=given[0])
    return {
        "allowed_payment_method_types": allowed,
        "automatic_payment_methods": None if allowed else automatic(call.given("automatic_payment_methods")),
        "excluded_payment_method_types": excluded,
        "payment_method_types": ["card"],
    }


def change_offer(call: Call, intent: Json) -> None:
    """The same on an existing intent, where the request says anything about it."""
    if any(name in call.params for name in OFFERED_BY):
        intent.update(methods_offered(call))


def automatic(wanted: Json | None) -> Json | None:
    """`automatic_payment_methods` of the intent; on unless it was turned off."""
    if wanted is None:
        return {"allow_redirects": "always", "enabled": True}
    if not wanted["enabled"]:
        return None
    return {"allow_redirects": wanted.get("allow_redirects", "always"), "enabled": True}


def chosen_method(call: Call, intent: Json) -> Json | None:
    """The payment method a request brings: by id, or card data from the browser."""
    if call.given("payment_method_data"):
        return call.save(card.from_data(call, call.params["payment_method_data"], "payment_method_data"))
    if call.given("payment_method"):
        return payment_method.for_use(call, call.params["payment_method"], "payment_method")
    return None


def check_owner(method: Json, intent: Json) -> None:
    """A customer's card pays that customer's intents only.

    Raises StripeError 400.
    """
    if method["customer"] is None:
        return payment_method.check_not_used_up(method)
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
    """With automatic payment methods a server that confirms must say where a redirect would come back to.

    Raises StripeError 400.
    """
    offered = intent["automatic_payment_methods"]
    if call.in_browser or not offered or offered["allow_redirects"] == "never":
        return
    if not (call.given("return_url") or call.given("use_stripe_sdk")):
        raise invalid(
            "This intent is configured to accept payment methods enabled in your Dashboard, some of which might "
            "redirect your customer off of your page: provide a `return_url`, or set "
            "`automatic_payment_methods[allow_redirects]` to `never`."
        )


def challenge(call: Call, intent: Json) -> Json:
    """`next_action`: the bank's page, in a frame for Stripe.js, else as a redirect."""
    address = f"{call.base}/simulator/challenge/{intent['id']}?client_secret={intent['client_secret']}"
    if call.given("return_url") and not call.params.get("use_stripe_sdk"):
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
            "source": f"src_{random_letters(24)}",
        },
    }


def card_error(call: Call, intent: Json, error: Json) -> StripeError:
    """402 with the intent in it; what happened on the way stays."""
    rest = {name: value for name, value in error.items() if name not in ("type", "message", "doc_url", "code")}
    return StripeError(
        402,
        error["type"],
        error["message"],
        code=error["code"],
        kept=True,
        effects_stay=True,
        **rest,
        **{intent["object"]: public(shown(call, intent))},
    )
