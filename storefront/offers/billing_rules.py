"""The rules of an offer's rhythm: what Stripe charges again, how often, and for how long."""

from storefront.models import Offer

# The longest time between two charges: three years, in each interval.
# Source: docs.stripe.com/api/prices/create#create_price-recurring-interval_count
LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}
# Source: docs.stripe.com/api/subscriptions/create#create_subscription-trial_period_days
LONGEST_TRIAL_DAYS = 730
# Ours, from the first instalment to the last: few cards live longer than five years.
LONGEST_PLAN = {"day": 1825, "week": 260, "month": 60, "year": 5}
MOST_INSTALMENTS = 120


def reset_unused_terms(offer: Offer) -> None:
    """Set at rest what doesn't apply to the offer's kind: trials are of subscriptions, instalments of plans."""
    at_rest: dict[str, object] = {}
    if not offer.recurs:
        at_rest |= {"every": 1, "interval": "month"}
    if offer.kind != "recurring":
        at_rest |= {"trial_days": 0, "cancellation": "period_end"}
    if not offer.is_plan:
        at_rest["instalments"] = 0
    for name, value in at_rest.items():
        setattr(offer, name, value)


def billing_errors(offer: Offer) -> tuple[dict[str, list[str]], dict[str, object]]:
    """Error codes by field (every_range, trial_range, instalments_range, plan_too_long), and what their words need."""
    if not offer.recurs:
        return {}, {}
    errors: dict[str, list[str]] = {}
    if not 1 <= offer.every <= LONGEST[offer.interval]:
        errors["every"] = ["every_range"]
    if not 0 <= offer.trial_days <= LONGEST_TRIAL_DAYS:
        errors["trial_days"] = ["trial_range"]
    most = _most_instalments(offer)
    if offer.is_plan and not 2 <= offer.instalments <= MOST_INSTALMENTS:
        errors["instalments"] = ["instalments_range"]
    elif offer.is_plan and not errors and offer.instalments > most:
        errors["instalments"] = ["plan_too_long"]
    return errors, {"longest": LONGEST[offer.interval], "most": most}


def _most_instalments(offer: Offer) -> int:
    """How many fit into the longest plan: two at least, in any rhythm that Stripe knows."""
    return min(MOST_INSTALMENTS, LONGEST_PLAN[offer.interval] // max(1, offer.every) + 1)
