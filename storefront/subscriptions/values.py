"""What the subscriptions that will be charged again are worth in a month."""

import math
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from storefront.models import CounterKind, Counts, counts
from storefront.money import Money

# How often something is charged in a month. A year has 12 months, 52 weeks or 365 days.
TIMES_PER_MONTH = {
    "day": Fraction(365, 12),
    "week": Fraction(52, 12),
    "month": Fraction(1),
    "year": Fraction(1, 12),
}


@dataclass(frozen=True)
class SubscriptionValue:
    """`number` of active subscriptions in one mode and currency, and what they are charged in a month on average.

    Without trials, payment plans, paused ones, and those that will end. The amount is rounded once, half up.
    """

    mode: str
    number: int
    monthly: Money


def subscription_values(counted: Counts | None = None) -> list[SubscriptionValue]:
    """Values by mode and currency, live mode before test. One query; none if SUBSCRIPTION_VALUES are given."""
    counted = counts(CounterKind.SUBSCRIPTION_VALUES) if counted is None else counted
    numbers: dict[tuple[str, str], int] = defaultdict(int)
    amounts: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for one in counted.of(CounterKind.SUBSCRIPTION_VALUES):
        key = one.mode, one.currency
        numbers[key] += one.number
        amounts[key] += one.amount * _times_per_month(one.status)
    rounded = {key: math.floor(amount + Fraction(1, 2)) for key, amount in amounts.items()}
    return [SubscriptionValue(key[0], numbers[key], Money(rounded[key], key[1])) for key in sorted(numbers)]


def _times_per_month(interval: str) -> Fraction:
    """`2 week` is charged so often. Stripe's intervals have at least one unit."""
    every, _space, unit = interval.partition(" ")
    return TIMES_PER_MONTH.get(unit, Fraction(0)) / max(int(every), 1)
