"""What to do when Stripe refuses a merchant's key that has just been replaced, or that has just replaced another one.

A request that was refused with 401 has changed nothing at Stripe, so the same request can be sent with another key of
the same account. Keys are only saved after Stripe has confirmed that they are of this account.
"""

from collections.abc import Callable, Mapping
from typing import Any

from storefront.db import db, release_connection
from storefront.errors import SecretUnreadable
from storefront.models import Merchant, StripeRefusal, next_request_number

Answer = tuple[Any, int, Mapping[str, str]]
REFUSED = 401


def repeat_with_other_key(
    merchant_id: int, key: str, send: Callable[[Mapping[str, str]], Answer], headers: Mapping[str, str] | None
) -> Answer | None:
    """Send a request again whose `key` Stripe has refused; `send` gets its headers. None if that would be in vain.

    The key is the one that was saved meanwhile, or else the merchant's previous one. If that works, the merchant has
    its previous keys again.
    """
    other = _other_key(merchant_id, key)
    if not other:
        return None
    release_connection()
    answer = send({**(headers or {}), "Authorization": f"Bearer {other}"})
    if answer[1] == REFUSED:
        return None
    return_to_previous_keys(merchant_id, key)
    return answer


def return_to_previous_keys(merchant_id: int, refused_key: str) -> None:
    """Give the merchant its previous keys, unless the refused key is not its present one any more."""
    with db.atomic():
        merchant = Merchant.lock_row(merchant_id)
        if not merchant.has_secret_key(refused_key) or not merchant.has_previous_keys:
            return
        merchant.return_to_previous_keys()
        # A check that has begun with the refused key must not store its result.
        merchant.request_number = next_request_number()
        merchant.check_problem = ""
        merchant.save()
        StripeRefusal.forget_key(merchant)


def _other_key(merchant_id: int, key: str) -> str:
    merchant = Merchant.get_or_none(Merchant.id == merchant_id)
    if merchant is None or not merchant.is_connected:
        return ""
    try:
        present = merchant.secret_key
        return present if present != key else merchant.previous_secret_key
    except SecretUnreadable:
        return ""
