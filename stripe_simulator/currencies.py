"""What can be charged: decimals, least and greatest amounts, in minor units of the currency.

The table of odd currencies is Stripe's (docs.stripe.com/currencies).
"""

from stripe_simulator.errors import StripeError, invalid

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
# Sent with two decimals for historical reasons, although nothing smaller than one unit exists.
WHOLE_UNITS_ONLY = frozenset(["isk", "ugx"])

CHARGEABLE = frozenset(
    """aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd
    cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd
    hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad
    mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln
    pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs
    uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw""".split()
)

LEAST = {
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
# Elsewhere Stripe converts into the settlement currency; these stand for about half a dollar.
ROUGHLY_LEAST = {
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
GREATEST = 99_999_999
GREATEST_WIDE = 999_999_999_999
WIDE = frozenset(["idr", "inr", "cop", "huf", "lbp"])


def check_amount(amount: int, currency: str) -> None:
    """Refuses, as Stripe does, what can't be charged. `amount` is in minor units.

    Raises StripeError with `amount_too_small`, `amount_too_large` or `parameter_invalid_integer`.
    """
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.", param="amount", code="parameter_invalid_integer"
        )
    least = LEAST.get(currency) or ROUGHLY_LEAST.get(currency) or 50
    if amount < least:
        words = f"Amount must be at least {in_words(least, currency)}"
        raise invalid(words, param="amount", code="amount_too_small")
    greatest = GREATEST_WIDE if currency in WIDE else GREATEST
    if amount > greatest:
        words = f"Amount must be no more than {in_words(greatest, currency)}"
        raise invalid(words, param="amount", code="amount_too_large")
    check_last_digits(amount, currency)


def check_last_digits(amount: int, currency: str) -> None:
    """ISK and UGX come in whole units, three-decimal currencies in tens of their smallest unit."""
    step = 100 if currency in WHOLE_UNITS_ONLY else 10 if currency in THREE_DECIMAL else 1
    if amount % step:
        words = f"Invalid amount for {currency}: it must be divisible by {step}."
        raise invalid(words, param="amount", code="parameter_invalid_integer")


def unsupported(currency: str, supported: list[str]) -> StripeError:
    """A currency this account can't charge."""
    words = f"Invalid currency: {currency}. Stripe currently supports these currencies: {', '.join(supported)}"
    return invalid(words, param="currency")


def in_words(amount: int, currency: str) -> str:
    """`€0.50 eur`, `¥50 jpy`: the way Stripe writes an amount in its messages."""
    sign = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}.get(currency, "")
    if currency in ZERO_DECIMAL:
        return f"{sign}{amount:,} {currency}"
    decimals = 3 if currency in THREE_DECIMAL else 2
    whole, rest = divmod(amount, 10**decimals)
    return f"{sign}{whole:,}.{rest:0{decimals}d} {currency}"
