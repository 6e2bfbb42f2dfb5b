"""What Stripe says about an account and a pair of keys."""

from dataclasses import dataclass

import stripe

from storefront.errors import StripeError, StripeNotFound
from storefront.stripe_gateway.client import Credentials, publishable_client, secret_client, stripe_call


@dataclass(frozen=True)
class Account:
    """`country` is an ISO code, `default_currency` upper-case; charges_enabled: may it take payments."""

    id: str
    country: str | None
    default_currency: str | None
    charges_enabled: bool
    descriptor_prefix: str


def retrieve_account(credentials: Credentials) -> Account:
    """The account the secret key belongs to. Raises StripeError (StripePermissionMissing: key may not read it)."""
    with stripe_call():
        account = secret_client(credentials).v1.accounts.retrieve_current()
    currency = account.default_currency
    return Account(
        id=account.id,
        country=account.country,
        default_currency=currency.upper() if currency else None,
        charges_enabled=bool(account.charges_enabled),
        descriptor_prefix=_descriptor_prefix(account),
    )


def _descriptor_prefix(account: stripe.Account) -> str:
    """What stands before an offer's suffix on card statements, "" when Stripe doesn't say.

    Without a prefix of its own Stripe takes the first ten characters of the account's static descriptor.
    """
    settings = account.settings
    cards = getattr(settings, "card_payments", None)
    static = getattr(getattr(settings, "payments", None), "statement_descriptor", None) or ""
    return str(getattr(cards, "statement_descriptor_prefix", None) or static[:10])


def chargeable_currencies(credentials: Credentials, country: str) -> list[str]:
    """Upper-case codes of what accounts of this country can charge. Raises StripeError."""
    with stripe_call():
        spec = secret_client(credentials).v1.country_specs.retrieve(country)
    return sorted(code.upper() for code in spec.supported_payment_currencies)


def keys_match(credentials: Credentials) -> bool:
    """Whether both keys are of one account.

    An unconfirmed SetupIntent made with the secret key is readable with the publishable key of the same account
    only; it is canceled afterwards. False only when Stripe says the intent isn't there; raises StripeError
    when nothing can be said (account not active yet, restricted key).
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
        # An unconfirmed intent left behind charges nobody; the answer about the pair matters more.
        return
