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
        subject=N_("Sold: {title} for {amount}"),
        body=N_("{name} has paid **{amount}** for *{title}*, order no. {number}."),
        link="admin_order",
    ),
    EmailKind.OWNER_TRIAL: owner_kind(
        subject=N_("A free trial has begun: {title}"),
        body=N_("{name} tries *{title}*, order no. {number}. After the trial **{amount}** is charged {every}."),
        link="admin_subscription",
    ),
    EmailKind.OWNER_RENEWAL_STOPPED: owner_kind(
        subject=N_("A renewal has stopped: {amount}, order no. {number}"),
        body=N_(
            "**{amount}** for *{title}* by {name} can’t be charged without its customer. {reason}\n\nThe customer has "
            "been written to and is reminded. On the subscription’s page you can send the letter again, or copy the "
            "link to pay."
        ),
        link="admin_subscription",
        still_applies=lambda email: needs_customer(email.invoice),
    ),
    EmailKind.OWNER_SUBSCRIPTION_ENDED: owner_kind(
        subject=N_("A subscription has ended: order no. {number}"),
        body=N_("The subscription to *{title}* by {name} (**{amount}** {every}) has ended. {reason}"),
        link="admin_subscription",
    ),
    EmailKind.OWNER_REFUND_FAILED: owner_kind(
        subject=N_("A refund failed: order no. {number}"),
        body=N_(
            "The bank did not take the refund of **{refund_amount}** for order no. {number}. The money is back in "
            "your Stripe balance: please find another way to return it to {name}."
        ),
        link="admin_order",
    ),
    EmailKind.OWNER_MISMATCH: owner_kind(
        subject=N_("A payment does not fit order no. {number}"),
        body=N_(
            "Stripe told of a payment that differs from what order no. {number} asks. The order was left as it is; "
            "please look at it."
        ),
        link="admin_order",
    ),
    EmailKind.OWNER_PAYMENT_UNKNOWN: owner_kind(
        subject=N_("A payment is missing from the shop: order no. {number}"),
        body=N_(
            "Stripe reports a refund or a dispute of a payment for *{title}*, order no. {number}. The shop "
            "tried for a day but could not record this payment. Please compare the order with its payments "
            "at Stripe."
        ),
        link="admin_order",
    ),
    EmailKind.OWNER_CARD_TESTING: owner_kind(
        subject=N_("Stolen cards are being tested on {title}"),
        body=N_(
            "Within an hour {declines} cards were declined; the last one on *{title}*, order no. {number}. "
            "For the rest of the hour, the shop refuses payments from the IP addresses that these cards "
            "came from. Other buyers can still pay.\n\n"
            "You don’t have to do anything. If it happens again, archive the offer for a while, and review "
            "the payments in Stripe: refund any that look fraudulent."
        ),
        link="limits",
    ),
    EmailKind.OWNER_CONNECTION: owner_kind(
        subject=N_("The connection to Stripe is broken: {title}"),
        body=N_(
            "Stripe no longer accepts the secret key of *{title}*. Nothing can be sold there until it is replaced."
        ),
        link="settings",
        still_applies=_key_is_refused,
    ),
    EmailKind.OWNER_PERMISSION_MISSING: owner_kind(
        subject=N_("A permission is missing at Stripe: {title}"),
        body=N_(
            "Stripe refuses a request of this shop for *{title}*, because its secret key lacks the "
            "permission **{permission}**.\n\n"
            "In the Stripe Dashboard, under Developers → API keys, edit the key and add the permission. "
            "What is waiting for it then continues automatically."
        ),
        link="settings",
    ),
    EmailKind.OWNER_CHARGES_REFUSED: owner_kind(
        subject=N_("Stripe is not accepting payments for {title}"),
        body=N_(
            "Stripe refuses payments to *{title}*: the account can’t accept payments at the moment. Until "
            "this is resolved, its offers can’t be bought.\n\n"
            "Sign in at Stripe: the Dashboard shows what is missing."
        ),
        link="settings",
    ),
    EmailKind.OWNER_ACCESS_LOST: owner_kind(
        subject=N_("No access to the Stripe account: {title}"),
        body=N_(
            "Stripe says that the key of *{title}* no longer has access to the account. Nothing can be sold "
            "there.\n\n"
            "Sign in at Stripe and check whether the account is still open. Then enter a new secret key in "
            "the settings."
        ),
        link="settings",
    ),
    EmailKind.OWNER_WEBHOOK_LOST: owner_kind(
        subject=N_("Stripe’s events don’t reach the shop: {title}"),
        body=N_(
            "The webhook of *{title}* at Stripe needs your attention: it was deleted, disabled or changed, "
            "or it belongs to another address.\n\n"
            "Nothing is lost: the shop fetches the events from Stripe every minute. Open the settings to "
            "see what is wrong and to register the webhook again."
        ),
        link="settings",
    ),
    EmailKind.OWNER_CLOCK_WRONG: owner_kind(
        subject=N_("The server’s clock is wrong"),
        body=N_(
            "The clock of the shop’s server differs from Stripe’s by more than four minutes. Until this is "
            "fixed, the shop refuses Stripe’s events, and dates are wrong.\n\n"
            "Turn on time synchronization (NTP) on the server."
        ),
        link="doctor",
    ),
    EmailKind.OWNER_PASSWORD_CHANGED: owner_kind(
        subject=N_("A password was changed at {shop}"),
        body=N_(
            "The password of **{email}** was changed. All browsers that were signed in with the old one are signed out."
            "\n\n"
            "If you or another admin changed it, there is nothing to do. Otherwise somebody knew the old password: "
            "set a new one on the server with “flask --app wsgi create-admin”, and check the latest refunds and the "
            "keys of your Stripe accounts."
        ),
        link="password",
    ),
    EmailKind.OWNER_FRAUD_WARNING: owner_kind(
        subject=N_("Possible fraud: order no. {number}"),
        body=N_(
            "The card’s network warns that the payment of **{amount}** for *{title}* by {name} may be "
            "fraud. A dispute often follows.\n\n"
            "If you refund the payment now, there is no dispute and no dispute fee. Review the order before "
            "you deliver anything."
        ),
        link="admin_order",
    ),
    EmailKind.OWNER_REVIEW: owner_kind(
        subject=N_("Stripe asks you to review a payment: order no. {number}"),
        body=N_(
            "Stripe marked the payment of **{amount}** for *{title}* by {name} for review. Review it in the "
            "Stripe Dashboard under Payments → Reviews, and approve or refund it there."
        ),
        link="admin_order",
    ),
    EmailKind.OWNER_INVOICE_STUCK: owner_kind(
        subject=N_("A renewal can’t be charged: order no. {number}"),
        body=N_(
            "Stripe could not finalize an invoice of the subscription to *{title}* by {name}, so "
            "**{amount}** {every} is not charged.\n\n"
            "Open the invoice in the Stripe Dashboard to see why. Fix the cause and finalize the invoice "
            "there."
        ),
        link="admin_subscription",
    ),
}
