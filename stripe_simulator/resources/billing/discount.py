"""Discounts: coupons that a subscription has, and what they take off its invoices."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid, missing
from stripe_simulator.ids import new_id
from stripe_simulator.resources.billing import billing_periods, coupon
from stripe_simulator.store import Json

KIND = "discount"


def requested(call: Call, subscription: Json, given: list[Json] | None) -> list[str]:
    """Return the ids of the discounts that the parameter `discounts` of a subscription names. Raises StripeError 400.

    A coupon makes a new discount; `discount` keeps one that the subscription has.
    """
    ids = []
    for index, one in enumerate(given or []):
        param = f"discounts[{index}]"
        if len(one) != 1 or "promotion_code" in one:
            raise invalid(f"Specify one of {param}[coupon] and {param}[discount].", param=param)
        if "coupon" in one:
            ids.append(redeem(call, subscription, one["coupon"], f"{param}[coupon]")["id"])
        elif one["discount"] in subscription["discounts"]:
            ids.append(one["discount"])
        else:
            raise missing(KIND, one["discount"], param=f"{param}[discount]", status=400)
    return ids


def redeem(call: Call, subscription: Json, id_: str, param: str) -> Json:
    """Make a discount from a coupon. Raises StripeError 400 if it is used up, over, or of another currency."""
    found = call.get(coupon.KIND, id_, param=param)
    most, until = found["max_redemptions"], found["redeem_by"]
    if (most is not None and found["times_redeemed"] >= most) or (until is not None and until < call.now):
        raise invalid(f"Coupon expired: {id_}", param=param, code="coupon_expired")
    if found["currency"] not in (None, subscription["currency"]):
        message = f"The coupon's currency {found['currency']} isn't the subscription's, {subscription['currency']}."
        raise invalid(message, param=param)
    found["times_redeemed"] += 1
    call.save(found)
    months = found["duration_in_months"]
    return call.save(
        {
            "id": new_id("di", call.realm.account.id),
            "object": KIND,
            "checkout_session": None,
            "customer": subscription["customer"],
            "customer_account": None,
            "end": billing_periods.add_intervals(call.now, "month", months) if months else None,
            "invoice": None,
            "invoice_item": None,
            "promotion_code": None,
            "source": {"coupon": found["id"], "type": "coupon"},
            "start": call.now,
            "subscription": subscription["id"],
            "subscription_item": None,
            # A deleted coupon goes on.
            "_coupon": found,
        }
    )


def apply(call: Call, subscription: Json, invoice: Json) -> int:
    """Take the subscription's discounts off an invoice, one after the other. Return the sum that is left.

    A discount that applies once is used up by the next invoice, whatever that comes to: also by the one of 0 with which
    a trial begins.
    """
    lines = invoice["lines"]["data"]
    left = [line["amount"] for line in lines]
    amounts, kept = [], []
    for id_ in subscription["discounts"]:
        found = call.get(KIND, id_)
        if found["end"] is not None and found["end"] <= call.now:
            continue
        taken = shares(amount_off(found["_coupon"], sum(left)), left)
        left = [amount - off for amount, off in zip(left, taken, strict=True)]
        amounts.append({"amount": sum(taken), "discount": id_})
        for line, off in zip(lines, taken, strict=True):
            line["discount_amounts"].append({"amount": off, "discount": id_})
        if found["_coupon"]["duration"] != "once":
            kept.append(id_)
    invoice["discounts"] = [one["discount"] for one in amounts]
    invoice["total_discount_amounts"] = amounts
    subscription["discounts"] = kept
    return sum(left)


def amount_off(coupon_: Json, total: int) -> int:
    """Return what a coupon takes off a sum, in minor units: never more than the sum."""
    if coupon_["amount_off"] is not None:
        return int(min(coupon_["amount_off"], total))
    # A percentage has at most two decimals here. Half a unit is rounded up.
    hundredths: int = round(coupon_["percent_off"] * 100)
    return (total * hundredths + 5000) // 10000


def shares(off: int, amounts: list[int]) -> list[int]:
    """Split what is taken off among the lines, in proportion: the last one gets what rounding leaves."""
    total, taken = sum(amounts), 0
    result = []
    for index, amount in enumerate(amounts):
        share = off - taken if index == len(amounts) - 1 else off * amount // (total or 1)
        result.append(share)
        taken += share
    return result
