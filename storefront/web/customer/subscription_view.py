"""What templates need to show one subscription."""

from dataclasses import dataclass

from flask import url_for

from storefront import customers, emails, subscriptions
from storefront.customers import Receipt
from storefront.models import Invoice, PlanSwitch, Subscription
from storefront.subscriptions import Action, Cancellation, CustomerSubscription
from storefront.web import shop
from storefront.web.shop import StatusDescription


@dataclass(frozen=True)
class SubscriptionView:
    """A subscription with its status as text and its receipts, newest first."""

    customer_subscription: CustomerSubscription
    status: StatusDescription
    receipts: list[Receipt]

    @property
    def subscription(self) -> Subscription:
        """With its order, offer and merchant."""
        return self.customer_subscription.subscription

    @property
    def open_invoice(self) -> Invoice | None:
        """The invoice that the customer can pay now."""
        return self.customer_subscription.waiting

    @property
    def pay_url(self) -> str:
        """The page that pays the open invoice, also with the saved card: the visitor proved access to the mailbox."""
        order = self.subscription.order
        return url_for("orders.pay", token=order.token, key=emails.make_pay_key(order))

    @property
    def can_change_card(self) -> bool:
        """Whether a new card could still be charged, through a merchant that is connected."""
        return Action.CHANGE_CARD in subscriptions.allowed_actions(self.subscription, "buyer")

    @property
    def can_be_canceled(self) -> bool:
        """Whether there is a cancellation page: the customer can cancel, or reads that only the seller can."""
        return subscriptions.cancellation(self.subscription, "buyer") is not Cancellation.NONE

    @property
    def can_switch_plan(self) -> bool:
        """Whether the offer lets customers switch, and the subscription is in a state for it."""
        return Action.SWITCH_PLAN in subscriptions.allowed_actions(self.subscription, "buyer")

    @property
    def switch(self) -> PlanSwitch | None:
        """The switch that is on its way."""
        found = PlanSwitch.current(self.subscription)
        return found if found is not None and found.is_open else None

    @property
    def can_be_reactivated(self) -> bool:
        """Whether the customer can take back a planned cancellation."""
        return not subscriptions.obstacle(self.subscription, Action.REACTIVATE, "buyer")


def subscription_view(customer_subscription: CustomerSubscription) -> SubscriptionView:
    """The subscription as its page and its panel on the account page show it."""
    return SubscriptionView(
        customer_subscription,
        shop.describe_status(customer_subscription),
        customers.receipts_of(customer_subscription),
    )
