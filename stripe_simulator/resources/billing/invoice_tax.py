"""Taxes of an invoice: the rates of each line, or else those of the subscription, on what the discounts left of it.

An exclusive rate comes on top of a line, an inclusive one is part of it. Each rate is rounded per line, half a unit
away from zero. Source: docs.stripe.com/billing/taxes/tax-rates. Whether an account rounds per line or per invoice is a
setting of its dashboard; the simulator's accounts round per line.
"""

from collections.abc import Iterable
from fractions import Fraction

from stripe_simulator.store import Json


def apply(invoice: Json, subscription: Json, total: int) -> int:
    """Give the lines and the invoice their taxes. Return `total`, the sum after discounts, with exclusive taxes on top.

    Sets `default_tax_rates`, `taxes` of each line, `total_taxes`, `subtotal_excluding_tax` and `total_excluding_tax`.
    """
    invoice["default_tax_rates"] = subscription["default_tax_rates"]
    exempt = {"exempt": "customer_exempt", "reverse": "reverse_charge"}.get(invoice["customer_tax_exempt"])
    lines = invoice["lines"]["data"]
    included_in_subtotal = 0
    for line in lines:
        rates = line.pop("_tax_rates", None) or subscription["default_tax_rates"]
        taxable = line["amount"] - sum(one["amount"] for one in line["discount_amounts"])
        line["taxes"] = [_tax(rate, amount, exempt) for rate, amount in _amounts(rates, taxable, exempt)]
        included_in_subtotal += sum(
            amount for rate, amount in _amounts(rates, line["amount"], exempt) if rate["inclusive"]
        )
    invoice["total_taxes"] = taxes = _sums(tax for line in lines for tax in line["taxes"])
    invoice["subtotal_excluding_tax"] = invoice["subtotal"] - included_in_subtotal
    on_top, included = (_sum(taxes, behavior) for behavior in ("exclusive", "inclusive"))
    invoice["total_excluding_tax"] = total - included
    return total + on_top


def _amounts(rates: list[Json], taxable: int, exempt: str | None) -> list[tuple[Json, int]]:
    """Return each rate with its tax on an amount. Several inclusive rates are parts of the same amount."""
    if exempt:
        return [(rate, 0) for rate in rates]
    percentages = [Fraction(str(rate["percentage"])) for rate in rates]
    all_inclusive = sum(one for one, rate in zip(percentages, rates, strict=True) if rate["inclusive"])
    return [
        (rate, _rounded(taxable * percentage / (100 + all_inclusive)))
        for rate, percentage in zip(rates, percentages, strict=True)
    ]


def _rounded(amount: Fraction) -> int:
    whole = int(abs(amount) + Fraction(1, 2))
    return whole if amount >= 0 else -whole


def _tax(rate: Json, amount: int, exempt: str | None) -> Json:
    return {
        "amount": amount,
        "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxability_reason": exempt or "not_available",
        "taxable_amount": None,
        "type": "tax_rate_details",
    }


def _sums(taxes: Iterable[Json]) -> list[Json]:
    """Return one entry for each rate."""
    sums: dict[str, Json] = {}
    for one in taxes:
        entry = sums.setdefault(one["tax_rate_details"]["tax_rate"], {**one, "amount": 0})
        entry["amount"] += one["amount"]
    return list(sums.values())


def _sum(taxes: list[Json], behavior: str) -> int:
    return sum(one["amount"] for one in taxes if one["tax_behavior"] == behavior)
