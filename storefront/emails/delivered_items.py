"""What an order delivers, in its emails: license keys, links and texts, and where its files are."""

from dataclasses import dataclass

from markupsafe import Markup

from storefront import delivery, i18n
from storefront.emails.markup import to_html
from storefront.i18n import N_
from storefront.models import DeliverableKind, Email

DOWNLOAD = N_("Download from your order’s page")


@dataclass(frozen=True)
class EmailItem:
    """One item: its title, and of its kind either a link with its words, license keys, or a text in both forms."""

    title: str
    link: str = ""
    label: str = ""
    keys: tuple[str, ...] = ()
    html: Markup | None = None
    text: str = ""


def items_of(email: Email, language: str, order_url: str) -> list[EmailItem]:
    """What the order of the email delivers now; nothing once its customer has no access any more."""
    if email.order is None:
        return []
    label = i18n.catalog_for(language).gettext(DOWNLOAD)
    found = []
    for item in delivery.delivered(email.order).items:
        row = item.deliverable
        if row.kind == DeliverableKind.KEYS:
            found.append(EmailItem(row.title, keys=item.keys))
        elif row.kind == DeliverableKind.LINK:
            found.append(EmailItem(row.title, link=row.url, label=row.url))
        elif row.kind == DeliverableKind.FILE:
            found.append(EmailItem(row.title, link=order_url, label=label))
        else:
            found.append(EmailItem(row.title, html=to_html(row.text), text=row.text))
    return found
