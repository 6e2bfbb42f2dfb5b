"""Connecting a Stripe account: asking Stripe about its keys, keeping them, letting them go."""

from dataclasses import dataclass

from peewee import IntegrityError

from storefront import emails, payments, stripe_gateway
from storefront.db import db
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.merchants import key_verification, webhook_endpoint
from storefront.models import Merchant, Offer, Order, now
from storefront.stripe_gateway import Credentials


def connect(name: str, publishable_key: str, secret_key: str, shop_url: str) -> Merchant:
    """Save a merchant after asking Stripe about its keys, and register our webhook endpoint.

    An account that was disconnected is connected again, with its offers and orders.
    Raises FieldErrors (fields publishable_key, secret_key), or the StripeError that left the question open.
    """
    credentials = Credentials(publishable_key.strip(), secret_key.strip())
    mode = key_verification.mode_of_keys(credentials)
    facts = key_verification.verify_keys(credentials)
    known = _same_account(facts, credentials, mode)
    if known is not None and known.is_connected:
        raise FieldErrors({"secret_key": ["account_taken"]}, name=known.name)
    merchant = known or Merchant(mode=mode)
    _save(merchant, name, credentials, facts)
    webhook_endpoint.register_endpoint(merchant, shop_url)
    return merchant


def update(merchant: Merchant, name: str, publishable_key: str, secret_key: str, shop_url: str) -> Merchant:
    """Change a merchant's name or keys; an empty secret key keeps the present one.

    The keys must stay those of the same account and mode: its orders and payments live there.
    Raises as `connect` does, and SecretUnreadable.
    """
    secret_key = secret_key.strip() or merchant.secret_key
    credentials = Credentials(publishable_key.strip(), secret_key, merchant.api_base)
    if key_verification.mode_of_keys(credentials) != merchant.mode:
        raise FieldErrors({"secret_key": ["other_mode"]}, mode=merchant.mode)
    facts = key_verification.verify_keys(credentials)
    account_id = facts.stripe_account_id
    if account_id and merchant.stripe_account_id and account_id != merchant.stripe_account_id:
        raise FieldErrors({"secret_key": ["other_account"]}, account=merchant.stripe_account_id)
    twin = _same_account(facts, credentials, merchant.mode)
    if twin is not None and twin.id != merchant.id:
        raise FieldErrors({"secret_key": ["account_taken"]}, name=twin.name)
    _save(merchant, name, credentials, facts)
    webhook_endpoint.register_endpoint(merchant, shop_url)
    return merchant


@dataclass(frozen=True)
class MerchantChange:
    """What a check found otherwise than the one before: a name of WATCHED and both values."""

    what: str
    before: object
    after: object


WATCHED = (
    *("check_problem", "charges_enabled", "pair_verified", "country", "default_currency"),
    *("currencies", "descriptor_prefix", "lacks", "webhook_problem", "webhook_url"),
)


def check(merchant: Merchant, shop_url: str) -> list[MerchantChange]:
    """Ask Stripe about a merchant again; what has changed since last time.

    What is wrong is kept in its `check_problem` (a code, "" when well). Raises SecretUnreadable.
    """
    before = {name: getattr(merchant, name) for name in WATCHED}
    try:
        facts = key_verification.verify_keys(Credentials.of(merchant))
    except FieldErrors as error:
        if "key_invalid" in error.errors.get("secret_key", ()):
            emails.record_refused_key(merchant)
        merchant.check_problem = next(iter(error.errors.values()))[0]
    except StripeError as error:
        if not error.is_transient:
            raise
        merchant.check_problem = key_verification.no_answer_code(error)
    else:
        _apply(merchant, facts)
        webhook_endpoint.register_endpoint(merchant, shop_url)
    merchant.save()
    after = {name: getattr(merchant, name) for name in WATCHED}
    return [MerchantChange(name, before[name], after[name]) for name in WATCHED if before[name] != after[name]]


def disconnect(merchant: Merchant) -> bool:
    """Let a merchant go: open payments are closed, our endpoint is removed at Stripe, its secrets are forgotten.

    True when the row is gone too; it stays while offers or orders depend on it.
    """
    payments.close_all_of(merchant)
    try:
        stripe_gateway.remove_endpoint(merchant)
    except (StripeError, SecretUnreadable):
        # A revoked or unreadable key can't remove it; Stripe disables an endpoint that keeps refusing.
        merchant.webhook_problem = ""
    merchant.webhook_endpoint_id = merchant.webhook_url = None
    with db.atomic():
        used = Offer.select().where(Offer.merchant == merchant).exists()
        used = used or Order.select().where(Order.merchant == merchant).exists()
        if used:
            merchant.forget_secrets()
            merchant.disconnected_at = now()
            merchant.save()
        else:
            merchant.delete_instance()
    return not used


def move_offers(source: Merchant, target: Merchant) -> int:
    """Let all offers of `source` be paid to `target`, all at once; how many.

    Raises FieldErrors (field target) with details `offers` (titles) when one of them can't be charged there.
    Orders that are already begun stay with the merchant they were begun with, until they are begun anew.
    """
    offers = list(Offer.select().where(Offer.merchant == source))
    if not target.is_connected or target.id == source.id:
        raise FieldErrors({"target": ["not_connected"]})
    misfits = [offer.title for offer in offers if not target.can_charge(offer.currency)]
    if misfits:
        raise FieldErrors({"target": ["currency_unsupported"]}, offers=misfits)
    return int(Offer.update(merchant=target, updated_at=now()).where(Offer.merchant == source).execute())


def _same_account(facts: key_verification.KeyFacts, credentials: Credentials, mode: str) -> Merchant | None:
    """A merchant of the same account and mode; a publishable key too belongs to one account only."""
    same = Merchant.publishable_key == credentials.publishable_key
    if facts.stripe_account_id:
        same |= Merchant.stripe_account_id == facts.stripe_account_id
    merchant: Merchant | None = Merchant.select().where(Merchant.mode == mode, same).first()
    return merchant


def _save(merchant: Merchant, name: str, credentials: Credentials, facts: key_verification.KeyFacts) -> None:
    merchant.name = name.strip()
    merchant.publishable_key = credentials.publishable_key
    merchant.secret_key = credentials.secret_key
    merchant.disconnected_at = None
    _apply(merchant, facts)
    try:
        with db.atomic():
            merchant.save()
    except IntegrityError as error:
        # The same keys were being saved at the same moment, and that save was first.
        raise FieldErrors({"secret_key": ["account_taken"]}, name=merchant.name) from error


def _apply(merchant: Merchant, facts: key_verification.KeyFacts) -> None:
    """Write what Stripe said; what a restricted key hides leaves what was known before."""
    merchant.stripe_account_id = facts.stripe_account_id or merchant.stripe_account_id
    merchant.country = facts.country or merchant.country
    merchant.default_currency = facts.default_currency or merchant.default_currency
    if facts.charges_enabled is not None:
        merchant.charges_enabled = facts.charges_enabled
    merchant.currencies = facts.currencies if facts.currencies is not None else merchant.currencies
    merchant.descriptor_prefix = facts.descriptor_prefix or merchant.descriptor_prefix
    merchant.pair_verified = facts.pair_verified
    merchant.lacks = facts.lacks
    merchant.checked_at = now()
    merchant.check_problem = ""
