"""Emails that invite a customer to buy: the link to pay a begun order, and that a sold-out offer is back."""

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import Email, EmailKind, EmailTopic, OrderStatus


def _is_unpaid(email: Email) -> bool:
    """Only while the order is pending. For a "processing" order the bank may already have charged the card."""
    return email.order is not None and email.order.status == OrderStatus.PENDING


KINDS: dict[str, Kind] = {
    EmailKind.PAYMENT_LINK: Kind(
        subject=N_("Your payment link: {title}"),
        heading=N_("Complete your order"),
        body=N_(
            "Hi {name},\n\nHere is the link to pay your order #{number}. You haven’t been charged.\n\n"
            "If you don’t want to order any more, you can ignore this email."
        ),
        facts=("order", "item", "total"),
        button=N_("Pay {amount}"),
        link="pay_with_key",
        about_unpaid_order=True,
        still_applies=_is_unpaid,
    ),
    EmailKind.BACK_IN_STOCK: Kind(
        subject=N_("Available again: {title}"),
        heading=N_("Available again"),
        body=N_(
            "Hi,\n\nYou asked us to tell you: **{title}** can be bought again at {shop}.\n\n"
            "There may be only a few, and nothing is reserved for you. We won’t write about this again."
        ),
        button=N_("View offer"),
        link="offer_page",
        topic=EmailTopic.WAITING_LIST,
        about_order=False,
    ),
}
