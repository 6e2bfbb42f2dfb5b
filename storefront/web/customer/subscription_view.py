"""What templates need to show one subscription."""

from dataclasses import dataclass

from flask import url_for

from storefront import customers, emails, subscriptions
from storefront.customers import Receipt
from storefront.models import Invoice, Subscription
from storefront.subscriptions import Action, Cancellation, CustomerSubscription
from storefront.web import shop
from storefront.web.shop import SubscriptionStatus


@dataclass(frozen=True)
class SubscriptionView:
    """A subscription, how it stands in words, and the receipts of what was paid."""

    held: CustomerSubscription
    standing: SubscriptionStatus
    receipts: list[Receipt]

    @property
    def subscription(self) -> Subscription:
        """With its order, offer and merchant."""
        return self.held.subscription

    @property
    def waiting(self) -> Invoice | None:
        """What its buyer can pay now."""
        return self.held.waiting

    @property
    def pay_address(self) -> str:
        """Where what waits is paid, with the saved card too: this page's link came to the buyer's own mailbox."""
        order = self.subscription.order
        return url_for("orders.pay", token=order.token, key=emails.make_pay_key(order))

    @property
    def can_change_card(self) -> bool:
        """Whether another card could still be charged, at an account that can be asked."""
        return Action.CHANGE_CARD in subscriptions.allowed_actions(self.subscription, "buyer")

    @property
    def can_be_cancelled(self) -> bool:
        """Whether its buyer can end it, or is told who can."""
        return subscriptions.cancellation(self.subscription, "buyer") is not Cancellation.NONE

    @property
    def can_be_kept(self) -> bool:
        """Whether its buyer can take a planned cancellation back."""
        return not subscriptions.obstacle(self.subscription, Action.REACTIVATE, "buyer")


def subscription_view(held: CustomerSubscription) -> SubscriptionView:
    """The subscription as its page and its panel show it."""
    return SubscriptionView(held, shop.describe_status(held), customers.receipts_of(held))
