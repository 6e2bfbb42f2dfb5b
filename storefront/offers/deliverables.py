"""What an offer says of the things that it delivers, in its own row, and copies of them."""

from collections.abc import Iterable

from storefront.models import Deliverable, DeliverableKind, Offer, PriceOption

_COPIED = ("kind", "title", "position", "url", "text", "file_id")


def note_deliverables(offer: Offer) -> None:
    """Write into the offer's row that it delivers something, and how many lists of license keys it has."""
    lists = Deliverable.select().where(
        Deliverable.offer == offer, Deliverable.kind == DeliverableKind.KEYS, Deliverable.removed_at.is_null()
    )
    offer.delivers, offer.key_lists = True, lists.count()
    offer.save(only=[Offer.delivers, Offer.key_lists])


def remove_from_options(offer: Offer, kept: Iterable[int]) -> None:
    """Remove what belongs to price options that the offer has no longer."""
    if offer.delivers:
        Deliverable.remove_from_options(offer, kept)
        note_deliverables(offer)


def copy_deliverables(offer: Offer, copy: Offer) -> None:
    """Give a copy of the offer the same files, links and texts, and empty lists of license keys."""
    copy.delivers, copy.key_lists = False, 0
    rows = Deliverable.of_offer(offer)
    if rows:
        before, after = PriceOption.of_offer(offer), PriceOption.of_offer(copy)
        option_ids: dict[int | None, int] = {old.id: new.id for old, new in zip(before, after, strict=True)}
        for row in rows:
            values = {name: getattr(row, name) for name in _COPIED}
            Deliverable.create(offer=copy, option_id=row.option_id and option_ids.get(row.option_id), **values)
        note_deliverables(copy)
    else:
        copy.save(only=[Offer.delivers, Offer.key_lists])
