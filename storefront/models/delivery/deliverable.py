"""What an offer delivers when it is paid: a file, a link, a text, or a key from a list of license keys."""

import enum
from collections.abc import Iterable
from typing import Any

from peewee import SQL, BooleanField, CharField, ForeignKeyField, IntegerField, TextField, fn

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.delivery.stored_file import StoredFile
from storefront.models.offers.offer import Offer

MAX_URL = 2000


class DeliverableKind(enum.StrEnum):
    """The values are stored in rows and never change."""

    FILE = "file"
    LINK = "link"
    TEXT = "text"
    KEYS = "keys"


class Deliverable(Record):
    """`url` is set for a link, `text` (Markdown) for a text, `file` for a file; license keys have rows of their own.

    `option_id` is the price option that it belongs to; None: all orders of the offer get it. A file is never exchanged
    in its row: a new file is a new row that `replaces_id` the old one, which gets `removed_at`. `for_earlier`: it also
    reaches those who bought before it was there.
    """

    offer = ForeignKeyField(Offer, backref="deliverables", on_delete="CASCADE")
    offer_id: int
    option_id = IntegerField(null=True)
    kind = CharField(max_length=10)
    title = CharField(max_length=200)
    position = IntegerField()
    url = CharField(max_length=MAX_URL, default="")
    text = TextField(default="")
    file = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT")
    file_id: int | None
    replaces_id = IntegerField(null=True)
    for_earlier = BooleanField(default=False)
    # Those who have bought the offer before are written to, until all of them are; the last order id so far.
    announced = BooleanField(default=True)
    announced_to = IntegerField(default=0)
    told_low_at = UtcDateTimeField(null=True)  # when the owner was told that few keys are left, or none; None: enough
    told_out_at = UtcDateTimeField(null=True)  # likewise, that none is left
    created_at = UtcDateTimeField(default=now)
    removed_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("offer", "position"), False),)

    @classmethod
    def of_offer(cls, offer: Offer) -> "list[Deliverable]":
        """What the offer delivers now, in its order; no query for an offer that never delivered anything."""
        if not offer.delivers:
            return []
        of_offer = (cls.offer == offer) & cls.removed_at.is_null()
        return list(cls.select().where(of_offer).order_by(cls.position, cls.id))

    @classmethod
    def low_key_lists(cls, most: int) -> "list[Deliverable]":
        """Lists of license keys that the owner was told about, with their offers, the newest first."""
        low = cls.told_low_at.is_null(False) & cls.removed_at.is_null()
        return list(cls.select(cls, Offer).join(Offer).where(low).order_by(cls.told_low_at.desc()).limit(most))

    @classmethod
    def remove_from_options(cls, offer: Offer, kept: Iterable[int]) -> None:
        """Remove what belongs to price options that are no longer among those of the offer."""
        gone = cls.option_id.is_null(False) & cls.option_id.not_in(list(kept)) & cls.removed_at.is_null()
        cls.update(removed_at=now()).where(cls.offer == offer, gone).execute()

    @classmethod
    def replacing(cls, removed: "Deliverable") -> "Deliverable | None":
        """The row that has taken the place of this one, or of the one that did, and is still there."""
        newer: Deliverable | None = removed
        seen = {removed.id}
        while newer is not None and newer.removed_at is not None:
            newer = cls.get_or_none(cls.replaces_id == newer.id, cls.id.not_in(seen))
            seen.add(newer.id if newer else 0)
        return newer

    @classmethod
    def files_without_offer(cls) -> Any:
        """A query of files with their bytes stored that no offer delivers now."""
        present = cls.select().where(cls.file == StoredFile.id, cls.removed_at.is_null())
        return StoredFile.select().where(StoredFile.deleted_at.is_null(), ~fn.EXISTS(present)).order_by(StoredFile.id)

    def is_for(self, option_id: int | None) -> bool:
        """Whether an order of this price option gets it."""
        return self.option_id is None or self.option_id == option_id


Deliverable.add_index(
    Deliverable.index(Deliverable.told_low_at, where=SQL("told_low_at IS NOT NULL"), name="deliverable_low")
)
# Those whose earlier customers are still to be written to.
Deliverable.add_index(Deliverable.index(Deliverable.id, where=SQL("NOT announced"), name="deliverable_to_announce"))
