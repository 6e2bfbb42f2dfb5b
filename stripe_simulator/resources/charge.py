"""Charges: the attempts on a card that a payment intent made."""

from stripe_simulator import descriptors
from stripe_simulator.call import Call
from stripe_simulator.declines import Decline
from stripe_simulator.ids import new_id
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.store import Json


def make(
    call: Call,
    intent: Json,
    method: Json,
    decline: Decline | None = None,
    *,
    authenticated: bool,
    pending: bool = False,
) -> Json:
    """The charge of one attempt: succeeded, failed, or still pending."""
    charge = blank(call, intent, method, authenticated=authenticated)
    return call.save(charge if pending else decide(charge, decline))


def decide(charge: Json, decline: Decline | None) -> Json:
    """The bank's answer to a pending charge."""
    captured = decline is None and charge["_capture"]
    charge.update(
        amount_captured=charge["amount"] if captured else 0,
        captured=captured,
        failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None,
        outcome=outcome(decline),
        paid=decline is None,
        receipt_url=None if decline else f"https://pay.stripe.com/receipts/payment/{charge['id']}",
        status="failed" if decline else "succeeded",
    )
    return charge


def blank(call: Call, intent: Json, method: Json, *, authenticated: bool) -> Json:
    """A charge the bank hasn't answered yet."""
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
        "calculated_statement_descriptor": descriptors.whole(call.realm.account, intent[descriptors.SUFFIX]),
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
        "payment_method_details": details(intent, method, authenticated=authenticated),
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


def outcome(decline: Decline | None) -> Json:
    blocked = decline is not None and decline.decline_code == "fraudulent"
    if blocked:
        status, kind, seller = "not_sent_to_network", "blocked", "Stripe blocked this payment as too risky."
    elif decline:
        status, kind, seller = "declined_by_network", "issuer_declined", "The bank declined this payment."
    else:
        status, kind, seller = "approved_by_network", "authorized", "Payment complete."
    return {
        "advice_code": decline.advice if decline else None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": status,
        "reason": ("highest_risk_level" if blocked else decline.decline_code) if decline else None,
        "risk_level": "highest" if blocked else "normal",
        "risk_score": 90 if blocked else 20,
        "seller_message": seller,
        "type": kind,
    }


def details(intent: Json, method: Json, *, authenticated: bool) -> Json:
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
    """What the bank's check left behind."""
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


def listed(call: Call) -> Json:
    found = matching(call.store.all(call.realm, "charge"), call, "customer", "payment_intent")
    return page(call, found, "/v1/charges")
