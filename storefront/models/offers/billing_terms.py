"""How an offer is billed: once, at each interval, or in a fixed number of installments."""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from peewee import CharField, IntegerField

from storefront.models.base import Record

# Stripe's values: docs.stripe.com/api/prices/create#create_price-recurring-interval
INTERVALS = ("day", "week", "month", "year")


class BillingKind(StrEnum):
    """The values are stored in rows and never change."""

    ONE_OFF = "one_off"
    RECURRING = "recurring"
    PLAN = "plan"  # ends after a number of installments


class CancellationTiming(StrEnum):
    """When a subscription ends that its customer cancels. The values are stored in rows and never change."""

    PERIOD_END = "period_end"
    IMMEDIATELY = "now"


class BillingTerms(Record):
    """The price is charged every `every` `interval`s, the first time after `trial_days`.

    A plan ends after `instalments` charges. A one-off offer has the defaults in all fields but `kind`.
    """

    kind = CharField(max_length=10, default=BillingKind.ONE_OFF)
    every = IntegerField(default=1)
    interval = CharField(max_length=5, default="month")
    trial_days = IntegerField(default=0)
    instalments = IntegerField(default=0)
    cancellation = CharField(max_length=10, default=CancellationTiming.PERIOD_END)

    @property
    def recurs(self) -> bool:
        """Whether a subscription charges the card again."""
        return self.kind != BillingKind.ONE_OFF

    @property
    def is_plan(self) -> bool:
        """Whether it ends after a number of installments."""
        return self.kind == BillingKind.PLAN

    @property
    def has_trial(self) -> bool:
        """Whether the first charge comes after a free trial."""
        return self.recurs and self.trial_days > 0

    def second_charge_day(self, start: date) -> date:
        """The day of the next charge after one on `start`, or of the first one after a free trial. As Stripe counts."""
        return start + timedelta(days=self.trial_days) if self.has_trial else self.next_charge_day(start)

    def next_charge_day(self, start: date) -> date:
        """The day of the charge after one on `start`. 31 January is followed by the last day of February."""
        if self.interval in ("day", "week"):
            return start + timedelta(days=self.every * (7 if self.interval == "week" else 1))
        months = start.month - 1 + self.every * (12 if self.interval == "year" else 1)
        year, month = start.year + months // 12, months % 12 + 1
        return date(year, month, min(start.day, monthrange(year, month)[1]))

    def terms(self) -> dict[str, object]:
        """The fields of this class by name. An order copies them from its offer."""
        return {name: getattr(self, name) for name in TERM_FIELDS}

    def terms_code(self) -> str:
        """All terms in one string (`recurring-1-month-14-0-now`), to detect changes since a page was rendered."""
        return str(BillingKind.ONE_OFF) if not self.recurs else "-".join(str(value) for value in self.terms().values())

    @staticmethod
    def terms_of_code(code: str) -> dict[str, object]:
        """The terms that `terms_code` gave. Raises ValueError for any other text."""
        if code == BillingKind.ONE_OFF:
            return dict(zip(TERM_FIELDS, (code, 1, "month", 0, 0, CancellationTiming.PERIOD_END), strict=True))
        kind, every, interval, trial_days, instalments, cancellation = code.split("-")
        if interval not in INTERVALS:
            raise ValueError(code)
        counts = (int(every), interval, int(trial_days), int(instalments))
        values = (BillingKind(kind), *counts, CancellationTiming(cancellation))
        return dict(zip(TERM_FIELDS, values, strict=True))


TERM_FIELDS = ("kind", "every", "interval", "trial_days", "instalments", "cancellation")
