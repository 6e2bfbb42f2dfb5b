"""Currency rules: decimals, minimum and maximum amounts in minor units of the currency.

The table of special currencies is Stripe's (docs.stripe.com/currencies).
"""

from stripe_simulator.errors import StripeError, invalid

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
# Sent with two decimals for historical reasons, although the smallest amount is one unit.
WHOLE_UNITS_ONLY = frozenset(["isk", "ugx"])

SUPPORTED_CURRENCIES = frozenset(
    """aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd
    cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd
    hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad
    mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln
    pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs
    uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw""".split()
)

MINIMUM = {
    **dict.fromkeys("usd aud brl cad chf eur inr nzd sgd".split(), 50),
    **dict.fromkeys("aed myr pln ron".split(), 200),
    **dict.fromkeys("mxn thb".split(), 1000),
    **dict.fromkeys("nok sek".split(), 300),
    "gbp": 30,
    "bgn": 100,
    "dkk": 250,
    "hkd": 400,
    "czk": 1500,
    "jpy": 50,
    "huf": 17500,
}
# For other currencies Stripe converts into the settlement currency; these values are about half a dollar.
APPROXIMATE_MINIMUM = {
    "kwd": 150,
    "bhd": 190,
    "omr": 190,
    "jod": 350,
    "tnd": 1550,
    "isk": 7000,
    "ugx": 180000,
    "krw": 700,
    "clp": 480,
    "vnd": 13000,
    "idr": 820000,
    "uah": 2100,
    "rub": 4000,
    "try": 2100,
}
MAXIMUM = 99_999_999
HIGH_MAXIMUM = 999_999_999_999
HIGH_LIMIT_CURRENCIES = frozenset(["idr", "inr", "cop", "huf", "lbp"])


def check_amount(amount: int, currency: str) -> None:
    """Check an amount in minor units against Stripe's limits.

    Raises StripeError with `amount_too_small`, `amount_too_large` or `parameter_invalid_integer`.
    """
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.", param="amount", code="parameter_invalid_integer"
        )
    minimum = MINIMUM.get(currency) or APPROXIMATE_MINIMUM.get(currency) or 50
    if amount < minimum:
        message = f"Amount must be at least {format_amount(minimum, currency)}"
        raise invalid(message, param="amount", code="amount_too_small")
    maximum = HIGH_MAXIMUM if currency in HIGH_LIMIT_CURRENCIES else MAXIMUM
    if amount > maximum:
        message = f"Amount must be no more than {format_amount(maximum, currency)}"
        raise invalid(message, param="amount", code="amount_too_large")
    check_divisibility(amount, currency)


def check_divisibility(amount: int, currency: str) -> None:
    """Check that ISK and UGX amounts are whole units, and amounts with three decimals end in 0."""
    step = 100 if currency in WHOLE_UNITS_ONLY else 10 if currency in THREE_DECIMAL else 1
    if amount % step:
        message = f"Invalid amount for {currency}: it must be divisible by {step}."
        raise invalid(message, param="amount", code="parameter_invalid_integer")


def unsupported_currency(currency: str, supported: list[str]) -> StripeError:
    """Return the error for a currency that this account can't charge."""
    message = f"Invalid currency: {currency}. Stripe currently supports these currencies: {', '.join(supported)}"
    return invalid(message, param="currency")


def format_amount(amount: int, currency: str) -> str:
    """Format an amount as Stripe does in its messages: `€0.50 eur`, `¥50 jpy`."""
    sign = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}.get(currency, "")
    if currency in ZERO_DECIMAL:
        return f"{sign}{amount:,} {currency}"
    decimals = 3 if currency in THREE_DECIMAL else 2
    whole, rest = divmod(amount, 10**decimals)
    return f"{sign}{whole:,}.{rest:0{decimals}d} {currency}"
