"""Charges: the attempts of a payment intent to charge a card."""

from stripe_simulator import statement_descriptors
from stripe_simulator.api.call import Call
from stripe_simulator.cards.declines import Decline
from stripe_simulator.ids import new_id
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.store import Json


def create(
    call: Call,
    intent: Json,
    method: Json,
    decline: Decline | None = None,
    *,
    authenticated: bool,
    pending: bool = False,
) -> Json:
    """Create the charge of one attempt: succeeded, failed, or pending."""
    charge = build(call, intent, method, authenticated=authenticated)
    return call.save(charge if pending else apply_result(charge, decline))


def apply_result(charge: Json, decline: Decline | None) -> Json:
    """Apply the bank's answer to a pending charge."""
    captured = decline is None and charge["_capture"]
    charge.update(
        amount_captured=charge["amount"] if captured else 0,
        captured=captured,
        failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None,
        outcome=outcome_hash(decline),
        paid=decline is None,
        receipt_url=None if decline else f"https://pay.stripe.com/receipts/payment/{charge['id']}",
        status="failed" if decline else "succeeded",
    )
    return charge


def build(call: Call, intent: Json, method: Json, *, authenticated: bool) -> Json:
    """Build a pending charge."""
    return {
        "id": new_id("ch", call.realm.account.id),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": statement_descriptors.full_descriptor(
            call.realm.account, intent[statement_descriptors.SUFFIX]
        ),
        "captured": False,
        "created": call.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": call.realm.livemode,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": payment_method_details(intent, method, authenticated=authenticated),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
        "transfer_data": None,
        "transfer_group": None,
        "_capture": intent["capture_method"] != "manual",
    }


def outcome_hash(decline: Decline | None) -> Json:
    blocked = decline is not None and decline.decline_code == "fraudulent"
    if blocked:
        status, type_, seller = "not_sent_to_network", "blocked", "Stripe blocked this payment as too risky."
    elif decline:
        status, type_, seller = "declined_by_network", "issuer_declined", "The bank declined this payment."
    else:
        status, type_, seller = "approved_by_network", "authorized", "Payment complete."
    return {
        "advice_code": decline.advice if decline else None,
        "network_advice_code": None,
        "network_decline_code": decline.network_code if decline else None,
        "network_status": status,
        "reason": ("highest_risk_level" if blocked else decline.decline_code or decline.code) if decline else None,
        "risk_level": "highest" if blocked else "normal",
        "risk_score": 90 if blocked else 20,
        "seller_message": seller,
        "type": type_,
    }


def payment_method_details(intent: Json, method: Json, *, authenticated: bool) -> Json:
    if method["type"] == "link":
        return {"type": "link", "link": {"country": "UA"}}
    card = method["card"]
    copied = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "regulated_status")
    return {
        "type": "card",
        "card": {
            **{name: card[name] for name in copied},
            "amount_authorized": intent["amount"],
            "authorization_code": None,
            "checks": {**card["checks"], "cvc_check": "pass" if card["checks"]["cvc_check"] else None},
            "extended_authorization": {"status": "disabled"},
            "incremental_authorization": {"status": "unavailable"},
            "installments": None,
            "mandate": None,
            "multicapture": {"status": "unavailable"},
            "network": card["brand"],
            "network_token": {"used": False},
            "network_transaction_id": None,
            "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
            "three_d_secure": three_d_secure() if authenticated else None,
            "wallet": None,
        },
    }


def three_d_secure() -> Json:
    """Return the details of a passed 3-D Secure check."""
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": None,
        "version": "2.2.0",
    }


def retrieve(call: Call) -> Json:
    return call.get("charge", call.ids["id"])


def list_all(call: Call) -> Json:
    return paginate_stored(call, "charge", "/v1/charges", "customer", "payment_intent")
