"""Connecting a Stripe account: asking Stripe about its keys, keeping them, letting them go."""

import re
from contextlib import suppress
from dataclasses import dataclass

from peewee import IntegrityError

from storefront import breakage, stripe_gateway
from storefront.db import db
from storefront.errors import (
    FieldErrors,
    SecretUnreadable,
    StripeBroken,
    StripeBusy,
    StripeError,
    StripeKeyInvalid,
    StripePermissionMissing,
    StripeUnreachable,
)
from storefront.models import Merchant, Offer, Order
from storefront.models.base import now
from storefront.stripe_gateway import Credentials
from storefront.webhooks import HANDLED_EVENTS

_KEY = re.compile(r"(?P<kind>pk|sk|rk)_(?P<mode>test|live)_[A-Za-z0-9_]{1,240}")
_SIGNING_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]{8,250}")
# Nothing can be said when Stripe doesn't answer: nothing is saved then, and what was typed stays.
NO_ANSWER = (StripeUnreachable, StripeBroken, StripeBusy)


@dataclass(frozen=True)
class Facts:
    """What Stripe said about a pair of keys; `lacks` are codes of what a restricted key may not do."""

    stripe_account_id: str | None
    country: str | None
    default_currency: str | None
    charges_enabled: bool | None
    currencies: list[str] | None
    descriptor_prefix: str
    pair_verified: bool
    lacks: list[str]


def connect(name: str, publishable_key: str, secret_key: str, shop_url: str) -> Merchant:
    """Save a merchant after asking Stripe about its keys, and register our webhook endpoint.

    An account that was disconnected is connected again, with its offers and orders.
    Raises FieldErrors (fields publishable_key, secret_key), or the StripeError that left the question open.
    """
    credentials = Credentials(publishable_key.strip(), secret_key.strip())
    mode = mode_of_keys(credentials)
    facts = _ask(credentials)
    known = _same_account(facts, credentials, mode)
    if known is not None and known.is_connected:
        raise FieldErrors({"secret_key": ["account_taken"]}, name=known.name)
    merchant = known or Merchant(mode=mode)
    _save(merchant, name, credentials, facts)
    register_webhook(merchant, shop_url)
    return merchant


def update(merchant: Merchant, name: str, publishable_key: str, secret_key: str, shop_url: str) -> Merchant:
    """Change a merchant's name or keys; an empty secret key keeps the present one.

    The keys must stay those of the same account and mode: its orders and payments live there.
    Raises as `connect` does, and SecretUnreadable.
    """
    secret_key = secret_key.strip() or merchant.secret_key
    credentials = Credentials(publishable_key.strip(), secret_key, merchant.api_base)
    if mode_of_keys(credentials) != merchant.mode:
        raise FieldErrors({"secret_key": ["other_mode"]}, mode=merchant.mode)
    facts = _ask(credentials)
    account_id = facts.stripe_account_id
    if account_id and merchant.stripe_account_id and account_id != merchant.stripe_account_id:
        raise FieldErrors({"secret_key": ["other_account"]}, account=merchant.stripe_account_id)
    twin = _same_account(facts, credentials, merchant.mode)
    if twin is not None and twin.id != merchant.id:
        raise FieldErrors({"secret_key": ["account_taken"]}, name=twin.name)
    _save(merchant, name, credentials, facts)
    register_webhook(merchant, shop_url)
    return merchant


@dataclass(frozen=True)
class Change:
    """What a check found otherwise than the one before: a name of WATCHED and both values."""

    what: str
    before: object
    after: object


WATCHED = (
    *("check_problem", "charges_enabled", "pair_verified", "country", "default_currency"),
    *("currencies", "descriptor_prefix", "lacks", "webhook_problem", "webhook_url"),
)


def check(merchant: Merchant, shop_url: str) -> list[Change]:
    """Ask Stripe about a merchant again; what has changed since last time.

    What is wrong is kept in its `check_problem` (a code, "" when well). Raises SecretUnreadable.
    """
    before = {name: getattr(merchant, name) for name in WATCHED}
    try:
        facts = _ask(Credentials.of(merchant))
    except FieldErrors as error:
        if "key_invalid" in error.errors.get("secret_key", ()):
            breakage.key_refused(merchant)
        merchant.check_problem = next(iter(error.errors.values()))[0]
    except NO_ANSWER as error:
        merchant.check_problem = no_answer_code(error)
    else:
        _apply(merchant, facts)
        register_webhook(merchant, shop_url)
    merchant.save()
    after = {name: getattr(merchant, name) for name in WATCHED}
    return [Change(name, before[name], after[name]) for name in WATCHED if before[name] != after[name]]


def no_answer_code(error: StripeError) -> str:
    """Why Stripe gave no answer: unreachable, broken or busy."""
    kinds = {StripeUnreachable: "unreachable", StripeBroken: "broken"}
    return kinds.get(type(error), "busy")


def disconnect(merchant: Merchant) -> bool:
    """Let a merchant go: our endpoint is removed at Stripe, its secrets are forgotten.

    True when the row is gone too; it stays while offers or orders depend on it.
    """
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


def webhook_address(merchant: Merchant, shop_url: str) -> str:
    """Where Stripe delivers this merchant's events."""
    return f"{shop_url}{stripe_gateway.WEBHOOK_PATH}{merchant.public_id}"


def register_webhook(merchant: Merchant, shop_url: str) -> None:
    """Leave exactly one endpoint of ours at the account; what Stripe refuses is kept in `webhook_problem`.

    One that the owner has made by hand is left alone.
    """
    if merchant.webhook_by_hand:
        return
    url = webhook_address(merchant, shop_url)
    try:
        endpoint = stripe_gateway.register_endpoint(merchant, url, HANDLED_EVENTS)
    except StripeError as error:
        merchant.webhook_problem = error.message or no_answer_code(error)
    else:
        merchant.webhook_problem = ""
        merchant.webhook_endpoint_id = endpoint.id
        merchant.webhook_url = url
        if endpoint.secret:
            merchant.replace_webhook_secret(endpoint.secret)
    merchant.save()


def register_moved(shop_url: str) -> list[Merchant]:
    """Register again where the shop's address isn't the one that was registered; the merchants that were asked about.

    Merchants whose endpoint could not be registered yet are tried again, too.
    """
    prefix = f"{shop_url}{stripe_gateway.WEBHOOK_PATH}"
    moved = [
        merchant
        for merchant in Merchant.connected()
        if not merchant.webhook_by_hand and not (merchant.webhook_url or "").startswith(prefix)
    ]
    for merchant in moved:
        with suppress(SecretUnreadable):
            register_webhook(merchant, shop_url)
    return moved


def take_webhook_by_hand(merchant: Merchant, secret: str, shop_url: str) -> None:
    """Believe deliveries signed with `secret`, of an endpoint that the owner has made at Stripe.

    Ours is removed where there was one. The secret before stays good for a day, what is on its way may be signed
    with it. Raises FieldErrors (field secret: signing_secret).
    """
    secret = secret.strip()
    if not _SIGNING_SECRET.fullmatch(secret):
        raise FieldErrors({"secret": ["signing_secret"]})
    if not merchant.webhook_by_hand:
        # A key that may not register may not remove either; then there is nothing of ours.
        with suppress(StripeError, SecretUnreadable):
            stripe_gateway.remove_endpoint(merchant)
    merchant.replace_webhook_secret(secret)
    merchant.webhook_by_hand = True
    merchant.webhook_endpoint_id, merchant.webhook_problem = None, ""
    merchant.webhook_url = webhook_address(merchant, shop_url)
    merchant.save()


def take_webhook_back(merchant: Merchant, shop_url: str) -> None:
    """Let the shop register its endpoint by itself again; one made by hand at our address goes."""
    merchant.webhook_by_hand = False
    register_webhook(merchant, shop_url)


def mode_of_keys(credentials: Credentials) -> str:
    """`test` or `live`, when the keys have the right shapes and one mode. Raises FieldErrors."""
    publishable, secret = _KEY.fullmatch(credentials.publishable_key), _KEY.fullmatch(credentials.secret_key)
    errors: dict[str, list[str]] = {}
    if publishable is None or publishable["kind"] != "pk":
        errors["publishable_key"] = ["secret_in_publishable" if publishable else "not_publishable"]
    if secret is None or secret["kind"] == "pk":
        errors["secret_key"] = ["publishable_in_secret" if secret else "not_secret"]
    if errors or publishable is None or secret is None:
        raise FieldErrors(errors)
    if publishable["mode"] != secret["mode"]:
        raise FieldErrors({"secret_key": ["mixed_modes"]}, publishable=publishable["mode"], secret=secret["mode"])
    return publishable["mode"]


def _ask(credentials: Credentials) -> Facts:
    """Everything Stripe will say. Raises FieldErrors for keys that can't be used, NO_ANSWER errors as they are."""
    lacks: list[str] = []
    account = None
    try:
        account = stripe_gateway.retrieve_account(credentials)
    except StripeKeyInvalid as error:
        raise FieldErrors({"secret_key": ["key_invalid"]}) from error
    except StripePermissionMissing:
        lacks.append("account")
    verified = _pair_verified(credentials, lacks)
    return Facts(
        stripe_account_id=account.id if account else None,
        country=account.country if account else None,
        default_currency=account.default_currency if account else None,
        charges_enabled=account.charges_enabled if account else None,
        currencies=_currencies(credentials, account.country if account else None),
        descriptor_prefix=account.descriptor_prefix if account else "",
        pair_verified=verified,
        lacks=lacks,
    )


def _pair_verified(credentials: Credentials, lacks: list[str]) -> bool:
    """Refuse only what is surely wrong: an intent that isn't there, or a key Stripe doesn't know."""
    try:
        if stripe_gateway.keys_are_one_pair(credentials):
            return True
    except StripeKeyInvalid as error:
        # The account answered to the secret key (or it may not be read): then it is the other one, unless it wasn't.
        field = "secret_key" if "account" in lacks and credentials.secret_key[-4:] in error.message else ""
        raise FieldErrors({field or "publishable_key": ["key_invalid"]}) from error
    except StripePermissionMissing:
        lacks.append("setup_intents")
        return False
    except StripeError:
        return False
    raise FieldErrors({"publishable_key": ["not_a_pair"]})


def _currencies(credentials: Credentials, country: str | None) -> list[str] | None:
    if country is None:
        return None
    try:
        return stripe_gateway.chargeable_currencies(credentials, country)
    except StripeError:
        # Not knowing refuses nothing: Stripe itself refuses a currency when the intent is made.
        return None


def _same_account(facts: Facts, credentials: Credentials, mode: str) -> Merchant | None:
    """A merchant of the same account and mode; a publishable key too belongs to one account only."""
    same = Merchant.publishable_key == credentials.publishable_key
    if facts.stripe_account_id:
        same |= Merchant.stripe_account_id == facts.stripe_account_id
    merchant: Merchant | None = Merchant.select().where(Merchant.mode == mode, same).first()
    return merchant


def _save(merchant: Merchant, name: str, credentials: Credentials, facts: Facts) -> None:
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


def _apply(merchant: Merchant, facts: Facts) -> None:
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
