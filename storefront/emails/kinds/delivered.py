"""Emails about what orders deliver: to customers, and to the owner when license keys run out."""

from storefront.emails.kinds.kind import Kind, owner_kind
from storefront.i18n import N_
from storefront.models import EmailKind, EmailTopic

ORDER_KINDS: dict[str, Kind] = {
    EmailKind.DELIVERY: Kind(
        subject=N_("Your purchase: {title}"),
        body=N_("Hi {name},\n\nHere is what you bought with order #{number}."),
        facts=("order", "item"),
        button=N_("View order"),
        delivers=True,
    ),
    EmailKind.DELIVERY_CHANGED: Kind(
        subject=N_("There’s something new in your order: {title}"),
        body=N_("Hi {name},\n\nWe’ve updated what you bought with order #{number}. Here is all of it."),
        facts=("order", "item"),
        button=N_("View order"),
        topic=EmailTopic.UPDATES,
        delivers=True,
    ),
}
OWNER_KINDS: dict[str, Kind] = {
    EmailKind.OWNER_KEYS_LOW: owner_kind(
        subject=N_("License keys are running low: {title}"),
        heading=N_("License keys are running low"),
        body=N_(
            "The offer **{title}** has few license keys left: **{left}**. When none is left, it’s sold out.\n\n"
            "Add more keys in the offer, under Delivery."
        ),
        link="admin_offer",
    ),
    EmailKind.OWNER_KEYS_OUT: owner_kind(
        subject=N_("No license keys left: {title}"),
        heading=N_("No license keys left"),
        body=N_(
            "The last license key of **{title}** is given or held for a customer who is paying, so the offer is sold "
            "out.\n\nAdd more keys in the offer, under Delivery."
        ),
        link="admin_offer",
    ),
}
