"""What a payment intent asks for: amount, currency, customer, words; checked before anything is charged."""

from stripe_simulator import currencies, descriptors, errors
from stripe_simulator.call import Call
from stripe_simulator.ids import client_secret, new_id
from stripe_simulator.resources import addresses, country_spec, intent
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

PLAIN = (
    *("description", "receipt_email", "setup_future_usage", "statement_descriptor"),
    *("statement_descriptor_suffix", "transfer_group"),
)


def blank(call: Call) -> Json:
    id_ = new_id("pi", call.realm.account.id)
    return {
        "id": id_,
        "object": "payment_intent",
        **intent.methods_offered(call),
        "amount": 0,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": call.params.get("capture_method", "automatic_async"),
        "client_secret": client_secret(id_),
        "confirmation_method": call.params.get("confirmation_method", "automatic"),
        "created": call.now,
        "currency": "",
        "customer": None,
        "customer_account": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": call.realm.livemode,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {"installments": None, "mandate_options": None, "network": None}
            | {"request_three_d_secure": "automatic"}
        },
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def change(call: Call, payment: Json) -> None:
    """Sets what create, update and confirm have in common, checked."""
    intent.change_offer(call, payment)
    amount: int = call.params["amount"] if "amount" in call.params else payment["amount"]
    currency: str = call.params["currency"].lower() if "currency" in call.params else payment["currency"]
    if "amount" in call.params or "currency" in call.params:
        check_chargeable(call, amount, currency)
    payment.update(amount=amount, currency=currency)
    if call.given("customer"):
        payment["customer"] = call.get("customer", call.params["customer"], param="customer")["id"]
    payment.update({name: call.given(name) for name in PLAIN if name in call.params})
    if "shipping" in call.params:
        payment["shipping"] = addresses.shipping(call.given("shipping"), "carrier", "tracking_number")
    descriptors.check(call.realm.account, payment["statement_descriptor"], payment[descriptors.SUFFIX])
    payment["metadata"] = merged(payment["metadata"], call.params.get("metadata"))
    wanted = (call.given("payment_method_options") or {}).get("card") or {}
    if "request_three_d_secure" in wanted:
        payment["payment_method_options"]["card"]["request_three_d_secure"] = wanted["request_three_d_secure"]


def check_chargeable(call: Call, amount: int, currency: str) -> None:
    """Raises StripeError 400: an account not active yet (live mode), a currency or an amount that can't be."""
    account = call.realm.account
    if call.realm.livemode and not account.charges_enabled:
        raise errors.unexpected_state("Your account cannot currently make live charges.", code="account_invalid")
    supported = country_spec.chargeable_in(account.country)
    if currency not in supported:
        raise currencies.unsupported(currency, supported)
    currencies.check_amount(amount, currency)
