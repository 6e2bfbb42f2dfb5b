"""What the simulated Stripe charges, and its exchange rates. Integers in minor units.

Real fees depend on country and card; these are fixed, so that a shop's sums can be compared with them.
"""

from decimal import ROUND_HALF_UP, Decimal

from stripe_simulator.currencies import THREE_DECIMAL, ZERO_DECIMAL

# 1.5 % and a fixed part, in minor units of currencies with two decimals.
PER_MILLE, FIXED = 15, 25
DISPUTE_FEE = 1500
# What a major unit is worth in euros.
IN_EUROS = {
    "eur": "1",
    "usd": "0.92",
    "gbp": "1.17",
    "chf": "1.04",
    "pln": "0.23",
    "czk": "0.04",
    "uah": "0.022",
    "jpy": "0.0061",
    "huf": "0.0025",
    "kwd": "3",
}


def processing_fee(amount: int, currency: str) -> int:
    """The fee for a charge."""
    return int(rounded(Decimal(amount * PER_MILLE) / 1000)) + scaled(FIXED, currency)


def dispute_fee(currency: str) -> int:
    """The fee for a dispute that withdraws money; it is returned when the dispute is won."""
    return scaled(DISPUTE_FEE, currency)


def scaled(amount: int, currency: str) -> int:
    """The same in a currency with three decimals; without decimals a fixed part is the same number: ¥25."""
    return amount * 10 if currency in THREE_DECIMAL else amount


def exchange_rate(charged: str, settled: str) -> Decimal | None:
    """How many minor units of `settled` one of `charged` is; None for the same currency."""
    if charged == settled:
        return None
    major = Decimal(IN_EUROS.get(charged, "0.5")) / Decimal(IN_EUROS.get(settled, "0.5"))
    return round(major.scaleb(decimals(settled) - decimals(charged)), 8)


def converted(amount: int, rate: Decimal | None) -> int:
    """An amount at this rate."""
    return amount if rate is None else int(rounded(amount * rate))


def rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)


def decimals(currency: str) -> int:
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
