"""Fields of a payment intent, checked before anything is charged."""

from stripe_simulator import currencies, errors, statement_descriptors
from stripe_simulator.api.call import Call
from stripe_simulator.ids import client_secret, new_id
from stripe_simulator.resources import addresses, country_spec
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.payments import intent
from stripe_simulator.store import Json

PLAIN_FIELDS = (
    *("description", "receipt_email", "setup_future_usage", "statement_descriptor"),
    *("statement_descriptor_suffix", "transfer_group"),
)


def build(call: Call) -> Json:
    id_ = new_id("pi", call.realm.account.id)
    return {
        "id": id_,
        "object": "payment_intent",
        **intent.payment_method_fields(call),
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


def apply_params(call: Call, payment: Json) -> None:
    """Set the parameters that create, update and confirm share."""
    intent.update_payment_method_fields(call, payment)
    amount: int = call.params["amount"] if "amount" in call.params else payment["amount"]
    currency: str = call.params["currency"].lower() if "currency" in call.params else payment["currency"]
    if "amount" in call.params or "currency" in call.params:
        check_chargeable(call, amount, currency)
    payment.update(amount=amount, currency=currency)
    if call.param("customer"):
        payment["customer"] = call.get("customer", call.params["customer"], param="customer")["id"]
    payment.update({name: call.param(name) for name in PLAIN_FIELDS if name in call.params})
    if "shipping" in call.params:
        payment["shipping"] = addresses.shipping(call.param("shipping"), "carrier", "tracking_number")
    statement_descriptors.check(
        call.realm.account, payment["statement_descriptor"], payment[statement_descriptors.SUFFIX]
    )
    payment["metadata"] = merge_metadata(payment["metadata"], call.params.get("metadata"))
    wanted = (call.param("payment_method_options") or {}).get("card") or {}
    if "request_three_d_secure" in wanted:
        payment["payment_method_options"]["card"]["request_three_d_secure"] = wanted["request_three_d_secure"]


def check_chargeable(call: Call, amount: int, currency: str) -> None:
    """Raises StripeError 400 for an account that may not charge, or a currency or amount that can't be charged."""
    account = call.realm.account
    if account.refuses_charges(livemode=call.realm.livemode):
        raise errors.unexpected_state("Your account cannot currently make live charges.", code="account_invalid")
    supported = country_spec.supported_currencies(account.country)
    if currency not in supported:
        raise currencies.unsupported_currency(currency, supported)
    currencies.check_amount(amount, currency)
