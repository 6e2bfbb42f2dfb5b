"""Emails the owner once about what Stripe refuses permanently, and checks whether an account may charge."""

from contextlib import suppress

from storefront import emails, stripe_gateway
from storefront.db import db
from storefront.errors import StripeError
from storefront.isolation import Run
from storefront.models import EmailKind, Merchant, StripeRefusal, now
from storefront.stripe_gateway import CHARGES, KEY, PERMISSION, Credentials

EMAIL_KINDS = {
    PERMISSION: EmailKind.OWNER_PERMISSION_MISSING,
    stripe_gateway.ACCESS: EmailKind.OWNER_ACCESS_LOST,
    CHARGES: EmailKind.OWNER_CHARGES_REFUSED,
}


def tell_refusals() -> Run:
    """Email the owner about refusals that are new: one email a day for each permission and account."""
    run = Run()
    run.each(_untold, _tell, name=lambda refusal: f"refusal {refusal.call}")
    return run


def update_charges_enabled(merchant: Merchant) -> None:
    """Ask Stripe whether the account may charge. Tells the owner when it may not any more. Raises StripeError.

    Does nothing if a restricted key may not read the account.
    """
    account = stripe_gateway.retrieve_account(Credentials.of(merchant))
    before = merchant.charges_enabled
    if account.charges_enabled == before:
        return
    with db.atomic():
        if not merchant.accept_answer(account.request_number):
            merchant.reload()
            return
        merchant.charges_enabled = account.charges_enabled
        merchant.save(only=[Merchant.charges_enabled])
        if account.charges_enabled:
            StripeRefusal.forget_charges(merchant)
        elif before:
            _write(merchant, CHARGES, CHARGES)


def _untold() -> list[StripeRefusal]:
    return list(
        StripeRefusal.select(StripeRefusal, Merchant)
        .join(Merchant)
        .where(StripeRefusal.told_at.is_null(), Merchant.disconnected_at.is_null())
        .order_by(StripeRefusal.id)
    )


def _tell(refusal: StripeRefusal) -> None:
    merchant = refusal.merchant
    if refusal.kind == CHARGES:
        # Offers then say so before anybody types a card. If Stripe gives no answer, the next regular check asks again.
        with suppress(StripeError):
            update_charges_enabled(merchant)
    with db.atomic():
        Merchant.lock_row(merchant.id)
        new = StripeRefusal.update(told_at=now()).where(StripeRefusal.id == refusal.id, StripeRefusal.told_at.is_null())
        if not new.execute():
            return
        if refusal.kind == KEY:
            emails.mark_key_invalid(merchant)
        else:
            _write(merchant, refusal.kind, refusal.permission or refusal.kind, refusal.permission_name)


def _write(merchant: Merchant, kind: str, what: str, permission: str = "") -> None:
    about = f"refused-{merchant.id}-{what}-{now():%Y-%m-%d}"[:80]
    emails.write(EMAIL_KINDS[kind], None, about, title=merchant.name, permission=permission)
