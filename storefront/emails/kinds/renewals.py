"""Emails to customers about one invoice: its receipt, or what is needed to pay it."""

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import Email, EmailKind, EmailState, InvoiceNeed, needs_customer, now


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
        subject=N_("Your receipt: {title}"),
        body=N_(
            "Hello {name},\n\nthank you: **{amount}** for *{title}* has been paid, order no. {number}.\n\nOn your page "
            "you find all your receipts."
        ),
        button=N_("Your orders and receipts"),
        link="account",
    ),
    EmailKind.PAID_OUTSIDE: Kind(
        subject=N_("Your payment for {title} was received"),
        body=N_(
            "Hello {name},\n\n"
            "the seller has received **{amount}** for *{title}*, order no. {number}, and has recorded it as "
            "paid. Your card was not charged for it."
        ),
        button=N_("Your orders and receipts"),
        link="account",
    ),
    EmailKind.RENEWAL_AUTHENTICATION: Kind(
        subject=N_("Please confirm your payment for {title}"),
        body=N_(
            "Hello {name},\n\nyour bank asks you to confirm the payment of **{amount}** for *{title}*. Nothing is "
            "wrong with your card: now and then banks make sure that it is you.\n\nOne press on the button opens your "
            "bank’s check, on a phone too. Nothing was charged yet."
        ),
        button=N_("Confirm the payment"),
        link="pay_with_key",
        still_applies=_needs_authentication,
    ),
    EmailKind.RENEWAL_DECLINED: Kind(
        subject=N_("Your payment for {title} has not come through"),
        body=N_(
            "Hello {name},\n\nthe payment of **{amount}** for *{title}* has not come through, and nothing was "
            "charged. {reason}\n\nWith the button you can pay with another card, which then pays the next times too."
        ),
        button=N_("Pay with another card"),
        link="pay_with_key",
        still_applies=_needs_card,
    ),
    EmailKind.RENEWAL_REMINDER: Kind(
        subject=N_("A reminder: your payment for {title} is open"),
        body=N_(
            "Hello {name},\n\nyour payment of **{amount}** for *{title}* is still open. {reason}\n\nWith the button it "
            "takes a minute. If you have just paid, there is nothing more to do."
        ),
        button=N_("Pay now"),
        link="pay_with_key",
        still_applies=_is_latest_reminder,
    ),
    EmailKind.PAY_LINK: Kind(
        subject=N_("Your link to pay for {title}"),
        body=N_(
            "Hello {name},\n\nhere is the link you asked for. It opens the payment of **{amount}** for *{title}* with "
            "the card you used before, or with another one.\n\nKeep this letter to yourself. The link works for some "
            "days only; you can ask for another one whenever you like."
        ),
        button=N_("Pay now"),
        link="pay_with_key",
        still_applies=_can_be_paid,
    ),
}
