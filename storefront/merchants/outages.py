"""Outages of merchants: asks Stripe whether they are over, and tells the owner where new orders go."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

from peewee import ModelSelect

from storefront import emails, integrations, payments, stripe_gateway
from storefront.db import db
from storefront.errors import SecretUnreadable, StripeError
from storefront.isolation import Run
from storefront.merchants.refusal_alerts import update_account
from storefront.models import (
    EmailKind,
    Merchant,
    Offer,
    OfferStatus,
    Payment,
    PaymentEnd,
    StripeRefusal,
    Unavailability,
    now,
)

# How often Stripe is asked: each minute at first, and later each time a tenth of the outage has passed.
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=10)
# If Stripe refuses charges although it calls the account able to charge, orders try it again after this time.
CHARGES_WAIT = timedelta(minutes=10)


def watch_outages() -> Run:
    """End the outages that are over, close what orders have left behind there, and tell the owner of new outages."""
    run = Run()
    run.each(_due, _ask, name=lambda merchant: f"outage of {merchant.name}")
    run.each(_left_behind, partial(payments.retire_moved, run), name=lambda merchant: f"payments to {merchant.name}")
    run.each(_untold, _tell, name=lambda merchant: f"email about the outage of {merchant.name}")
    return run


def _due() -> list[Merchant]:
    away = (Merchant.unavailable_because != "") | Merchant.silent_since.is_null(False)
    return [merchant for merchant in Merchant.select_connected().where(away) if _is_due(merchant)]


def _is_due(merchant: Merchant) -> bool:
    if merchant.outage_checked_at is None:
        return True
    lasted, since = now() - (merchant.unavailable_since or now()), now() - merchant.outage_checked_at
    wait = min(max(lasted / 10, SHORTEST_WAIT), LONGEST_WAIT)
    # A time in the future comes from a clock that was wrong. The job runs once a minute, and not to the second.
    return bool(since >= wait - timedelta(seconds=30) or since < -LONGEST_WAIT)


def _ask(merchant: Merchant) -> None:
    """Any answer ends a silence, and an accepted call ends a refusal of the key: the gateway records both."""
    Merchant.update(outage_checked_at=now()).where(Merchant.id == merchant.id).execute()
    with suppress(StripeError, SecretUnreadable):
        stripe_gateway.ask_for_answer(merchant)
        if merchant.unavailable_because == Unavailability.CHARGES:
            update_account(merchant)
    merchant.reload()
    if merchant.unavailable_because != Unavailability.CHARGES or merchant.charges_enabled is False:
        return
    refusals = [refusal for refusal in StripeRefusal.of_merchant(merchant) if refusal.kind == Unavailability.CHARGES]
    if all(refusal.last_at <= now() - CHARGES_WAIT for refusal in refusals):
        StripeRefusal.forget_charges(merchant)


def _left_behind() -> "ModelSelect[Merchant]":
    left = Payment.select(Payment.merchant).where(Payment.end_reason == PaymentEnd.MOVED)
    answers = (Merchant.unavailable_because == "") & Merchant.silent_since.is_null()
    return Merchant.select_connected().where(answers, Merchant.id.in_(left))


def _untold() -> "ModelSelect[Merchant]":
    return Merchant.select_connected().where(Merchant.unavailable_because != "", Merchant.outage_told_at.is_null())


def _tell(merchant: Merchant) -> None:
    sold = Offer.select().where(
        Offer.merchant == merchant, Offer.status == OfferStatus.PUBLISHED, Offer.second_merchant.is_null(False)
    )
    second = sorted(
        {
            offer.second_merchant.name
            for offer in sold
            if offer.second_merchant is not None and offer.second_merchant.is_payable(offer.currency)
        }
    )
    if not second:
        return
    with db.atomic():
        untold = Merchant.update(outage_told_at=now()).where(
            Merchant.id == merchant.id, Merchant.unavailable_because != "", Merchant.outage_told_at.is_null()
        )
        if untold.execute():
            about = f"outage-{merchant.id}-{merchant.unavailable_since or now():%Y-%m-%dT%H}"
            emails.write(EmailKind.OWNER_SECOND_ACCOUNT, None, about, title=merchant.name, second=", ".join(second))
            integrations.announce_second_account(merchant.id, second, about)
