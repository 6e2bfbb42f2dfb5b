"""A subscription with its invoices, as its customer and the owner see it."""

from dataclasses import dataclass

from storefront.models import Invoice, Subscription


@dataclass(frozen=True)
class CustomerSubscription:
    """A subscription with its invoices, newest first; `waiting` is the one that its buyer can pay now."""

    subscription: Subscription
    invoices: list[Invoice]

    @property
    def waiting(self) -> Invoice | None:
        """As `Invoice.waiting` says it, of the rows that are here already."""
        return next((one for one in self.invoices if one.is_payable), None)

    @property
    def goes_on(self) -> bool:
        """Whether it is renewed until somebody ends it; a plan comes to its end by itself."""
        subscription = self.subscription
        return subscription.is_running and not subscription.is_plan and not subscription.cancels_at_period_end

    @property
    def paid(self) -> int:
        """How many periods or instalments have been paid."""
        return sum(1 for one in self.invoices if one.status == "paid" and one.amount > 0)
