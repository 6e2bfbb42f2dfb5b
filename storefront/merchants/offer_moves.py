"""Moving all offers of one merchant to another one."""

from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import Merchant, Offer, now


def move_offers(source: Merchant, target: Merchant) -> int:
    """Let `target` be paid for all offers of `source`. Return how many offers were moved.

    Either all offers move or none. A second account that does not fit the new one is taken away. Orders that have been
    started stay with `source` until their payment is started again.

    Raises FieldErrors (target: not_connected; currency_unsupported with details `offers`, the titles of the offers
    whose currency `target` can't charge).
    """
    offers = list(Offer.select().where(Offer.merchant == source))
    if not target.takes_payments or target.id == source.id:
        raise FieldErrors({"target": ["not_connected"]})
    not_chargeable = [offer.title for offer in offers if not target.can_charge(offer.currency)]
    if not_chargeable:
        raise FieldErrors({"target": ["currency_unsupported"]}, offers=not_chargeable)
    with db.atomic():
        # A second account has the mode of the first one, and is another one.
        of_other_mode = Merchant.select(Merchant.id).where(Merchant.mode != target.mode)
        unfit = (Offer.second_merchant == target) | Offer.second_merchant.in_(of_other_mode)
        Offer.update(second_merchant=None).where(Offer.merchant == source, unfit).execute()
        return int(Offer.update(merchant=target, updated_at=now()).where(Offer.merchant == source).execute())
