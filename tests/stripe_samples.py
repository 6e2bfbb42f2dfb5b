"""Sample objects of Stripe in the shapes of its API versions since 2020 (docs.stripe.com/upgrades)."""

from typing import Any

Json = dict[str, Any]

VERSIONS = (
    "2020-08-27",
    "2022-08-01",
    "2022-11-15",
    "2023-08-16",
    "2024-06-20",
    "2024-12-18.acacia",
    "2025-02-24.acacia",
    "2025-03-31.basil",
    "2025-10-29.clover",
    "2026-03-25.dahlia",
    "2026-10-28.endive",
)
WITH_CURRENCY = "2022-08-01"
WITHOUT_CHARGES = "2022-11-15"
WITH_AUTOMATIC_METHODS = "2023-08-16"
BASIL = "2025-03-31.basil"
START, END = 1_790_000_000, 1_792_592_000
METADATA = {"subscription": "public-1", "payment": "payment-1", "order": "1001"}


def listed(path: str, *objects: Json) -> Json:
    """A list, which had a `total_count` only in the oldest versions."""
    return {"object": "list", "data": list(objects), "has_more": False, "url": path}


def subscription(version: str, **changes: Any) -> Json:
    period = {"current_period_start": START, "current_period_end": END}
    price = {
        "id": "price_1",
        "object": "price",
        "currency": "eur",
        "unit_amount": 1999,
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
    }
    item: Json = {"id": "si_1", "object": "subscription_item", "created": START, "quantity": 2, "price": price}
    made: Json = {
        "id": "sub_1",
        "object": "subscription",
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "created": START,
        "customer": "cus_1",
        "default_payment_method": payment_method(),
        "ended_at": None,
        "latest_invoice": "in_1",
        "livemode": False,
        "metadata": METADATA,
        "pause_collection": None,
        "pending_setup_intent": None,
        "schedule": None,
        "status": "active",
        "trial_end": None,
    }
    if version >= WITH_CURRENCY:
        made["currency"] = "eur"
    if version >= WITHOUT_CHARGES:
        made["cancellation_details"] = {"comment": None, "feedback": None, "reason": None}
    if version < BASIL:
        item["plan"] = made["plan"] = {"id": "price_1", "object": "plan", "amount": 1999, "currency": "eur"}
        made |= {**period, "quantity": 2, "discount": None}
    else:
        item |= period
        made |= {"discounts": [], "billing_mode": {"type": "flexible"}}
    return made | {"items": listed("/v1/subscription_items", item)} | changes


def invoice(version: str, **changes: Any) -> Json:
    made: Json = {
        "id": "in_1",
        "object": "invoice",
        "amount_due": 3998,
        "amount_paid": 3998,
        "attempt_count": 1,
        "attempted": True,
        "billing_reason": "subscription_cycle",
        "created": START,
        "currency": "eur",
        "customer": "cus_1",
        "lines": listed("/v1/invoices/in_1/lines", _line(version)),
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": "A1B2C3D4-0001",
        "period_end": START,
        "period_start": START,
        "status": "paid",
        "status_transitions": {"finalized_at": START, "paid_at": START + 60, "voided_at": None},
    }
    details = {"metadata": METADATA, "subscription": "sub_1"}
    if version < BASIL:
        made |= {"charge": "ch_1", "paid": True, "payment_intent": "pi_1", "subscription": "sub_1"}
        if version >= WITH_AUTOMATIC_METHODS:
            made["subscription_details"] = {"metadata": METADATA}
        if "acacia" in version:
            made["parent"] = None
    else:
        made["parent"] = {"type": "subscription_details", "quote_details": None, "subscription_details": details}
        made["payments"] = listed("/v1/invoice_payments", _invoice_payment())
    return made | changes


def _line(version: str) -> Json:
    line: Json = {"id": "il_1", "object": "line_item", "amount": 3998, "period": {"start": START, "end": END}}
    if version < BASIL:
        return line | {"subscription": "sub_1", "metadata": METADATA, "type": "subscription"}
    return line | {"parent": {"type": "subscription_item_details"}, "metadata": METADATA}


def _invoice_payment() -> Json:
    return {
        "id": "inpay_1",
        "object": "invoice_payment",
        "amount_paid": 3998,
        "created": START,
        "is_default": True,
        "payment": {"type": "payment_intent", "payment_intent": "pi_1"},
        "status": "paid",
    }


def payment_intent(version: str, **changes: Any) -> Json:
    made: Json = {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 3998,
        "amount_received": 3998,
        "client_secret": "pi_1_secret_2",
        "currency": "eur",
        "customer": "cus_1",
        "last_payment_error": None,
        "livemode": False,
        "metadata": METADATA,
        "next_action": None,
        "payment_method": "pm_1",
        "payment_method_types": ["card"],
        "status": "succeeded",
    }
    if version < WITHOUT_CHARGES:
        made["charges"] = listed("/v1/charges?payment_intent=pi_1", {"id": "ch_1", "object": "charge"})
    else:
        made |= {"latest_charge": "ch_1", "amount_details": {"tip": {}}}
    if version < BASIL:
        made["invoice"] = "in_1"
    if version >= WITH_AUTOMATIC_METHODS:
        made["automatic_payment_methods"] = {"allow_redirects": "always", "enabled": True}
    return made | changes


def declined_intent(version: str) -> Json:
    """An intent whose last attempt was declined as expired, which has no decline code."""
    error = {
        "type": "card_error",
        "code": "expired_card",
        "charge": "ch_1",
        "message": "Your card has expired.",
        "payment_method": payment_method(),
    }
    if version >= BASIL:
        error["network_decline_code"] = "54"
    terms = {"amount_received": 0, "payment_method": None, "status": "requires_payment_method"}
    return payment_intent(version, last_payment_error=error, **terms)


def setup_intent(version: str, **changes: Any) -> Json:
    made: Json = {
        "id": "seti_1",
        "object": "setup_intent",
        "client_secret": "seti_1_secret_2",
        "customer": "cus_1",
        "last_setup_error": None,
        "livemode": False,
        "metadata": {"subscription": "public-1", "stripe_subscription": "sub_1"},
        "payment_method": "pm_1",
        "status": "succeeded",
        "usage": "off_session",
    }
    if version >= WITH_CURRENCY:
        made["latest_attempt"] = "setatt_1"
    if version >= WITH_AUTOMATIC_METHODS:
        made["automatic_payment_methods"] = {"allow_redirects": "always", "enabled": True}
    return made | changes


def payment_method() -> Json:
    card = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034}
    return {"id": "pm_1", "object": "payment_method", "type": "card", "card": card, "customer": "cus_1"}


def refund(version: str) -> Json:
    made: Json = {
        "id": "re_1",
        "object": "refund",
        "amount": 1000,
        "charge": "ch_1",
        "created": START,
        "currency": "eur",
        "metadata": {"refund": "refund-1"},
        "payment_intent": "pi_1",
        "reason": None,
        "status": "succeeded",
    }
    return made | ({"destination_details": {"type": "card", "card": {"type": "refund"}}} if version >= "2024" else {})


def dispute(version: str) -> Json:
    made: Json = {
        "id": "dp_1",
        "object": "dispute",
        "amount": 3998,
        "charge": "ch_1",
        "created": START,
        "currency": "eur",
        "evidence_details": {"due_by": END, "has_evidence": False, "past_due": False, "submission_count": 0},
        "metadata": {},
        "payment_intent": "pi_1",
        "reason": "fraudulent",
        "status": "needs_response",
    }
    return made | ({"enhanced_eligibility_types": []} if version >= "2024-12" else {})


def event(version: str, kind: str, stripe_object: Json) -> Json:
    return {
        "id": "evt_1",
        "object": "event",
        "api_version": version,
        "created": START,
        "data": {"object": stripe_object},
        "livemode": False,
        "type": kind,
    }
