"""Sharing an amount so that the parts add up to it."""

from collections.abc import Sequence


def share(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of `amount` in proportion to the weights, in whole minor units, by the largest remainder.

    They always add up to `amount`. Of equal remainders the first one gets the unit. Without any weight the first part
    gets all.
    """
    total = sum(weights)
    if not total:
        return [amount if not position else 0 for position in range(len(weights))]
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(amount * weights[at] % total), at))
    for at in by_remainder[: amount - sum(parts)]:
        parts[at] += 1
    return parts
