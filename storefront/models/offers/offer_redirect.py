"""An address an offer had before: links that were shared go on to where it is now."""

from peewee import CharField, ForeignKeyField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.offers.offer import Offer


class OfferRedirect(Record):
    """`slug` leads to `offer`, until another offer takes that address."""

    slug = CharField(unique=True, max_length=80)
    offer = ForeignKeyField(Offer, backref="former_addresses", on_delete="CASCADE")
    created_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "former_address"

    @classmethod
    def current_slug(cls, slug: str) -> str | None:
        """The present address of the offer that once stood at `slug`."""
        found: OfferRedirect | None = cls.select(cls, Offer).join(Offer).where(cls.slug == slug).first()
        return None if found is None else found.offer.slug
