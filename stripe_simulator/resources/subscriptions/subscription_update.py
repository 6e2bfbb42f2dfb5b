"""Updates subscriptions: prices, cancellation, trial, payment method and collection."""

import copy

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid, missing, unexpected_state
from stripe_simulator.resources.billing import customer_clock, discount
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.payments import intent
from stripe_simulator.resources.subscriptions import (
    cancellation,
    immediate_change,
    renewal,
    subscription_fields,
    subscription_item,
    subscription_status,
)
from stripe_simulator.resources.subscriptions.subscription import ENDED, retrieve, save_cancellation_details
from stripe_simulator.store import Json

UNSUPPORTED = subscription_fields.UNSUPPORTED - {"billing_cycle_anchor"}
CHANGEABLE_WHEN_ENDED = frozenset(["cancellation_details", "expand", "metadata"])
MANAGED_BY_SCHEDULE = ("cancel_at", "cancel_at_period_end")


def update(call: Call) -> Json:
    """Raises StripeError 400 for invalid or unsupported changes: see `subscription_item.check_proration`."""
    intent.reject_unsupported(call, UNSUPPORTED)
    subscription_fields.check_collection(call)
    subscription = retrieve(call)
    clock_call = customer_clock.at_customer_time(call, subscription["customer"])
    check_changeable(clock_call, subscription)
    before = copy.deepcopy(subscription)
    if immediate_change.is_requested(clock_call):
        immediate_change.update(clock_call, subscription)
        return clock_call.get(subscription_status.KIND, subscription["id"])
    update_plain_fields(clock_call, subscription)
    update_items(clock_call, subscription)
    if "discounts" in call.params:
        subscription["discounts"] = discount.requested(clock_call, subscription, call.param("discounts"))
    if "default_tax_rates" in call.params:
        kept = subscription["default_tax_rates"]
        subscription["default_tax_rates"] = subscription_fields.default_tax_rates(clock_call, kept)
    update_cancellation(clock_call, subscription)
    update_collection(clock_call, subscription)
    update_trial(clock_call, subscription)
    subscription_status.save_and_emit(clock_call, subscription, before)
    if clock_call.params.get("trial_end") == "now" and subscription["status"] == "trialing":
        end_trial(clock_call, subscription)
    return clock_call.get(subscription_status.KIND, subscription["id"])


def check_changeable(call: Call, subscription: Json) -> None:
    if subscription["status"] in ENDED and set(call.params) - CHANGEABLE_WHEN_ENDED:
        message = "A canceled subscription can only update its cancellation_details and metadata."
        raise unexpected_state(message)
    if (call.param("billing_cycle_anchor") or {}).get("type", "unchanged") != "unchanged":
        raise invalid("The simulator keeps the billing cycle anchor.", param="billing_cycle_anchor")
    for name in MANAGED_BY_SCHEDULE if subscription["schedule"] else ():
        if name in call.params:
            message = (
                f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and updating "
                "any cancelation behavior directly is not allowed. Please update the schedule instead."
            )
            raise invalid(message, param=name)


def update_plain_fields(call: Call, subscription: Json) -> None:
    if "default_payment_method" in call.params:
        subscription["default_payment_method"] = subscription_fields.customer_method(call, subscription["customer"])
    if "description" in call.params:
        subscription["description"] = call.param("description")
    subscription["payment_settings"] = subscription_fields.payment_settings(
        call, subscription["payment_settings"], call.param("payment_settings")
    )
    subscription["trial_settings"] = subscription_fields.trial_settings(
        subscription["trial_settings"], call.param("trial_settings")
    )
    subscription["metadata"] = merge_metadata(subscription["metadata"], call.params.get("metadata"))
    save_cancellation_details(subscription, call.param("cancellation_details"))


def update_items(call: Call, subscription: Json) -> None:
    """Change the item with the given id; without an id add another item."""
    period = subscription_item.period_of(subscription)
    current_items = subscription["items"]["data"]
    for index, given in enumerate(call.param("items") or []):
        param = f"items[{index}]"
        if not given.get("id"):
            current_items.append(subscription_item.build_item(call, subscription["id"], given, period, param))
            subscription_item.check_compatible(current_items)
            subscription_item.check_proration(call)
            continue
        item = next((one for one in current_items if one["id"] == given["id"]), None)
        if item is None:
            raise missing("subscription_item", given["id"], param=f"{param}[id]", status=400)
        if given.get("deleted"):
            current_items.remove(item)
            subscription_item.check_compatible(current_items)
            subscription_item.check_proration(call)
        else:
            subscription_item.apply_params(call, subscription, item, given, param)
    subscription_fields.check_amount(call, subscription)


def update_cancellation(call: Call, subscription: Json) -> None:
    if "cancel_at" in call.params or "cancel_at_period_end" in call.params:
        cancellation.schedule_cancellation(call, subscription, call.params.get("cancel_at"))


def update_collection(call: Call, subscription: Json) -> None:
    """Set `pause_collection`: invoices are created but not collected. An empty value resumes collection."""
    if "pause_collection" not in call.params:
        return
    wanted = call.param("pause_collection")
    subscription["pause_collection"] = {"resumes_at": None, **wanted} if wanted else None
    if wanted and wanted.get("resumes_at"):
        call.schedule("collection_resumes", subscription["id"], deadline=wanted["resumes_at"])


def update_trial(call: Call, subscription: Json) -> None:
    """Start or extend a trial: nothing is due until it ends, and periods are counted from its end."""
    end = call.param("trial_end")
    if end in (None, "now"):
        return
    if subscription["status"] not in subscription_status.COLLECTED_STATUSES:
        raise invalid(f"A subscription that is {subscription['status']} has no trial.", param="trial_end")
    if subscription["status"] != "trialing":
        subscription_item.check_proration(call)
    moment = subscription_fields.check_trial_end(call, int(end))
    start = subscription_item.period_of(subscription)[0] if subscription["status"] == "trialing" else call.now
    subscription_item.set_period(subscription, start, moment)
    subscription.update(
        billing_cycle_anchor=moment,
        status="trialing",
        trial_end=moment,
        trial_start=subscription["trial_start"] or call.now,
    )
    renewal.schedule_renewal(call, subscription)


def end_trial(call: Call, subscription: Json) -> None:
    """End the trial now; the first period starts and is collected."""
    start = subscription_item.period_of(subscription)[0]
    subscription_item.set_period(subscription, start, call.now)
    subscription.update(billing_cycle_anchor=call.now, trial_end=call.now)
    call.save(subscription)
    renewal.end_period(customer_clock.without_params(call), subscription, 0)
