"""Tells the owner once what Stripe permanently refuses, and updates what changes about the account at Stripe."""

from contextlib import suppress
from typing import Any

from peewee import ModelSelect

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
TEXT_COLUMNS = (Merchant.country, Merchant.default_currency, Merchant.descriptor_prefix)


def tell_refusals() -> Run:
    """Email the owner about refusals that are new: one email a day for each permission and account."""
    run = Run()
    run.each(_untold, _tell, name=lambda refusal: f"refusal {refusal.call}")
    return run


def update_account(merchant: Merchant) -> None:
    """Ask Stripe about the account, and store what can change there: whether it may charge, country, currency, prefix.

    Tells the owner when it may not charge any more. Raises StripeError, also if a restricted key may not read it.
    """
    account = stripe_gateway.retrieve_account(Credentials.of(merchant))
    could_charge = merchant.charges_enabled
    # What Stripe does not say keeps its value.
    said = {column: getattr(account, column.name) for column in TEXT_COLUMNS if getattr(account, column.name)}
    now_there: dict[Any, object] = {Merchant.charges_enabled: account.charges_enabled, **said}
    if all(getattr(merchant, column.name) == value for column, value in now_there.items()):
        return
    with db.atomic():
        if not merchant.accept_answer(account.request_number):
            merchant.reload()
            return
        for column, value in now_there.items():
            setattr(merchant, column.name, value)
        merchant.save(only=list(now_there))
        if account.charges_enabled and not could_charge:
            StripeRefusal.forget_charges(merchant)
        elif could_charge and not account.charges_enabled:
            _write(merchant, CHARGES, CHARGES)


def _untold() -> "ModelSelect[StripeRefusal]":
    return (
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
            update_account(merchant)
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
