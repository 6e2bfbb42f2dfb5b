"""Fields of a new subscription, checked before anything is paid."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.ids import new_id
from stripe_simulator.resources.billing import billing_periods, discount, invoice_extras, tax_rate
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.payments import intent, payment_intent_fields
from stripe_simulator.resources.subscriptions import subscription_item
from stripe_simulator.store import Json

DAY = billing_periods.DAY
MAX_TRIAL = 730 * DAY
UNSUPPORTED = frozenset(
    """application_fee_percent backdate_start_date billing_cycle_anchor billing_cycle_anchor_config
    billing_schedules billing_thresholds customer_account days_until_due default_source
    on_behalf_of pending_invoice_item_interval transfer_data trial_from_plan""".split()
)


def build(call: Call, customer: Json) -> Json:
    """Build the subscription without saving it: `incomplete`, or `trialing` with a trial. Raises StripeError 400."""
    intent.reject_unsupported(call, UNSUPPORTED)
    check_collection(call)
    id_ = new_id("sub", call.realm.account.id)
    trial_end = requested_trial_end(call)
    given = call.params.get("items") or []
    items = [
        subscription_item.build_item(call, id_, one, (call.now, call.now), f"items[{index}]")
        for index, one in enumerate(given)
    ]
    subscription_item.check_compatible(items)
    invoice_extras.check(call, items[0]["price"]["currency"])
    recurring = items[0]["price"]["recurring"]
    end = trial_end or billing_periods.end_of_period(call.now, recurring, call.now)
    for one in items:
        one["current_period_end"] = end
    subscription = {
        "id": id_,
        "object": "subscription",
        **empty_fields(),
        "billing_cycle_anchor": trial_end or call.now,
        "created": call.now,
        "currency": items[0]["price"]["currency"],
        "customer": customer["id"],
        "default_payment_method": customer_method(call, customer["id"]),
        "default_tax_rates": default_tax_rates(call, []),
        "description": call.param("description"),
        "items": {
            "object": "list",
            "data": items,
            "has_more": False,
            "url": f"/v1/subscription_items?subscription={id_}",
        },
        "livemode": call.realm.livemode,
        "metadata": merge_metadata({}, call.params.get("metadata")),
        "payment_settings": payment_settings(call, {}, call.params.get("payment_settings")),
        "start_date": call.now,
        "status": "trialing" if trial_end else "incomplete",
        "test_clock": call.test_clock,
        "trial_end": trial_end,
        "trial_settings": trial_settings({}, call.params.get("trial_settings")),
        "trial_start": call.now if trial_end else None,
        "_base": call.base_url,
    }
    check_amount(call, subscription)
    subscription["discounts"] = discount.requested(call, subscription, call.param("discounts"))
    return subscription


def check_collection(call: Call) -> None:
    if call.params.get("collection_method", "charge_automatically") != "charge_automatically":
        raise invalid("The simulator only charges automatically.", param="collection_method")
    if (call.param("automatic_tax") or {}).get("enabled"):
        raise invalid("The simulator has tax rates, but no automatic taxes.", param="automatic_tax[enabled]")


def default_tax_rates(call: Call, kept: list[Json]) -> list[Json]:
    return tax_rate.requested(call, call.param("default_tax_rates") or None, kept, "default_tax_rates")


def check_amount(call: Call, subscription: Json) -> None:
    """Check that the price of a period is chargeable or zero. Raises StripeError 400."""
    total = sum((one["price"]["unit_amount"] or 0) * one.get("quantity", 0) for one in subscription["items"]["data"])
    if total:
        payment_intent_fields.check_chargeable(call, total, subscription["currency"])


def empty_fields() -> Json:
    empty = """application application_fee_percent billing_cycle_anchor_config billing_thresholds cancel_at canceled_at
        customer_account days_until_due default_source ended_at latest_invoice next_pending_invoice_item_invoice
        on_behalf_of pause_collection pending_invoice_item_interval pending_setup_intent pending_update schedule
        status_details transfer_data""".split()
    return {
        **dict.fromkeys(empty),
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible", "updated_at": None},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
    }


def customer_method(call: Call, customer_id: str) -> str | None:
    """Return `default_payment_method` if it belongs to the customer. Raises StripeError 400."""
    wanted: str | None = call.param("default_payment_method")
    if wanted is None:
        return None
    method = call.get("payment_method", wanted, param="default_payment_method", noun="PaymentMethod")
    if method["customer"] != customer_id:
        message = (
            f"The customer does not have a payment method with the ID {wanted}. The payment method must be attached to "
            "the customer."
        )
        raise invalid(message, param="default_payment_method", code="resource_missing")
    return wanted


def payment_settings(call: Call, old: Json, given: Json | None) -> Json:
    """Merge the given settings over the old ones. Raises StripeError 400 for types that the account does not have."""
    types = (given or {}).get("payment_method_types") or ()
    active = intent.accepted_types(call, None)
    if not set(types) <= set(active):
        message = f"The payment method types given are invalid: this account has only {', '.join(active)} activated."
        raise invalid(message, param="payment_settings[payment_method_types]")
    default = {"payment_method_options": None, "payment_method_types": None, "save_default_payment_method": "off"}
    return default | old | {name: value or None for name, value in (given or {}).items()}


def trial_settings(old: Json, given: Json | None) -> Json:
    default = {"missing_payment_method": "create_invoice"}
    return {"end_behavior": default | old.get("end_behavior", {}) | (given or {}).get("end_behavior", {})}


def requested_trial_end(call: Call) -> int | None:
    """Return the end of the trial, or None. Raises StripeError 400."""
    days, end = call.param("trial_period_days"), call.param("trial_end")
    if days is not None and end is not None:
        raise invalid("You may only specify one of these parameters: trial_period_days, trial_end.", param="trial_end")
    if days is not None:
        if not 1 <= days <= MAX_TRIAL // DAY:
            raise invalid("Trial period days must be between 1 and 730.", param="trial_period_days")
        return int(call.now + days * DAY)
    if end in (None, "now"):
        return None
    return check_trial_end(call, int(end))


def check_trial_end(call: Call, end: int) -> int:
    """Raises StripeError 400 for a trial end in the past or more than two years from now."""
    if end <= call.now:
        raise invalid("Invalid timestamp: must be an integer Unix timestamp in the future.", param="trial_end")
    if end > call.now + MAX_TRIAL:
        raise invalid("Trials can be at most two years long.", param="trial_end")
    return end
