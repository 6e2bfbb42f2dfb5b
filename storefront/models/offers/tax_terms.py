"""The tax of what is sold: its name, its rate, and for offers other rates by the customer's country."""

from decimal import Decimal

from peewee import BooleanField, CharField, IntegerField

from storefront.models.base import JsonField, Record

MAX_TAX_NAME = 40
# Rates are stored in thousandths of a percent: 20 % is 20000, 9.975 % is 9975.
RATE_UNITS = 1000


def percent_of(rate: int) -> Decimal:
    """The percentage of a stored rate without needless zeros: 20000 is 20, 9975 is 9.975."""
    percent = Decimal(rate) / RATE_UNITS
    return percent.to_integral_value() if percent == percent.to_integral_value() else percent.normalize()


class TaxTerms(Record):
    """The tax of an offer or a payment request. `tax_rate` in thousandths of a percent; None: no tax.

    `tax_included`: prices contain the tax, else it is added to them.
    """

    tax_name = CharField(max_length=MAX_TAX_NAME, default="")
    tax_rate = IntegerField(null=True)
    tax_included = BooleanField(default=True)

    @property
    def has_tax(self) -> bool:
        """Whether its price has a tax, perhaps of 0 %."""
        return self.tax_rate is not None


class OfferTax(TaxTerms):
    """`tax_rates` are {country: rate} for customers of these countries (ISO 3166 alpha-2), in place of `tax_rate`."""

    tax_rates = JsonField(default=dict)

    asks_country: bool
    asks_shipping: bool

    @property
    def needs_country(self) -> bool:
        """Whether checkout asks for the customer's country: the owner wants it, or tax or shipping depend on it."""
        return self.asks_country or self.asks_shipping or bool(self.has_tax and self.tax_rates)

    def rate_in(self, country: str) -> int:
        """The rate for customers of a country, "" while it is not known."""
        return int(self.tax_rates.get(country, self.tax_rate or 0))
