"""Emails to the shop's owner. Every admin gets them."""

import re

from storefront.emails.kinds.kind import Kind, owner_kind
from storefront.i18n import N_
from storefront.models import Email, EmailKind, Merchant, needs_customer


def _key_is_refused(email: Email) -> bool:
    """The key was not replaced since. `about` is "merchant-<id>-<date>"."""
    found = re.fullmatch(r"merchant-(\d+)-.*", email.about)
    merchant = Merchant.get_or_none(Merchant.id == int(found[1])) if found else None
    return merchant is None or (merchant.is_connected and merchant.check_problem == "key_invalid")


KINDS: dict[str, Kind] = {
    EmailKind.OWNER_SALE: owner_kind(
        subject=N_("New sale: {title} · {amount}"),
        heading=N_("New sale"),
        body=N_("{name} paid **{amount}** for **{title}**."),
        free_text=(N_("New order: {title}"), N_("{name} ordered **{title}**. There was nothing to pay today.")),
        facts=(
            *("order", "date", "item", "code", "customer", "customer_email", "company", "vat_id"),
            *("card", "tax", "total", "paid_to"),
        ),
        link="admin_order",
    ),
    EmailKind.OWNER_TRIAL: owner_kind(
        subject=N_("New free trial: {title}"),
        heading=N_("New free trial"),
        body=N_(
            "{name} started a free trial of **{title}**, order #{number}. After the trial, **{amount}** is "
            "charged {every}."
        ),
        facts=("order", "customer", "customer_email", "subscription", "first_payment", "price", "paid_to"),
        link="admin_subscription",
    ),
    EmailKind.OWNER_RENEWAL_STOPPED: owner_kind(
        subject=N_("Renewal failed: {amount}, order #{number}"),
        heading=N_("A renewal failed"),
        body=N_(
            "The payment of **{amount}** for **{title}** by {name} failed. {reason}\n\n"
            "The customer was emailed and gets reminders. On the subscription’s page you can send the email "
            "again or copy the payment link."
        ),
        facts=("order", "customer", "subscription", "period", "saved_card", "amount"),
        link="admin_subscription",
        still_applies=lambda email: needs_customer(email.invoice),
    ),
    EmailKind.OWNER_SUBSCRIPTION_ENDED: owner_kind(
        subject=N_("Subscription ended: order #{number}"),
        heading=N_("A subscription ended"),
        body=N_("The subscription to **{title}** by {name} (**{amount}** {every}) has ended. {reason}"),
        facts=("order", "customer", "subscription", "price"),
        link="admin_subscription",
    ),
    EmailKind.OWNER_REFUND_FAILED: owner_kind(
        subject=N_("Refund failed: order #{number}"),
        heading=N_("A refund failed"),
        body=N_(
            "The bank rejected the refund of **{refund_amount}** for order #{number}. The money is back in your "
            "Stripe balance. Return it to {name} another way, for example by bank transfer."
        ),
        facts=("order", "item", "customer", "customer_email", "failed_refund"),
        link="admin_order",
    ),
    EmailKind.OWNER_MISMATCH: owner_kind(
        subject=N_("Payment mismatch: order #{number}"),
        heading=N_("A payment doesn’t match its order"),
        body=N_(
            "Stripe reported a payment that doesn’t match order #{number}. The order wasn’t changed. Compare it "
            "with the payment in Stripe."
        ),
        facts=("order", "item", "customer", "total"),
        link="admin_order",
    ),
    EmailKind.OWNER_PAYMENT_UNKNOWN: owner_kind(
        subject=N_("Payment missing: order #{number}"),
        heading=N_("A payment is missing from the shop"),
        body=N_(
            "Stripe reported a refund or a dispute of a payment for **{title}**, order #{number}. The shop tried "
            "for a day but couldn’t record this payment. Compare the order with its payments in Stripe."
        ),
        facts=("order", "item", "customer"),
        link="admin_order",
    ),
    EmailKind.OWNER_CARD_TESTING: owner_kind(
        subject=N_("Stolen cards are being tested on {title}"),
        heading=N_("Stolen cards are being tested"),
        body=N_(
            "{declines} cards were declined within an hour, the last one on **{title}**, order #{number}. For "
            "the rest of the hour, the shop refuses payments from the IP addresses these cards came from. Other "
            "customers can still pay.\n\n"
            "You don’t have to do anything. If it happens again, archive the offer for a while. Review the "
            "payments in Stripe and refund any that look fraudulent."
        ),
        facts=("order", "item"),
        link="limits",
    ),
    EmailKind.OWNER_CONNECTION: owner_kind(
        subject=N_("Stripe connection lost: {title}"),
        heading=N_("The connection to Stripe is lost"),
        body=N_(
            "Stripe no longer accepts the secret key of **{title}**. Customers can’t pay there until you replace it."
        ),
        facts=("account",),
        link="settings",
        still_applies=_key_is_refused,
    ),
    EmailKind.OWNER_PERMISSION_MISSING: owner_kind(
        subject=N_("Stripe permission missing: {title}"),
        heading=N_("A Stripe permission is missing"),
        body=N_(
            "Stripe refused a request for **{title}** because its secret key lacks the permission "
            "**{permission}**.\n\n"
            "In the Stripe Dashboard, go to Developers → API keys, edit the key and add the permission. Anything "
            "waiting for it continues automatically."
        ),
        facts=("account",),
        link="settings",
    ),
    EmailKind.OWNER_CHARGES_REFUSED: owner_kind(
        subject=N_("Stripe isn’t accepting payments for {title}"),
        heading=N_("Stripe isn’t accepting payments"),
        body=N_(
            "Stripe refuses payments to **{title}**: the account can’t accept payments at the moment. Until this "
            "is resolved, customers can’t buy its offers.\n\nSign in to Stripe: the Dashboard shows what’s missing."
        ),
        facts=("account",),
        link="settings",
    ),
    EmailKind.OWNER_ACCESS_LOST: owner_kind(
        subject=N_("No access to the Stripe account: {title}"),
        heading=N_("No access to the Stripe account"),
        body=N_(
            "The key of **{title}** no longer has access to its Stripe account. Customers can’t pay there.\n\n"
            "Sign in to Stripe and check that the account is still open. Then enter a new secret key in the "
            "settings."
        ),
        facts=("account",),
        link="settings",
    ),
    EmailKind.OWNER_WEBHOOK_LOST: owner_kind(
        subject=N_("Webhook problem: {title}"),
        heading=N_("The webhook needs your attention"),
        body=N_(
            "The webhook of **{title}** in Stripe was deleted, disabled or changed, or it belongs to another "
            "address.\n\n"
            "No events are lost: the shop fetches them from Stripe every minute. Open the settings to see what’s "
            "wrong and to register the webhook again."
        ),
        facts=("account",),
        link="settings",
    ),
    EmailKind.OWNER_BACKUP_FAILED: owner_kind(
        subject=N_("Backup failed"),
        heading=N_("The daily backup failed"),
        body=N_(
            "The shop couldn’t make its daily backup. It tries again every hour.\n\n"
            "Open System status to see why, and when the last good backup was made."
        ),
        link="doctor",
    ),
    EmailKind.OWNER_CLOCK_WRONG: owner_kind(
        subject=N_("The server’s clock is wrong"),
        body=N_(
            "The clock of the shop’s server differs from Stripe’s by more than four minutes. Until it’s fixed, "
            "the shop refuses Stripe’s events and dates are wrong.\n\n"
            "Turn on time synchronization (NTP) on the server."
        ),
        link="doctor",
    ),
    EmailKind.OWNER_PASSWORD_CHANGED: owner_kind(
        subject=N_("Password changed at {shop}"),
        heading=N_("A password was changed"),
        body=N_(
            "The password of **{email}** was changed. Browsers that were signed in with the old password are "
            "signed out.\n\n"
            "If you or another admin changed it, you don’t need to do anything. If not, someone else knows the "
            "old password: set a new one on the server with “flask --app wsgi create-admin”, then check "
            "the latest refunds and the keys of your Stripe accounts."
        ),
        link="password",
    ),
    EmailKind.OWNER_FRAUD_WARNING: owner_kind(
        subject=N_("Possible fraud: order #{number}"),
        heading=N_("Possible fraud"),
        body=N_(
            "The card network warns that the payment of **{amount}** for **{title}** by {name} may be "
            "fraudulent. A dispute often follows.\n\n"
            "If you refund the payment now, there’s no dispute and no dispute fee. Review the order before you "
            "deliver anything."
        ),
        facts=("order", "date", "item", "customer", "customer_email", "card", "total"),
        link="admin_order",
    ),
    EmailKind.OWNER_REVIEW: owner_kind(
        subject=N_("Payment to review: order #{number}"),
        heading=N_("A payment needs your review"),
        body=N_(
            "Stripe marked the payment of **{amount}** for **{title}** by {name} for review. Approve or refund "
            "it in the Stripe Dashboard under Payments → Reviews."
        ),
        facts=("order", "date", "item", "customer", "customer_email", "card", "total"),
        link="admin_order",
    ),
    EmailKind.OWNER_INVOICE_STUCK: owner_kind(
        subject=N_("Renewal not charged: order #{number}"),
        heading=N_("A renewal wasn’t charged"),
        body=N_(
            "Stripe couldn’t finalize an invoice of the subscription to **{title}** by {name}, so **{amount}** "
            "{every} isn’t charged.\n\n"
            "Open the invoice in the Stripe Dashboard to see why. Fix the cause and finalize the invoice there."
        ),
        facts=("order", "customer", "subscription", "price"),
        link="admin_subscription",
    ),
}
