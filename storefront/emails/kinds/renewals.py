"""Emails to customers about one invoice: its receipt, or what is needed to pay it."""

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import Email, EmailKind, EmailState, EmailTopic, InvoiceNeed, needs_customer, now


def _needs_authentication(email: Email) -> bool:
    return (
        email.invoice is not None
        and email.invoice.needs == InvoiceNeed.AUTHENTICATION
        and needs_customer(email.invoice)
    )


def _needs_card(email: Email) -> bool:
    return email.invoice is not None and email.invoice.needs == InvoiceNeed.CARD and needs_customer(email.invoice)


def _is_latest_reminder(email: Email) -> bool:
    """Send only the newest of several due reminders. More are due after days without a mail server, for example."""
    newer = Email.select().where(
        Email.kind == email.kind, Email.invoice == email.invoice, Email.id > email.id, Email.state == EmailState.WAITING
    )
    return needs_customer(email.invoice) and not newer.where(Email.due_at <= now()).exists()


def _can_be_paid(email: Email) -> bool:
    return email.invoice is None or needs_customer(email.invoice)


KINDS: dict[str, Kind] = {
    EmailKind.RENEWAL_RECEIPT: Kind(
        subject=N_("Receipt for {title} · {amount}"),
        heading=N_("Thank you for your payment"),
        body=N_(
            "Hi {name},\n\nWe’ve received your payment of **{amount}** for **{title}**.\n\n"
            "You can find all your receipts in your account."
        ),
        facts=("order", "date", "item", "period", "card", "statement", "invoice", "tax", "total"),
        button=N_("View receipts"),
        link="account",
    ),
    EmailKind.PAID_OUTSIDE: Kind(
        subject=N_("Payment received: {title}"),
        heading=N_("Thank you for your payment"),
        body=N_(
            "Hi {name},\n\n"
            "The seller has recorded your payment of **{amount}** for **{title}**, order #{number}. Your card "
            "wasn’t charged for it."
        ),
        facts=("order", "date", "item", "period", "invoice", "tax", "total"),
        button=N_("View receipts"),
        link="account",
        delivers=True,
    ),
    EmailKind.RENEWAL_AUTHENTICATION: Kind(
        subject=N_("Action needed: confirm your {amount} payment"),
        heading=N_("Confirm your payment"),
        body=N_(
            "Hi {name},\n\n"
            "Your bank needs you to confirm the **{amount}** payment for **{title}**. You haven’t been charged "
            "yet.\n\nBanks ask for this from time to time. Nothing is wrong with your card."
        ),
        facts=("order", "item", "period", "saved_card", "amount"),
        button=N_("Confirm payment"),
        link="pay_with_key",
        still_applies=_needs_authentication,
    ),
    EmailKind.RENEWAL_DECLINED: Kind(
        subject=N_("Your {amount} payment failed"),
        heading=N_("Your payment failed"),
        body=N_(
            "Hi {name},\n\nWe couldn’t charge your card for **{title}**. You haven’t been charged. {reason}\n\n"
            "Pay with another card. We’ll use it for future payments too."
        ),
        facts=("order", "item", "period", "saved_card", "amount"),
        button=N_("Pay with another card"),
        link="pay_with_key",
        still_applies=_needs_card,
    ),
    EmailKind.RENEWAL_REMINDER: Kind(
        subject=N_("Reminder: your {amount} payment is due"),
        heading=N_("Your payment is still due"),
        body=N_(
            "Hi {name},\n\nYour payment of **{amount}** for **{title}** is still due. {reason}\n\n"
            "If you’ve just paid, you can ignore this email."
        ),
        facts=("order", "item", "period", "saved_card", "amount"),
        button=N_("Pay now"),
        link="pay_with_key",
        topic=EmailTopic.REMINDERS,
        still_applies=_is_latest_reminder,
    ),
    EmailKind.PAY_LINK: Kind(
        subject=N_("Your payment link for {title}"),
        heading=N_("Your payment link"),
        body=N_(
            "Hi {name},\n\n"
            "Here is the link you asked for. Use it to pay **{amount}** for **{title}** with your saved card or "
            "a different one.\n\n"
            "Keep this email to yourself: anyone with the link can pay with your saved card. The link expires "
            "after a few days, and you can ask for a new one at any time."
        ),
        facts=("order", "item", "period", "amount"),
        button=N_("Pay now"),
        link="pay_with_key",
        still_applies=_can_be_paid,
    ),
}
