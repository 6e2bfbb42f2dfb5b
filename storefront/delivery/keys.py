"""License keys: adding them to a list, holding them for an unpaid order, and giving them when it is paid."""

from collections.abc import Iterable
from dataclasses import dataclass

from storefront.db import db
from storefront.errors import FieldErrors, OfferNotPayable
from storefront.models import (
    MAX_KEY_LENGTH,
    Deliverable,
    DeliverableKind,
    LicenseKey,
    Offer,
    OfferObstacle,
    Order,
    keys_by_state,
    now,
)

MAX_KEYS_AT_ONCE = 100_000
# Rows of one statement.
_BATCH = 500


@dataclass(frozen=True)
class AddedKeys:
    """How many keys of a pasted list were `new`, and how many were in it or in the shop before."""

    new: int
    duplicates: int


def read_keys(pasted: str) -> list[str]:
    """The keys of a pasted list, one a line, without empty lines.

    Raises FieldErrors for the field `keys`: keys_missing, keys_too_many, key_too_long (detail `line`).
    """
    keys = []
    for number, line in enumerate(pasted.splitlines(), 1):
        key = line.strip()
        if len(key) > MAX_KEY_LENGTH:
            raise FieldErrors({"keys": ["key_too_long"]}, line=number, most=MAX_KEY_LENGTH)
        if key:
            keys.append(key)
    if not keys:
        raise FieldErrors({"keys": ["keys_missing"]})
    if len(keys) > MAX_KEYS_AT_ONCE:
        raise FieldErrors({"keys": ["keys_too_many"]}, most=MAX_KEYS_AT_ONCE)
    return keys


def add_keys(deliverable: Deliverable, keys: list[str]) -> AddedKeys:
    """Add keys to a list. One that the list has, or had, is a duplicate: no key is given twice."""
    distinct = list(dict.fromkeys(keys))
    with db.atomic():
        # Two pasted lists wait for each other, so that both numbers are right.
        deliverable.offer.lock()
        known = {
            row.value
            for some in _batches(distinct)
            for row in LicenseKey.select(LicenseKey.value).where(
                LicenseKey.deliverable == deliverable, LicenseKey.value.in_(some)
            )
        }
        new = [key for key in distinct if key not in known]
        time = now()
        for some in _batches(new):
            rows = [{"deliverable": deliverable.id, "value": key, "created_at": time} for key in some]
            LicenseKey.insert_many(rows).execute()
        if new:
            Deliverable.update(told_low_at=None, told_out_at=None).where(Deliverable.id == deliverable.id).execute()
    return AddedKeys(len(new), len(keys) - len(new))


def hold_keys(order: Order, quantity: int, option_id: int | None) -> None:
    """Hold a key of each list for each unit of an unpaid order, in the transaction that writes the order.

    It keeps those that it holds. Raises OfferNotPayable as `offers.hold_stock` does.
    """
    offer = order.offer
    if not offer.key_lists:
        return
    offer.lock()
    lists = [one for one in lists_of(offer) if one.is_for(option_id)]
    _free(order, LicenseKey.deliverable.not_in([one.id for one in lists]))
    for one in lists:
        if not take(order, one, quantity):
            raise OfferNotPayable(_obstacle(one, quantity))


def lists_of(offer: Offer) -> list[Deliverable]:
    """The offer's lists of license keys."""
    if not offer.key_lists:
        return []
    return [one for one in Deliverable.of_offer(offer) if one.kind == DeliverableKind.KEYS]


def take(order: Order, deliverable: Deliverable, quantity: int) -> bool:
    """Let the order hold so many keys of the list, no fewer and no more. False if there are too few.

    The caller has locked the offer.
    """
    own = (LicenseKey.order == order) & (LicenseKey.deliverable == deliverable)
    held = [row.id for row in LicenseKey.select(LicenseKey.id).where(own).order_by(LicenseKey.id)]
    if len(held) > quantity:
        _free(order, LicenseKey.id.in_(held[quantity:]))
    missing = quantity - len(held)
    if missing <= 0:
        return True
    free = (LicenseKey.deliverable == deliverable) & LicenseKey.order.is_null()
    first = LicenseKey.select(LicenseKey.id).where(free).order_by(LicenseKey.id).limit(missing)
    ids = [row.id for row in first]
    taken = LicenseKey.update(order=order).where(LicenseKey.id.in_(ids), LicenseKey.order.is_null()).execute()
    return bool(taken == missing)


def free_all(order: Order) -> None:
    """Free the keys that the order holds and was not given."""
    _free(order, LicenseKey.given_at.is_null())


def _free(order: Order, which: object) -> None:
    not_given = (LicenseKey.order == order) & LicenseKey.given_at.is_null()
    LicenseKey.update(order=None).where(not_given, which).execute()


def _obstacle(deliverable: Deliverable, quantity: int) -> OfferObstacle:
    """Why the list has too few free keys, other than those that this order has just taken."""
    states = keys_by_state([deliverable.id]).get(deliverable.id, {})
    left = states.get("free", 0) + states.get("held", 0)
    if not left:
        return OfferObstacle.SOLD_OUT
    return OfferObstacle.TOO_FEW if left < quantity else OfferObstacle.TAKEN


def _batches(keys: list[str]) -> Iterable[list[str]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
