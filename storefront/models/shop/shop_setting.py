"""Settings that the owner has changed from the defaults in `storefront.settings`."""

from peewee import CharField

from storefront.models.base import JsonField, Record
from storefront.models.prepared_query import PreparedQuery


class ShopSetting(Record):
    """One changed setting. Settings without a row have their default."""

    name = CharField(unique=True, max_length=60)
    value = JsonField()

    @classmethod
    def by_name(cls, name: str) -> "ShopSetting | None":
        """The setting, or None if it has its default."""
        return _BY_NAME.first(name)


_BY_NAME: PreparedQuery[ShopSetting] = PreparedQuery(lambda name: ShopSetting.select().where(ShopSetting.name == name))
