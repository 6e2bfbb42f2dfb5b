"""Emails that ask for the payment of a request. They have no order: that begins with the first press of Pay."""

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import Email, EmailKind, EmailTopic, PaymentRequest


def _is_open(email: Email) -> bool:
    """Only while it can be paid."""
    request = PaymentRequest.by_token(str(email.detail.get("request", "")))
    return request is not None and request.is_open


KINDS: dict[str, Kind] = {
    EmailKind.PAYMENT_REQUEST: Kind(
        subject=N_("Payment request from {shop} · {amount}"),
        heading=N_("Payment request"),
        body=N_("Hi {name},\n\nWe’re requesting a payment of **{amount}** for **{title}**."),
        facts=("request_title", "total", "pay_until"),
        button=N_("Pay {amount}"),
        link="request",
        about_order=False,
        still_applies=_is_open,
    ),
    EmailKind.PAYMENT_REQUEST_REMINDER: Kind(
        subject=N_("Reminder: payment of {amount} to {shop}"),
        heading=N_("Payment reminder"),
        body=N_(
            "Hi {name},\n\nYour payment of **{amount}** for **{title}** is still open. "
            "If you’ve just paid, ignore this email."
        ),
        facts=("request_title", "total", "pay_until"),
        button=N_("Pay {amount}"),
        link="request",
        about_order=False,
        topic=EmailTopic.REMINDERS,
        still_applies=_is_open,
    ),
}
