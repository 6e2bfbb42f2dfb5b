"""URLs of the shop's public pages and of Stripe's dashboard."""

from storefront import emails
from storefront.models import FoundPayment, Invoice, Merchant, Offer, Order, Payment, Payout, Subscription
from storefront.web.support import shop_config


def offer_url(offer: Offer) -> str:
    """The offer's public page."""
    return f"{shop_config().public_url}/o/{offer.slug}"


def order_url(order: Order) -> str:
    """The order's page as the customer sees it."""
    return f"{shop_config().public_url}/orders/{order.token}"


def account_url(order: Order) -> str:
    """A new link to the account page of the order's customer. Whoever has it sees everything that the customer has.

    It does not prove access to the mailbox, so it neither cancels a subscription nor changes the email address.
    """
    token = emails.make_account_token(order.email, mailed=False)
    return f"{shop_config().public_url}/my/{token}?lang={order.language}"


def stripe_payment_url(payment: Payment) -> str:
    """The payment in Stripe's dashboard, in the right account and mode."""
    return f"{_dashboard(payment.merchant)}/payments/{payment.intent_id}"


def stripe_payout_url(payout: Payout) -> str:
    """The payout in Stripe's dashboard."""
    return f"{_dashboard(payout.merchant)}/payouts/{payout.stripe_id}"


def stripe_found_payment_url(found: FoundPayment) -> str:
    """The payment or subscription in Stripe's dashboard."""
    return f"{_dashboard(found.merchant)}/{'subscriptions' if found.recurs else 'payments'}/{found.stripe_id}"


def stripe_invoice_url(merchant: Merchant, invoice: Invoice) -> str:
    """The invoice in Stripe's dashboard."""
    return f"{_dashboard(merchant)}/invoices/{invoice.invoice_id}"


def stripe_subscription_url(subscription: Subscription) -> str:
    """The subscription in Stripe's dashboard."""
    return stripe_listed_url(subscription.merchant, subscription.subscription_id or "")


def stripe_listed_url(merchant: Merchant, subscription_id: str) -> str:
    """A subscription that is not in the shop, in Stripe's dashboard."""
    return f"{_dashboard(merchant)}/subscriptions/{subscription_id}"


def _dashboard(merchant: Merchant) -> str:
    account = f"/{merchant.stripe_account_id}" if merchant.stripe_account_id else ""
    return f"https://dashboard.stripe.com{account}{'' if merchant.is_live else '/test'}"
