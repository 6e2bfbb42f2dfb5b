"""How something is paid: once, again and again, or in a number of instalments."""

from peewee import CharField, IntegerField

from storefront.models.base import Record

OFFER_KINDS = ("one_off", "recurring", "plan")
INTERVALS = ("day", "week", "month", "year")
# When a buyer who cancels loses what was bought: with the period that is paid, or at once.
CANCELLATIONS = ("period_end", "now")


class BillingTerms(Record):
    """What an offer asks and what its order was promised; a one-off leaves all but `kind` at rest.

    Every `every` `interval`s the price is due; `trial_days` before the first time; a plan ends after `instalments`.
    """

    kind = CharField(max_length=10, default="one_off")
    every = IntegerField(default=1)
    interval = CharField(max_length=5, default="month")
    trial_days = IntegerField(default=0)
    instalments = IntegerField(default=0)
    cancellation = CharField(max_length=10, default="period_end")

    @property
    def recurs(self) -> bool:
        """Whether Stripe charges the card again by itself."""
        return self.kind != "one_off"

    @property
    def is_plan(self) -> bool:
        """Whether it ends after a number of instalments."""
        return self.kind == "plan"

    @property
    def has_trial(self) -> bool:
        """Whether nothing is charged at the start."""
        return self.recurs and self.trial_days > 0

    def terms(self) -> dict[str, object]:
        """The fields of this class by name: what an order takes over from its offer."""
        return {name: getattr(self, name) for name in TERM_FIELDS}

    def terms_code(self) -> str:
        """The rhythm in one word, for comparing what a page showed with what is: `recurring-1-month-14-0-now`."""
        return "one_off" if not self.recurs else "-".join(str(value) for value in self.terms().values())


TERM_FIELDS = ("kind", "every", "interval", "trial_days", "instalments", "cancellation")
