"""The page that pays a failed renewal: the customer confirms the saved card or types another one."""

from flask import Response, abort, render_template, request, url_for

from storefront import emails, subscriptions
from storefront.models import Invoice, Order, Subscription
from storefront.subscriptions import CustomerSubscription
from storefront.web import support
from storefront.web.shop import payment_form, renewal_messages, subscription_status


def show(order: Order, key: str, refreshed: str) -> str:
    """The payment form for the open invoice, or a page that says nothing is due.

    `key` is the signed key of an email's link: with a valid one the page shows the saved card. `refreshed` is the
    outcome of the refresh from Stripe, see `orders`.
    """
    customer_subscription = subscriptions.subscription_of_order(order)
    if customer_subscription is None or customer_subscription.waiting is None:
        return _nothing_to_pay(order, customer_subscription, refreshed)
    if not customer_subscription.subscription.merchant.takes_payments:
        # A card typed here could not be charged.
        return render_template("orders/renewal_not_payable.html", order=order)
    invoice = customer_subscription.waiting
    has_saved_card = bool(key) and emails.is_valid_pay_key(order, key)
    return render_template(
        "orders/pay_renewal.html",
        order=order,
        invoice=invoice,
        failure=renewal_messages.failure_message(invoice, has_saved_card, customer_subscription.subscription.is_link),
        key=key,
        is_key_valid=has_saved_card,
        link_sent="sent" in request.args,
        payment=_payment_form(order, customer_subscription.subscription, invoice, key if has_saved_card else ""),
    )


def start_payment(order: Order) -> Response:
    """The client secret for the open invoice; or the order's address if nothing is due any more. For the script."""
    customer_subscription = subscriptions.subscription_of_order(order)
    if customer_subscription is None:
        abort(404)
    address, proof = request.remote_addr or "", request.form.get("proof", "")
    return payment_form.checkout_started(subscriptions.start_renewal_payment(customer_subscription, address, proof))


def _nothing_to_pay(order: Order, customer_subscription: CustomerSubscription | None, refreshed: str) -> str:
    """The invoice has been paid meanwhile, the subscription has ended, or nothing was ever due."""
    last_renewal = status = None
    if customer_subscription is not None:
        last_renewal = next((invoice for invoice in customer_subscription.invoices if not invoice.is_first), None)
        status = subscription_status.describe_status(customer_subscription)
    return render_template(
        "orders/nothing_to_pay.html",
        order=order,
        customer_subscription=customer_subscription,
        subscription_status=status,
        last_renewal=last_renewal,
        refreshed=refreshed,
    )


def _payment_form(order: Order, subscription: Subscription, invoice: Invoice, key: str) -> dict[str, object]:
    """With a valid key from an email the form offers the saved card. The order's token alone never reveals it."""
    return payment_form.payment_form(
        subscription.merchant,
        url_for("orders.resume_payment", token=order.token, lang=support.current_language(), key=key or None),
        invoice.total,
        asks_customer=False,
        wallets=_wallets(subscription),
        mode="subscription",
        due=invoice.total,
        button=renewal_messages.pay_button(invoice, bool(key)),
        saved=_saved_card(subscription, invoice) if key else None,
    )


def _wallets(subscription: Subscription) -> str:
    """The wallets that may pay the invoice: its types are those that the subscription began with.

    Stripe refuses a payment where the page has said other types than the intent has.
    """
    merchant = subscription.merchant
    if subscription.payment.takes_link == merchant.takes_link:
        return str(merchant.wallets)
    others = [name for name in merchant.wallets.split() if name != "link"]
    return "" if subscription.payment.takes_link else " ".join(others)


def _saved_card(subscription: Subscription, invoice: Invoice) -> dict[str, object] | None:
    """The saved card for the form, or Link. It is preselected if it only has to be confirmed, not if it was declined.

    None without one, and for a payment method of another kind, which was saved elsewhere.
    """
    if not subscription.card_id or not (subscription.card_last4 or subscription.is_link):
        return None
    return {
        "id": subscription.card_id,
        "is_link": subscription.is_link,
        "brand": subscription.card_brand,
        "last4": subscription.card_last4,
        "expiry": support.card_expiry(subscription.card_exp_month, subscription.card_exp_year),
        "chosen": invoice.asks_bank,
    }
