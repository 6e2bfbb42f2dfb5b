"""What templates need to show one subscription."""

from dataclasses import dataclass

from flask import url_for

from storefront import customers as buyers
from storefront.customers import Receipt
from storefront.emails import signed_links as buyers_links
from storefront.models import Invoice, Subscription
from storefront.subscriptions import policy as subscription_policy
from storefront.subscriptions.customer_subscription import Held
from storefront.subscriptions.policy import Action, Cancellation
from storefront.web.shop import subscription_status as standings
from storefront.web.shop.subscription_status import Standing


@dataclass(frozen=True)
class Shown:
    """A subscription, how it stands in words, and the receipts of what was paid."""

    held: Held
    standing: Standing
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
        return url_for("orders.pay", token=order.token, key=buyers_links.pay_key(order))

    @property
    def can_change_card(self) -> bool:
        """Whether another card could still be charged, at an account that can be asked."""
        return Action.CHANGE_CARD in subscription_policy.allowed_actions(self.subscription, "buyer")

    @property
    def can_be_cancelled(self) -> bool:
        """Whether its buyer can end it, or is told who can."""
        return subscription_policy.cancellation(self.subscription, "buyer") is not Cancellation.NONE

    @property
    def can_be_kept(self) -> bool:
        """Whether its buyer can take a planned cancellation back."""
        return not subscription_policy.obstacle(self.subscription, Action.KEEP, "buyer")


def shown(held: Held) -> Shown:
    """The subscription as its page and its panel show it."""
    return Shown(held, standings.of(held), buyers.receipts_of_subscription(held))
