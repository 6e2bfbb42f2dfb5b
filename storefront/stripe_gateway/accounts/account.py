"""A Stripe account: its data, and a check of a pair of keys."""

from dataclasses import dataclass, field

import stripe

from storefront.errors import StripeError, StripeNotFound
from storefront.models import Merchant
from storefront.stripe_gateway.client import (
    Credentials,
    client_of,
    numbered_call,
    publishable_client,
    secret_client,
    stripe_call,
)


@dataclass(frozen=True)
class Account:
    """`country` is an ISO code, `default_currency` an upper-case code. `charges_enabled`: it can take payments."""

    id: str
    country: str | None
    default_currency: str | None
    charges_enabled: bool
    descriptor_prefix: str
    request_number: int = field(compare=False)


def retrieve_account(credentials: Credentials) -> Account:
    """The account of the secret key. Raises StripeError; StripePermissionMissing if the key may not read it."""
    with numbered_call() as number:
        account = secret_client(credentials).v1.accounts.retrieve_current()
    currency = account.default_currency
    return Account(
        id=account.id,
        country=account.country,
        default_currency=currency.upper() if currency else None,
        charges_enabled=bool(account.charges_enabled),
        descriptor_prefix=_descriptor_prefix(account),
        request_number=number,
    )


def ask_for_answer(merchant: Merchant) -> None:
    """A call that tells, as every one for a merchant does, whether Stripe answers it and takes its key.

    Raises StripeError, also if a restricted key may not read the account: that is an answer, too.
    """
    with stripe_call():
        client_of(merchant).v1.accounts.retrieve_current()


def _descriptor_prefix(account: stripe.Account) -> str:
    """The text before an offer's suffix on card statements, "" if unknown.

    If the account has no prefix, Stripe uses the first ten characters of its static descriptor.
    """
    settings = account.settings
    cards = getattr(settings, "card_payments", None)
    static = getattr(getattr(settings, "payments", None), "statement_descriptor", None) or ""
    return str(getattr(cards, "statement_descriptor_prefix", None) or static[:10])


def chargeable_currencies(credentials: Credentials, country: str) -> list[str]:
    """Upper-case codes of the currencies that accounts of this country can charge. Raises StripeError."""
    with stripe_call():
        spec = secret_client(credentials).v1.country_specs.retrieve(country)
    return sorted(code.upper() for code in spec.supported_payment_currencies)


def keys_match(credentials: Credentials) -> bool:
    """Whether both keys belong to the same account.

    Creates a SetupIntent with the secret key and reads it with the publishable key: only a key of the same account can.
    The SetupIntent is canceled afterwards. False only if Stripe does not find it; raises StripeError if the result is
    unknown (account not active yet, restricted key).
    """
    with stripe_call():
        intent = secret_client(credentials).v1.setup_intents.create(
            {
                "allowed_payment_method_types": ["card"],
                "usage": "on_session",
                "description": "Checking a pair of keys",
            }
        )
    try:
        return _publishable_key_reads(credentials, intent.id, intent.client_secret or "")
    finally:
        _cancel(credentials, intent.id)


def _publishable_key_reads(credentials: Credentials, intent_id: str, client_secret: str) -> bool:
    try:
        with stripe_call():
            publishable_client(credentials).v1.setup_intents.retrieve(intent_id, {"client_secret": client_secret})
    except StripeNotFound:
        return False
    return True


def _cancel(credentials: Credentials, intent_id: str) -> None:
    try:
        with stripe_call():
            secret_client(credentials).v1.setup_intents.cancel(intent_id)
    except StripeError:
        # An unconfirmed intent that is left behind does no harm. The result of the check matters more.
        return
