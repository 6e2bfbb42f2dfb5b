"""Billing rules: the limits of an offer's billing interval, free trial and installments."""

from storefront.models import BillingKind, BillingTerms, CancellationTiming

# Stripe allows at most three years between two charges. In units of each interval:
# Source: docs.stripe.com/api/prices/create#create_price-recurring-interval_count
MAX_EVERY = {"day": 1095, "week": 156, "month": 36, "year": 3}
# Source: docs.stripe.com/api/subscriptions/create#create_subscription-trial_period_days
MAX_TRIAL_DAYS = 730
# Our own limit, from the first installment to the last: five years, since few cards are valid longer.
MAX_PLAN_LENGTH = {"day": 1825, "week": 260, "month": 60, "year": 5}
MAX_INSTALLMENTS = 120


def reset_unused_terms(offer: BillingTerms) -> None:
    """Reset fields that this kind of offer does not use to their defaults."""
    defaults: dict[str, object] = {}
    if not offer.recurs:
        defaults |= {"every": 1, "interval": "month"}
    if offer.kind != BillingKind.RECURRING:
        defaults |= {"trial_days": 0, "cancellation": CancellationTiming.PERIOD_END}
    if not offer.is_plan:
        defaults["instalments"] = 0
    for name, value in defaults.items():
        setattr(offer, name, value)


def billing_errors(offer: BillingTerms) -> tuple[dict[str, list[str]], dict[str, object]]:
    """Error codes by field, and values for the error messages.

    Codes: every_range, trial_range, instalments_range, plan_too_long.
    """
    if not offer.recurs:
        return {}, {}
    errors: dict[str, list[str]] = {}
    if not 1 <= offer.every <= MAX_EVERY[offer.interval]:
        errors["every"] = ["every_range"]
    if not 0 <= offer.trial_days <= MAX_TRIAL_DAYS:
        errors["trial_days"] = ["trial_range"]
    max_installments = _max_installments(offer)
    if offer.is_plan and not 2 <= offer.instalments <= MAX_INSTALLMENTS:
        errors["instalments"] = ["instalments_range"]
    elif offer.is_plan and not errors and offer.instalments > max_installments:
        errors["instalments"] = ["plan_too_long"]
    return errors, {"longest": MAX_EVERY[offer.interval], "most": max_installments}


def _max_installments(offer: BillingTerms) -> int:
    """How many installments fit into the longest plan; at least two for every interval that Stripe allows."""
    return min(MAX_INSTALLMENTS, MAX_PLAN_LENGTH[offer.interval] // max(1, offer.every) + 1)
