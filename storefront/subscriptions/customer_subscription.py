"""A subscription together with its invoices, as pages and emails show it."""

from dataclasses import dataclass

from storefront.models import Invoice, Order, Subscription, paid_installments


@dataclass(frozen=True)
class CustomerSubscription:
    """A subscription with its invoices, newest first."""

    subscription: Subscription
    invoices: list[Invoice]

    @property
    def waiting(self) -> Invoice | None:
        """The newest invoice that the customer can pay now; `Invoice.waiting` without a query.

        None after a withdrawal from the contract: what is open then is about to be voided.
        """
        if self.subscription.unwanted:
            return None
        return next((invoice for invoice in self.invoices if invoice.is_payable), None)

    @property
    def renews(self) -> bool:
        """Whether it renews until it is canceled. A plan ends by itself."""
        subscription = self.subscription
        return subscription.is_running and not subscription.is_plan and not subscription.ends_with_period

    @property
    def installments_paid(self) -> int:
        """How many installments of a plan have been paid."""
        return paid_installments(self.subscription, self.invoices)


def subscription_of_order(order: Order) -> CustomerSubscription | None:
    """The current subscription of a paid order with its invoices, from our rows. None if the order has none."""
    subscription = Subscription.current(order) if order.recurs and order.is_settled else None
    if subscription is None:
        return None
    subscription.order = order
    return CustomerSubscription(subscription, Invoice.all_of(subscription))
