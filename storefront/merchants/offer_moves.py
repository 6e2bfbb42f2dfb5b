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
        # A second account has the mode and the addresses of the first one, and is another one.
        others = [one.id for one in Merchant.select() if one.mode != target.mode or not one.has_addresses_of(target)]
        unfit = Offer.second_merchant.in_([target.id, *others])
        Offer.update(second_merchant=None).where(Offer.merchant == source, unfit).execute()
        return int(Offer.update(merchant=target, updated_at=now()).where(Offer.merchant == source).execute())
