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

    @classmethod
    def store(cls, name: str, value: object) -> None:
        """Store the value, in place of an earlier one."""
        cls.insert(name=name, value=value).on_conflict(conflict_target=[cls.name], update={cls.value: value}).execute()


_BY_NAME: PreparedQuery[ShopSetting] = PreparedQuery(lambda name: ShopSetting.select().where(ShopSetting.name == name))
