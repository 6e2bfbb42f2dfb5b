"""Amounts: integers in the currency's smallest unit as Stripe counts it, and the one table of odd currencies.

Source of the table: docs.stripe.com/currencies (zero-decimal, three-decimal and special-case currencies,
minimum and maximum charge amounts).
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.numbers import parse_pattern

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
# Counted in hundredths, though only whole units may be charged.
WHOLE_HUNDREDS = frozenset("ISK UGX".split())

# Least charge per settlement currency, minor units. Where a currency isn't here Stripe converts,
# and its `amount_too_small` has the last word.
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
# Thousands may stand apart, as people write them; a space anywhere else is a slip of the finger.
_PRICE = re.compile(
    rf"(?P<whole>[0-9]{{1,12}}|[0-9]{{1,3}}(?:{_SPACES}[0-9]{{3}}){{1,3}})(?:[.,](?P<fraction>[0-9]{{1,6}}))?"
)


class PriceError(ValueError):
    """A typed price can't be charged; `code` is one of price_format, price_decimals, price_too_small, price_too_large.

    `limit` is the Money that the price missed, where there is one.
    """

    def __init__(self, code: str, limit: "Money | None" = None, decimals: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.limit = limit
        self.decimals = decimals


@dataclass(frozen=True)
class Money:
    """`amount` in the smallest unit of `currency` (upper-case code): 1999 EUR is €19.99, 1999 JPY is ¥1,999."""

    amount: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} are never added")
        return Money(self.amount + other.amount, self.currency)

    def times(self, quantity: int) -> "Money":
        """The price of `quantity` pieces."""
        return Money(self.amount * quantity, self.currency)

    def major_units(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.amount).scaleb(-stripe_decimals(self.currency))

    def decimal_text(self) -> str:
        """As a person types it into a price field: `19.99`, `1999`, `1.250`."""
        return f"{self.major_units():.{shown_decimals(self.currency)}f}"

    def format(self, locale: str) -> str:
        """As people of `locale` (en, uk, ru) read it: €19.99, 19,99 €."""
        pattern = parse_pattern(Locale.parse(locale).currency_formats["standard"].pattern)
        # Babel's own number of decimals is CLDR's, which differs from Stripe's: AFN 10.50 would become "AFN 11".
        pattern.frac_prec = (shown_decimals(self.currency),) * 2
        text: str = pattern.apply(
            self.major_units(), Locale.parse(locale), currency=self.currency, currency_digits=False
        )
        # CLDR's currencySpacing, which Babel leaves out: a code made of letters doesn't touch the digits.
        return re.sub(r"(?<=[^\W\d_])(?=\d)", "\u00a0", text)


def stripe_decimals(currency: str) -> int:
    """How many decimals Stripe's integer has: 0, 2 or 3."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def shown_decimals(currency: str) -> int:
    """How many decimals people see and may type: 0, 2 or 3."""
    return 0 if currency in WHOLE_HUNDREDS else stripe_decimals(currency)


def parse_price(text: str, currency: str) -> Money:
    """A typed price in major units (`19.99` or `19,99`) as Money.

    Signs, exponents, NaN, grouping marks other than spaces between thousands and other scripts' digits are no price.
    Raises PriceError; limits are Stripe's for a charge of one piece.
    """
    return _within_limits(parse_amount(text, currency))


def parse_amount(text: str, currency: str) -> Money:
    """The same without a charge's limits: a part of a price that goes back may be smaller.

    Raises PriceError (price_format, price_decimals).
    """
    match = _PRICE.fullmatch(text.strip())
    if not match:
        raise PriceError("price_format")
    whole, fraction = re.sub(_SPACES, "", match["whole"]), match["fraction"] or ""
    decimals, kept = stripe_decimals(currency), fraction.rstrip("0")
    # Three-decimal currencies are charged in tens of the smallest unit.
    allowed = 2 if decimals == 3 else shown_decimals(currency)
    if len(kept) > allowed or len(fraction) > max(decimals, len(kept)):
        raise PriceError("price_decimals", decimals=allowed)
    return Money(int(whole) * 10**decimals + int((kept or "0").ljust(decimals, "0") if decimals else 0), currency)


def _within_limits(money: Money) -> Money:
    least = Money(MINIMUM_AMOUNTS.get(money.currency, 1), money.currency)
    most = Money(MAXIMUM_AMOUNT, money.currency)
    if money.amount < least.amount:
        raise PriceError("price_too_small", least)
    if money.amount > most.amount:
        raise PriceError("price_too_large", most)
    return money
