"""Money: amounts in minor units as Stripe counts them, and the currencies with other than two decimals.

Source of the tables: docs.stripe.com/currencies (zero-decimal, three-decimal and special-case currencies,
minimum and maximum charge amounts).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_symbol, parse_pattern

CURRENCIES = tuple(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ
    GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD
    LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK
    PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TND TOP
    TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
    """.split()
)

ZERO_DECIMAL = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE_DECIMAL = frozenset("BHD JOD KWD OMR TND".split())
# Amounts are in hundredths, but only whole units can be charged.
WHOLE_UNITS_ONLY = frozenset("ISK UGX".split())

# Signs that CLDR writes for a currency in the narrow form, in each language: 24,90 € in Ukrainian too, where CLDR's
# standard form is the code. Only currencies whose sign no other one here shares: a Canadian "$" would be read as the
# dollar of the United States, so such currencies keep the standard form of the language (CA$).
NARROW_SYMBOLS = dict(
    pair.split(":")
    for pair in """
    AMD:֏ AZN:₼ BDT:৳ CRC:₡ CZK:Kč EUR:€ GBP:£ GEL:₾ GTQ:Q HUF:Ft IDR:Rp ILS:₪ INR:₹ JPY:¥ KHR:៛ KRW:₩ KZT:₸ LAK:₭
    MGA:Ar MNT:₮ MYR:RM NGN:₦ PHP:₱ PLN:zł PYG:₲ RON:lei RUB:₽ THB:฿ TRY:₺ UAH:₴ USD:$ VND:₫
    """.split()
)

# Minimum charge in minor units, by settlement currency. Stripe converts other currencies and checks their minimum
# itself (error `amount_too_small`).
MINIMUM_AMOUNTS = {
    **dict.fromkeys("USD AUD BRL CAD CHF EUR INR NZD SGD".split(), 50),
    "GBP": 30,
    "BGN": 100,
    **dict.fromkeys("AED MYR PLN RON".split(), 200),
    "DKK": 250,
    **dict.fromkeys("NOK SEK".split(), 300),
    "HKD": 400,
    **dict.fromkeys("MXN THB".split(), 1000),
    "CZK": 1500,
    "JPY": 50,
    "HUF": 17500,
}
MAXIMUM_AMOUNT = 99_999_999

_SPACES = "[ \u00a0\u202f]"
# Spaces are allowed only between groups of thousands; elsewhere they are probably a typing error.
_PRICE = re.compile(
    rf"(?P<whole>[0-9]{{1,12}}|[0-9]{{1,3}}(?:{_SPACES}[0-9]{{3}}){{1,3}})(?:[.,](?P<fraction>[0-9]{{1,6}}))?"
)


# One comma or point before exactly three digits, and nothing else that tells thousands from decimals.
_TWO_READINGS = re.compile(r"(?P<whole>[1-9][0-9]{0,2})(?P<separator>[.,])(?P<group>[0-9]{3})")


class PriceError(ValueError):
    """A price that can't be charged.

    `code` is price_format, price_decimals, price_ambiguous, price_too_small or price_too_large. `details` fill the
    placeholders of its text: `currency`; `limit` (Money), the minimum or maximum; `decimals`, the number allowed; and
    `typed` with its two readings `whole` and `decimal`, each as it may be typed.
    """

    def __init__(self, code: str, currency: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = {"currency": currency, **details}


@dataclass(frozen=True)
class Money:
    """`amount` in minor units of `currency` (upper-case code): 1999 EUR is €19.99, 1999 JPY is ¥1,999."""

    amount: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    def times(self, quantity: int) -> "Money":
        """This price for `quantity` units."""
        return Money(self.amount * quantity, self.currency)

    def major_units(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.amount).scaleb(-stripe_decimals(self.currency))

    def decimal_text(self) -> str:
        """The amount in major units without the currency, as in price fields and exports: `19.99`, `1999`, `1.250`."""
        return f"{self.major_units():.{display_decimals(self.currency)}f}"

    def format(self, locale: str) -> str:
        """The amount with its currency in the format of `locale` (en, uk, ru): €19.99, 19,99 €."""
        return _formatted(self, locale)


@lru_cache(maxsize=2000)
def _formatted(money: Money, locale: str) -> str:
    pattern = parse_pattern(Locale.parse(locale).currency_formats["standard"].pattern)
    # Babel takes the number of decimals from CLDR, which differs from Stripe's: AFN 10.50 would become "AFN 11".
    pattern.frac_prec = (display_decimals(money.currency),) * 2
    symbol = NARROW_SYMBOLS.get(money.currency) or get_currency_symbol(money.currency, locale)
    # Babel knows the standard symbols only, and writes them for each "¤" of the pattern.
    (before, before_minus), (after, after_minus) = pattern.prefix, pattern.suffix
    pattern.prefix = before.replace("¤", symbol), before_minus.replace("¤", symbol)
    pattern.suffix = after.replace("¤", symbol), after_minus.replace("¤", symbol)
    text: str = pattern.apply(money.major_units(), Locale.parse(locale), currency_digits=False)
    # CLDR's currencySpacing, which Babel does not implement: a space between a currency code and the digits.
    return re.sub(r"(?<=[^\W\d_])(?=\d)", "\u00a0", text)


def stripe_decimals(currency: str) -> int:
    """The number of decimals in Stripe's amounts: 0, 2 or 3."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def display_decimals(currency: str) -> int:
    """The number of decimals that are displayed and may be entered: 0, 2 or 3."""
    return 0 if currency in WHOLE_UNITS_ONLY else stripe_decimals(currency)


def charge_step(currency: str) -> int:
    """Amounts that can be charged are multiples of this, in minor units."""
    return 10 if currency in THREE_DECIMAL else 100 if currency in WHOLE_UNITS_ONLY else 1


def display_step(currency: str) -> int:
    """Amounts that can be shown are multiples of this, in minor units: a part of a charge need not be chargeable."""
    return 100 if currency in WHOLE_UNITS_ONLY else 1


def minimum_charge(currency: str) -> Money:
    """The least amount that can be charged, as far as it is known here: Stripe has the last word."""
    return Money(MINIMUM_AMOUNTS.get(currency, 1), currency)


def parse_price(text: str, currency: str) -> Money:
    """Parse a price in major units (`19.99` or `19,99`) and check Stripe's minimum and maximum charge.

    Raises PriceError. Signs, exponents, NaN, digits of other scripts and thousands separators other than spaces are
    price_format.
    """
    return check_limits(parse_amount(text, currency))


def parse_amount(text: str, currency: str) -> Money:
    """Parse an amount as `parse_price` does, but without a minimum or maximum: a refund may be smaller than a charge.

    Raises PriceError (price_format, price_decimals, price_ambiguous).
    """
    match = _PRICE.fullmatch(text.strip())
    if not match:
        raise PriceError("price_format", currency)
    _refuse_two_readings(text.strip(), currency)
    whole, fraction = re.sub(_SPACES, "", match["whole"]), match["fraction"] or ""
    decimals, significant = stripe_decimals(currency), fraction.rstrip("0")
    # Stripe requires the last digit of three-decimal amounts to be 0.
    allowed = 2 if decimals == 3 else display_decimals(currency)
    if len(significant) > allowed or len(fraction) > max(decimals, len(significant)):
        raise PriceError("price_decimals", currency, decimals=allowed)
    return Money(
        int(whole) * 10**decimals + int((significant or "0").ljust(decimals, "0") if decimals else 0), currency
    )


def _refuse_two_readings(text: str, currency: str) -> None:
    """Raise PriceError (price_ambiguous) for `1,000`: a thousand, or one with three decimals.

    A point is the decimal point of price fields. It is doubted only where no such amount is written: with zeros beyond
    the currency's decimals (`1.500` EUR).
    """
    match = _TWO_READINGS.fullmatch(text)
    if not match:
        return
    whole, group = match["whole"], match["group"]
    if match["separator"] == "." and (stripe_decimals(currency) == 3 or not group.endswith("00")):
        return
    significant = group.rstrip("0")
    fraction = significant.ljust(min(display_decimals(currency), 2), "0")
    decimal = f"{whole}.{fraction}" if fraction else whole
    raise PriceError("price_ambiguous", currency, typed=text, whole=f"{whole}{group}", decimal=decimal)


def check_limits(money: Money) -> Money:
    """The amount, if Stripe charges as little and as much. Raises PriceError (price_too_small, price_too_large)."""
    minimum = minimum_charge(money.currency)
    maximum = Money(MAXIMUM_AMOUNT, money.currency)
    if money.amount < minimum.amount:
        raise PriceError("price_too_small", money.currency, limit=minimum)
    if money.amount > maximum.amount:
        raise PriceError("price_too_large", money.currency, limit=maximum)
    return money
