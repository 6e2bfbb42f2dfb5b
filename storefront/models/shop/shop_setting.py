"""Settings that the owner has changed from the defaults in `storefront.settings`."""

from peewee import CharField

from storefront.models.base import JsonField, Record


class ShopSetting(Record):
    """One changed setting. Settings without a row have their default."""

    name = CharField(unique=True, max_length=60)
    value = JsonField()
