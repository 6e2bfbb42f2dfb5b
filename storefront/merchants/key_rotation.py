"""Keys that replace others: both pairs are kept until the new one has proved itself."""

from contextlib import suppress
from datetime import timedelta

from storefront import emails, stripe_gateway
from storefront.db import db
from storefront.errors import SecretUnreadable, StripeError, StripePermissionMissing
from storefront.models import EmailKind, Merchant, StripeRefusal, now
from storefront.stripe_gateway import Credentials

# How long the previous keys are kept at least. Then the next success of the new ones drops them.
OVERLAP = timedelta(hours=1)
# For so long the owner is told that the shop has gone back to the previous keys.
TOLD_FOR = timedelta(days=1)


def keep_replaced_keys(merchant: Merchant, new: Credentials) -> None:
    """Remember the present keys if `new` ones replace them. Keys that Stripe refuses are of no use. Saves nothing."""
    merchant.refused_key_last4, merchant.returned_at = "", None
    try:
        is_same = merchant.secret_key == new.secret_key
    except SecretUnreadable:
        merchant.forget_previous_keys()
        return
    if is_same and merchant.publishable_key == new.publishable_key:
        return
    if merchant.check_problem == "key_invalid" or StripeRefusal.refuses_key(merchant):
        merchant.forget_previous_keys()
    else:
        merchant.keep_keys(now() + OVERLAP)


def remove_previous_keys(merchant: Merchant) -> None:
    """Delete the previous keys now."""
    with db.atomic():
        row = Merchant.lock_row(merchant.id)
        row.forget_previous_keys()
        row.save()


def return_if_refused(merchant: Merchant) -> bool:
    """After Stripe has refused the present key: whether the merchant has its previous keys again, which work.

    Raises StripeError if Stripe gives no answer.
    """
    try:
        refused, previous = merchant.secret_key, merchant.previous_secret_key
    except SecretUnreadable:
        return False
    try:
        _ask(Credentials(merchant.previous_publishable_key, previous, merchant.api_base))
    except StripeError as error:
        if error.is_transient:
            raise
        return False
    stripe_gateway.return_to_previous_keys(merchant.id, refused)
    merchant.reload()
    return True


def watch_keys(merchant: Merchant) -> None:
    """Drop previous keys whose time is over, if the new ones work. Tell the owner if they did not.

    Raises StripeError and SecretUnreadable.
    """
    if merchant.returned_at is not None and now() - merchant.returned_at < TOLD_FOR:
        about = f"merchant-{merchant.id}-{merchant.returned_at:%Y%m%d%H%M%S}"
        emails.write(EmailKind.OWNER_KEYS_RETURNED, None, about, title=merchant.name)
    until = merchant.previous_keys_until
    if until is None or now() < until:
        return
    key = merchant.secret_key
    _ask(Credentials.of(merchant))
    with db.atomic():
        row = Merchant.lock_row(merchant.id)
        # Other keys may have been saved meanwhile.
        if row.has_secret_key(key) and row.previous_keys_until == until:
            row.forget_previous_keys()
            row.save()


def _ask(credentials: Credentials) -> None:
    """A call that says whether Stripe accepts the key. Raises StripeError if it does not, or gives no answer."""
    # Who may not read the account has a key that Stripe knows.
    with suppress(StripePermissionMissing):
        stripe_gateway.retrieve_account(credentials)
