"""A subscription together with its invoices, as pages and emails show it."""

from dataclasses import dataclass

from peewee import JOIN

from storefront.models import Invoice, Merchant, Order, PreparedQuery, Subscription, paid_installments

# One row for each invoice, or one without; the invoice is the attribute `one_invoice`.
_OF_ORDER: PreparedQuery[Subscription] = PreparedQuery(
    lambda order: (
        Subscription.select(Subscription, Merchant, Invoice)
        .join(Merchant)
        .switch(Subscription)
        .join(Invoice, JOIN.LEFT_OUTER, on=(Invoice.subscription == Subscription.id), attr="one_invoice")
        .where(Subscription.order == order)
        .order_by(Subscription.id.desc(), Invoice.created_at.desc(), Invoice.id.desc())
    )
)


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
    rows = _OF_ORDER.all(order.id) if order.recurs and order.is_settled else []
    if not rows:
        return None
    subscription = rows[0]
    subscription.order = order
    invoices = [row.__dict__.get("one_invoice") for row in rows if row.id == subscription.id]
    found = [invoice for invoice in invoices if invoice is not None]
    for invoice in found:
        invoice.__rel__["subscription"] = subscription
    return CustomerSubscription(subscription, found)
