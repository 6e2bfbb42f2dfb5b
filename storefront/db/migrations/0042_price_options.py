"""Several prices of an offer, and orders with further lines than their units."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
)
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("offer", "option_count INTEGER NOT NULL DEFAULT 0"),
    ("shop_order", "option_label VARCHAR(60) NOT NULL DEFAULT ''"),
    ("shop_order", "itemized BOOLEAN NOT NULL DEFAULT false"),
    ("shop_order", "discount BIGINT NOT NULL DEFAULT 0"),
)


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Offer(Base):
        class Meta:
            table_name = "offer"

    class ShopOrder(Base):
        class Meta:
            table_name = "shop_order"

    class PriceOption(Base):
        kind = CharField(max_length=10)
        every = IntegerField()
        interval = CharField(max_length=5)
        trial_days = IntegerField()
        instalments = IntegerField()
        cancellation = CharField(max_length=10)
        offer = ForeignKeyField(Offer, on_delete="CASCADE")
        position = IntegerField()
        label = CharField(max_length=60)
        amount = BigIntegerField()
        minimum_amount = BigIntegerField(null=True)
        stock = IntegerField(null=True)
        created_at = DateTimeField()

        class Meta:
            table_name = "price_option"
            indexes = ((("offer", "position"), False),)

    class OrderLine(Base):
        order = ForeignKeyField(ShopOrder, on_delete="CASCADE")
        position = IntegerField()
        kind = CharField(max_length=10)
        title = CharField(max_length=200)
        unit_amount = BigIntegerField()
        quantity = IntegerField()
        recurs = BooleanField()
        discount = BigIntegerField()
        later_discount = BigIntegerField()
        addon_id = IntegerField(null=True)

        class Meta:
            table_name = "order_line"
            indexes = ((("order", "position"), True),)

    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]
    migrator.migrate(
        migrator.add_column("offer", "minimum_amount", BigIntegerField(null=True)),
        migrator.add_column("offer", "option_stock", IntegerField(null=True)),
        migrator.add_column("shop_order", "option_id", IntegerField(null=True)),
        migrator.add_column("shop_order", "later_amount", BigIntegerField(null=True)),
    )
    db.create_tables([PriceOption, OrderLine])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        migrator.drop_table("order_line"),
        migrator.drop_table("price_option"),
        migrator.drop_column("shop_order", "later_amount"),
        migrator.drop_column("shop_order", "option_id"),
        migrator.drop_column("offer", "option_stock"),
        migrator.drop_column("offer", "minimum_amount"),
        *(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS),
    )
