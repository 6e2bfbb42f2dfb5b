"""A running subscription is changed: prices, its end, its trial, its card, whether anything is collected."""

import copy

from stripe_simulator.call import Call
from stripe_simulator.errors import invalid, missing, unexpected_state
from stripe_simulator.resources import (
    frozen,
    intent,
    renewal,
    standing,
    subscription_end,
    subscription_item,
    subscription_terms,
)
from stripe_simulator.resources.metadata import merged
from stripe_simulator.resources.subscription import OVER, note_details, retrieve
from stripe_simulator.store import Json

NOT_SIMULATED = subscription_terms.NOT_SIMULATED - {"billing_cycle_anchor"}
WHEN_OVER = frozenset(["cancellation_details", "expand", "metadata"])
BY_SCHEDULE = ("cancel_at", "cancel_at_period_end")


def update(call: Call) -> Json:
    """Raises StripeError 400 for what can't be, or isn't simulated: see `subscription_item.check_proration`."""
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    subscription_terms.check_collection(call)
    subscription = retrieve(call)
    at = frozen.at(call, subscription["customer"])
    check_changeable(at, subscription)
    before = copy.deepcopy(subscription)
    plain(at, subscription)
    items(at, subscription)
    its_end(at, subscription)
    collection(at, subscription)
    trial(at, subscription)
    standing.change(at, subscription, before)
    if at.params.get("trial_end") == "now" and subscription["status"] == "trialing":
        end_trial(at, subscription)
    return at.get(standing.KIND, subscription["id"])


def check_changeable(call: Call, subscription: Json) -> None:
    if subscription["status"] in OVER and set(call.params) - WHEN_OVER:
        words = "A canceled subscription can only update its cancellation_details and metadata."
        raise unexpected_state(words)
    if (call.given("billing_cycle_anchor") or {}).get("type", "unchanged") != "unchanged":
        raise invalid("The simulator keeps the billing cycle anchor.", param="billing_cycle_anchor")
    for name in BY_SCHEDULE if subscription["schedule"] else ():
        if name in call.params:
            words = (
                f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and updating "
                "any cancelation behavior directly is not allowed. Please update the schedule instead."
            )
            raise invalid(words, param=name)


def plain(call: Call, subscription: Json) -> None:
    if "default_payment_method" in call.params:
        subscription["default_payment_method"] = subscription_terms.own_method(call, subscription["customer"])
    if "description" in call.params:
        subscription["description"] = call.given("description")
    subscription["payment_settings"] = subscription_terms.payment_settings(
        subscription["payment_settings"], call.given("payment_settings")
    )
    subscription["trial_settings"] = subscription_terms.trial_settings(
        subscription["trial_settings"], call.given("trial_settings")
    )
    subscription["metadata"] = merged(subscription["metadata"], call.params.get("metadata"))
    note_details(subscription, call.given("cancellation_details"))


def items(call: Call, subscription: Json) -> None:
    """`items[…]` with an id changes that item; without one it is a further item, not another price for the old."""
    period = subscription_item.period_of(subscription)
    held = subscription["items"]["data"]
    for index, given in enumerate(call.given("items") or []):
        param = f"items[{index}]"
        if not given.get("id"):
            held.append(subscription_item.made(call, subscription["id"], given, period, param))
            subscription_item.check_together(held)
            subscription_item.check_proration(call)
            continue
        item = next((one for one in held if one["id"] == given["id"]), None)
        if item is None:
            raise missing("subscription_item", given["id"], param=f"{param}[id]", status=400)
        if given.get("deleted"):
            held.remove(item)
            subscription_item.check_together(held)
            subscription_item.check_proration(call)
        else:
            subscription_item.change(call, subscription, item, given, param)
    subscription_terms.check_amount(call, subscription)


def its_end(call: Call, subscription: Json) -> None:
    if "cancel_at" in call.params or "cancel_at_period_end" in call.params:
        subscription_end.plan(call, subscription, call.params.get("cancel_at"))


def collection(call: Call, subscription: Json) -> None:
    """`pause_collection`: invoices are made, but not collected; an empty one ends that."""
    if "pause_collection" not in call.params:
        return
    wanted = call.given("pause_collection")
    subscription["pause_collection"] = {"resumes_at": None, **wanted} if wanted else None
    if wanted and wanted.get("resumes_at"):
        call.plan("collection_resumes", subscription["id"], deadline=wanted["resumes_at"])


def trial(call: Call, subscription: Json) -> None:
    """A trial that begins, or ends later: until then nothing is due, and from then on periods are counted."""
    end = call.given("trial_end")
    if end in (None, "now"):
        return
    if subscription["status"] not in standing.COLLECTING:
        raise invalid(f"A subscription that is {subscription['status']} has no trial.", param="trial_end")
    if subscription["status"] != "trialing":
        subscription_item.check_proration(call)
    moment = subscription_terms.checked_trial_end(call, int(end))
    start = subscription_item.period_of(subscription)[0] if subscription["status"] == "trialing" else call.now
    subscription_item.set_period(subscription, start, moment)
    subscription.update(
        billing_cycle_anchor=moment,
        status="trialing",
        trial_end=moment,
        trial_start=subscription["trial_start"] or call.now,
    )
    renewal.plan(call, subscription)


def end_trial(call: Call, subscription: Json) -> None:
    """The trial is over, the first period begins and is collected at once."""
    start = subscription_item.period_of(subscription)[0]
    subscription_item.set_period(subscription, start, call.now)
    subscription.update(billing_cycle_anchor=call.now, trial_end=call.now)
    call.save(subscription)
    renewal.turn(frozen.by_itself(call), subscription, 0)
