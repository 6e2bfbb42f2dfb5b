"""Prorations: what a change of a subscription's items costs at once, in the middle of a period.

With the same interval the period stays: the rest of it is given back at the old price and charged at the new one. With
another interval a new period begins, which is charged in full. A trial costs nothing, before and after the change.
Amounts are net of the subscription's discounts, as `proration_discounts=included` of the flexible billing mode says.
Source: docs.stripe.com/billing/subscriptions/prorations
"""

import copy
from dataclasses import dataclass

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources.billing import billing_periods, discount, invoice_draft, invoice_tax
from stripe_simulator.resources.subscriptions import subscription_item
from stripe_simulator.store import Json


@dataclass(frozen=True)
class Change:
    """A subscription's new items with their period, and the billing cycle anchor after it."""

    items: list[Json]
    anchor: int
    at: int
    is_new_period: bool


def change_of(call: Call, subscription: Json, given: list[Json], at: int) -> Change:
    """What `given` items (`id`, `price`, `quantity`) make of the subscription at this moment. Raises StripeError 400.

    Items that are not named stay.
    """
    start, end = subscription_item.period_of(subscription)
    if not start <= at <= end:
        message = "Cannot specify a proration date outside of the current period."
        raise invalid(message, param="subscription_proration_date")
    items = copy.deepcopy(subscription["items"]["data"])
    for index, one in enumerate(given):
        param = f"items[{index}]"
        item = next((found for found in items if found["id"] == one.get("id")), None)
        if item is None:
            raise invalid("The simulator prorates items that the subscription has.", param=f"{param}[id]")
        if one.get("price"):
            item.update(subscription_item.price_fields(call, one, param))
        item["quantity"] = one.get("quantity", item["quantity"])
    subscription_item.check_compatible(items)
    recurring = items[0]["price"]["recurring"]
    before = subscription["items"]["data"][0]["price"]["recurring"]
    is_new = subscription["status"] != "trialing" and _interval(recurring) != _interval(before)
    if is_new:
        end = billing_periods.end_of_period(at, recurring, at)
        for item in items:
            item.update(current_period_start=at, current_period_end=end)
    return Change(items, at if is_new else subscription["billing_cycle_anchor"], at, is_new)


def apply(subscription: Json, change: Change) -> None:
    """Give the subscription the new items."""
    subscription["items"]["data"] = change.items
    subscription["billing_cycle_anchor"] = change.anchor


def fill(call: Call, subscription: Json, change: Change, invoice: Json) -> None:
    """Give the draft the lines of the change, its sums, its discounts and its taxes."""
    if subscription["status"] == "trialing":
        lines = [invoice_draft.line_item(call, invoice, item, trial=True) for item in change.items]
    else:
        lines = _lines(call, subscription, change, invoice)
    full = [line for line in lines if not line["parent"]["subscription_item_details"]["proration"]]
    invoice["lines"]["data"] = lines
    invoice["subtotal"] = sum(one["amount"] for one in lines)
    # Only what is no proration is discounted by now.
    total = sum(line["amount"] for line in lines)
    if full and sum(line["amount"] for line in full):
        part = {**invoice, "lines": {**invoice["lines"], "data": full}}
        total += discount.apply(call, subscription, part) - sum(line["amount"] for line in full)
        invoice.update(discounts=part["discounts"], total_discount_amounts=part["total_discount_amounts"])
    total = invoice_tax.apply(invoice, subscription, total)
    due = max(total, 0)
    invoice.update(total=total, amount_due=due, amount_remaining=due)


def _lines(call: Call, subscription: Json, change: Change, invoice: Json) -> list[Json]:
    old = subscription["items"]["data"]
    start, end = subscription_item.period_of(subscription)
    rest, whole = end - change.at, max(end - start, 1)
    changed = [(before, after) for before, after in zip(old, change.items, strict=True) if _differs(before, after)]
    if change.is_new_period:
        changed = list(zip(old, change.items, strict=True))
    lines = []
    for before, after in changed:
        back = _rounded(_net(call, subscription, before) * rest, whole)
        lines.append(_proration(call, invoice, before, -back, (change.at, end), "Unused time on"))
        if change.is_new_period:
            lines.append(invoice_draft.line_item(call, invoice, after, trial=False))
        else:
            due = _rounded(_net(call, subscription, after) * rest, whole)
            lines.append(_proration(call, invoice, after, due, (change.at, end), "Remaining time on"))
    return lines


def _proration(call: Call, invoice: Json, item: Json, amount: int, period: tuple[int, int], words: str) -> Json:
    line = invoice_draft.line_item(call, invoice, item, trial=False)
    line.update(amount=amount, subtotal=amount, discountable=False, description=f"{words} {line['description']}")
    line["period"] = {"start": period[0], "end": period[1]}
    line["parent"]["subscription_item_details"]["proration"] = True
    return line


def _net(call: Call, subscription: Json, item: Json) -> int:
    """The price of a period less the discounts that each invoice of the subscription has."""
    amount: int = (item["price"]["unit_amount"] or 0) * item["quantity"]
    coupons = [call.get(discount.KIND, id_)["_coupon"] for id_ in subscription["discounts"]]
    for one in coupons:
        if one["duration"] != "once":
            amount -= discount.amount_off(one, amount)
    return amount


def _differs(before: Json, after: Json) -> bool:
    return subscription_item.price_per_period(before) != subscription_item.price_per_period(after)


def _interval(recurring: Json) -> tuple[str, int]:
    return recurring["interval"], recurring["interval_count"]


def _rounded(numerator: int, denominator: int) -> int:
    """Half a unit is rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)
