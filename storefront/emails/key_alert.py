"""Records that Stripe refuses a merchant's key, and tells the owner."""

from storefront.db import db
from storefront.emails import outbox
from storefront.models import EmailKind, Merchant, now


def record_refused_key(merchant: Merchant) -> None:
    """Mark the merchant's key as invalid after Stripe answered 401, and queue an email to the owner.

    Only the first call for a working key queues an email, at most one a day for each merchant.
    """
    with db.atomic():
        newly_marked = (
            Merchant.update(check_problem="key_invalid")
            .where(Merchant.id == merchant.id, Merchant.check_problem != "key_invalid")
            .execute()
        )
        if newly_marked:
            about = f"merchant-{merchant.id}-{now():%Y-%m-%d}"
            outbox.write(EmailKind.OWNER_CONNECTION, None, about, title=merchant.name)
