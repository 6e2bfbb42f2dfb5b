"""Former addresses of offers: shared links redirect to the current one."""

from peewee import CharField, ForeignKeyField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.offers.offer import Offer


class OfferRedirect(Record):
    """`slug` redirects to `offer`, until another offer uses that slug."""

    slug = CharField(unique=True, max_length=80)
    offer = ForeignKeyField(Offer, backref="former_addresses", on_delete="CASCADE")
    created_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "former_address"

    @classmethod
    def current_slug(cls, slug: str) -> str | None:
        """The current slug of the offer that had `slug` before, or None."""
        found: OfferRedirect | None = cls.select(cls, Offer).join(Offer).where(cls.slug == slug).first()
        return None if found is None else found.offer.slug
