"""What the owner has set otherwise than the defaults in `settings`."""

from peewee import CharField

from storefront.models.base import JsonField, Record


class ShopSetting(Record):
    """One setting by its name; absent ones have their default."""

    name = CharField(unique=True, max_length=60)
    value = JsonField()
