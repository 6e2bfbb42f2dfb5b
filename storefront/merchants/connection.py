"""Connecting a Stripe account: verify and store its keys, and check them again."""

from dataclasses import dataclass

from peewee import IntegrityError

from storefront import emails
from storefront.db import db
from storefront.errors import FieldErrors, StripeError
from storefront.merchants import key_rotation, key_verification, wallets, webhook_endpoint
from storefront.models import BalanceReading, Merchant, StripeRefusal, next_request_number, now
from storefront.stripe_gateway import Credentials


def connect(
    name: str, publishable_key: str, secret_key: str, shop_url: str, addresses: tuple[str, str] | None = None
) -> Merchant:
    """Verify the keys with Stripe, store the merchant, and register our webhook endpoint.

    `addresses` are the merchant's own ones of the Stripe API and of Stripe.js; None for the configured ones. An account
    that was disconnected, or is being disconnected, is connected again, with its offers and orders. Raises FieldErrors
    (fields publishable_key, secret_key), and StripeError if Stripe gave no answer about the keys.
    """
    credentials = Credentials(publishable_key.strip(), secret_key.strip(), addresses[0] if addresses else None)
    mode = key_verification.mode_of_keys(credentials)
    facts = key_verification.verify_keys(credentials)
    existing = _find_same_account(facts, credentials, mode)
    if existing is not None and existing.takes_payments:
        raise FieldErrors({"secret_key": ["account_taken"]}, name=existing.name)
    merchant = existing or Merchant(mode=mode)
    # The keys were verified with these.
    merchant.api_base, merchant.js_url = addresses or (None, None)
    _save(merchant, name, credentials, facts)
    webhook_endpoint.register_endpoint(merchant, shop_url)
    wallets.register_domain(merchant, shop_url)
    return merchant


def update(merchant: Merchant, name: str, publishable_key: str, secret_key: str, shop_url: str) -> Merchant:
    """Change a merchant's name or keys. An empty `secret_key` keeps the stored one. Replaced keys are kept for a time.

    The new keys must be of the same account and mode, because the merchant's orders and payments are there. Raises as
    `connect` does, and SecretUnreadable.
    """
    secret_key = secret_key.strip() or merchant.secret_key
    credentials = Credentials(publishable_key.strip(), secret_key, merchant.api_base)
    if key_verification.mode_of_keys(credentials) != merchant.mode:
        raise FieldErrors({"secret_key": ["other_mode"]}, mode=merchant.mode)
    facts = key_verification.verify_keys(credentials)
    account_id = facts.stripe_account_id
    if account_id and merchant.stripe_account_id and account_id != merchant.stripe_account_id:
        raise FieldErrors({"secret_key": ["other_account"]}, account=merchant.stripe_account_id)
    existing = _find_same_account(facts, credentials, merchant.mode)
    if existing is not None and existing.id != merchant.id:
        raise FieldErrors({"secret_key": ["account_taken"]}, name=existing.name)
    key_rotation.keep_replaced_keys(merchant, credentials)
    _save(merchant, name, credentials, facts)
    webhook_endpoint.register_endpoint(merchant, shop_url)
    wallets.register_domain(merchant, shop_url)
    return merchant


def go_back_to_previous_keys(merchant: Merchant, shop_url: str) -> Merchant:
    """Use the previous keys again. The present ones are kept in their place. Raises as `update` does."""
    return update(merchant, merchant.name, merchant.previous_publishable_key, merchant.previous_secret_key, shop_url)


@dataclass(frozen=True)
class MerchantChange:
    """A difference to the last check: `what` is a name of CHECKED_COLUMNS, with both values."""

    what: str
    before: object
    after: object


CHECKED_COLUMNS = (
    *("check_problem", "charges_enabled", "pair_verified", "country", "default_currency"),
    *("currencies", "descriptor_prefix", "lacks", "webhook_problem", "webhook_url"),
)


FACT_COLUMNS = [
    *(Merchant.stripe_account_id, Merchant.country, Merchant.default_currency, Merchant.charges_enabled),
    *(Merchant.currencies, Merchant.descriptor_prefix, Merchant.pair_verified, Merchant.lacks),
    *(Merchant.checked_at, Merchant.check_problem),
]


def check(merchant: Merchant, shop_url: str) -> list[MerchantChange]:
    """Verify a merchant's keys again, update its row, and return what has changed since the last check.

    A problem is stored in `check_problem` (a code, "" for none). Raises SecretUnreadable.
    """
    StripeRefusal.retry_soon(merchant)
    BalanceReading.retry_soon(merchant)
    before = {name: getattr(merchant, name) for name in CHECKED_COLUMNS}
    request_number, facts = next_request_number(), None
    key_refused = False
    try:
        facts = key_verification.verify_keys(Credentials.of(merchant))
    except FieldErrors as error:
        key_refused = "key_invalid" in error.errors.get("secret_key", ())
        if key_refused and key_rotation.return_if_refused(merchant):
            return check(merchant, shop_url)
        merchant.check_problem = next(iter(error.errors.values()))[0]
    except StripeError as error:
        if not error.is_transient:
            raise
        merchant.check_problem = key_verification.no_answer_code(error)
    else:
        _set_facts(merchant, facts)
    with db.atomic():
        if not merchant.accept_answer(request_number):
            # A later check has stored its result, or other keys were saved meanwhile.
            merchant.reload()
            return []
        if key_refused:
            emails.mark_key_invalid(merchant)
        if merchant.charges_enabled and not before["charges_enabled"]:
            StripeRefusal.forget_charges(merchant)
        # The worker may have stored other columns meanwhile.
        merchant.save(only=FACT_COLUMNS)
    if facts is not None:
        _register(merchant, shop_url)
    after = {name: getattr(merchant, name) for name in CHECKED_COLUMNS}
    return [MerchantChange(name, before[name], after[name]) for name in CHECKED_COLUMNS if before[name] != after[name]]


def _register(merchant: Merchant, shop_url: str) -> None:
    if not webhook_endpoint.is_registered_elsewhere(merchant, shop_url):
        webhook_endpoint.register_endpoint(merchant, shop_url)
    wallets.register_domain(merchant, shop_url)


def _find_same_account(facts: key_verification.KeyFacts, credentials: Credentials, mode: str) -> Merchant | None:
    """The merchant of the same account and mode. Each publishable key belongs to one account."""
    same = Merchant.publishable_key == credentials.publishable_key
    if facts.stripe_account_id:
        same |= Merchant.stripe_account_id == facts.stripe_account_id
    merchant: Merchant | None = Merchant.select().where(Merchant.mode == mode, same).first()
    return merchant


def _save(merchant: Merchant, name: str, credentials: Credentials, facts: key_verification.KeyFacts) -> None:
    merchant.name = name.strip()
    merchant.publishable_key = credentials.publishable_key
    merchant.secret_key = credentials.secret_key
    merchant.disconnected_at = merchant.disconnecting_at = None
    merchant.payments_left_open = 0
    # A check that has begun with other keys must not store its result.
    merchant.request_number = next_request_number()
    _set_facts(merchant, facts)
    try:
        with db.atomic():
            merchant.save()
            StripeRefusal.forget_key(merchant)
    except IntegrityError as error:
        # Another request has just saved the same keys.
        raise FieldErrors({"secret_key": ["account_taken"]}, name=merchant.name) from error


def _set_facts(merchant: Merchant, facts: key_verification.KeyFacts) -> None:
    """Set the columns that come from Stripe. What a restricted key may not read keeps its value."""
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
