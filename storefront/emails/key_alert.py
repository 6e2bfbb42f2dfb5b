"""Records that Stripe refuses a merchant's key, and tells the owner."""

from storefront.db import db
from storefront.emails import outbox
from storefront.models import EmailKind, Merchant, StripeRefusal, now


def record_refused_key(merchant: Merchant) -> None:
    """After a call raised StripeKeyInvalid: `mark_key_invalid`, unless the key was replaced during the call.

    The gateway has stored the refusal if it concerns the present key.
    """
    with db.atomic():
        Merchant.lock_row(merchant.id)
        if StripeRefusal.refuses_key(merchant):
            mark_key_invalid(merchant)


def mark_key_invalid(merchant: Merchant) -> None:
    """Mark the merchant's present key as invalid, because Stripe answered 401, and queue an email to the owner.

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
