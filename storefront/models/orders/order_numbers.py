"""Order numbers follow the ids of the rows. After a restore, the next one is raised above those that were used."""

from peewee import PostgresqlDatabase

from storefront.db import db
from storefront.models.shop.shop_setting import ShopSetting

LAST_USED = "last_used_order_id"


def raise_order_id(last_used: int) -> None:
    """Give the next new order an id above this one. Does nothing if it would get one anyway."""
    with db.atomic():
        if isinstance(db.obj, PostgresqlDatabase):
            _raise_sequence(last_used)
            return
        row = ShopSetting.by_name(LAST_USED)
        if row is None or row.value < last_used:
            ShopSetting.store(LAST_USED, last_used)


def raised_order_id() -> int | None:
    """The id of the next new order on SQLite, which has no sequence. None: the database's own."""
    row = ShopSetting.by_name(LAST_USED)
    if row is None:
        return None
    newest = db.execute_sql("SELECT MAX(id) FROM shop_order").fetchone()[0] or 0
    return row.value + 1 if newest <= row.value else None


def last_used_order_id() -> int:
    """The highest id that was given to an order, although perhaps no row has it any more; 0 if there was none."""
    newest = db.execute_sql("SELECT MAX(id) FROM shop_order").fetchone()[0] or 0
    if isinstance(db.obj, PostgresqlDatabase):
        name = db.execute_sql("SELECT pg_get_serial_sequence('shop_order', 'id')").fetchone()[0]
        drawn = db.execute_sql(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}")  # noqa: S608
        return max(int(newest), int(drawn.fetchone()[0]))
    row = ShopSetting.get_or_none(ShopSetting.name == LAST_USED)
    return max(int(newest), int(row.value) if row else 0)


def _raise_sequence(last_used: int) -> None:
    # The lock keeps concurrent inserts from drawing a number between the comparison and the change.
    db.execute_sql("LOCK TABLE shop_order IN SHARE ROW EXCLUSIVE MODE")
    name = db.execute_sql("SELECT pg_get_serial_sequence('shop_order', 'id')").fetchone()[0]
    db.execute_sql(f"SELECT setval(%s, GREATEST(last_value, %s)) FROM {name}", (name, last_used))  # noqa: S608
