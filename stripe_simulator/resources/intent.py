"""What payment and setup intents have in common: reading them from a browser, the card of a confirmation."""

from stripe_simulator import errors
from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.ids import random_letters
from stripe_simulator.resources import payment_method
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


def card_types(call: Call) -> list[str]:
    """Payment method types; the simulated accounts have cards activated and nothing else."""
    types: list[str] = call.params.get("payment_method_types", ["card"])
    for index, one in enumerate(types):
        if one != "card":
            words = f'The payment method type "{one}" is invalid. Please ensure it is activated in your dashboard.'
            raise invalid(words, param=f"payment_method_types[{index}]")
    return types


def automatic_methods(call: Call) -> Json | None:
    """The default since 2023-08-16; naming the types turns it off."""
    wanted = call.params.get("automatic_payment_methods")
    if "payment_method_types" in call.params:
        if wanted and wanted["enabled"]:
            words = "You may only specify one of these parameters: automatic_payment_methods, payment_method_types."
            raise invalid(words)
        return None
    if wanted is None:
        return {"allow_redirects": "always", "enabled": True}
    return {"allow_redirects": wanted.get("allow_redirects", "always"), "enabled": wanted["enabled"]}


def chosen_method(call: Call, intent: Json) -> Json | None:
    """The payment method a request brings: by id, or card data from the browser."""
    if call.given("payment_method_data"):
        return call.save(payment_method.from_data(call, call.params["payment_method_data"], "payment_method_data"))
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
    automatic = intent["automatic_payment_methods"]
    if call.in_browser or not automatic or not automatic["enabled"] or automatic["allow_redirects"] == "never":
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


def card_error(intent: Json, error: Json, field: str) -> StripeError:
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
        **{field: public(intent)},
    )
