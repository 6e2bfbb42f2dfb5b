"""Subscriptions that were made at Stripe outside of the shop and imported."""

from peewee import CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Merchant(Base):
        pass

    class Offer(Base):
        pass

    class SubscriptionImport(Base):
        merchant = ForeignKeyField(Merchant, unique=True, on_delete="CASCADE")
        cursor = CharField()
        seen = IntegerField()
        adopted = IntegerField()
        left_out = IntegerField()
        problem = CharField(max_length=20)
        started_at = DateTimeField()
        finished_at = DateTimeField(null=True)

        class Meta:
            table_name = "subscription_import"

    class ImportedPrice(Base):
        merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
        price_id = CharField()
        offer = ForeignKeyField(Offer, on_delete="CASCADE")

        class Meta:
            table_name = "imported_price"
            indexes = ((("merchant", "price_id"), True),)

    migrator.migrate(migrator.add_column("shop_order", "imported_at", DateTimeField(null=True)))
    db.create_tables([SubscriptionImport, ImportedPrice])


def down(migrator: SchemaMigrator, db: Database) -> None:
    for table in ("imported_price", "subscription_import"):
        db.execute_sql(f"DROP TABLE {table}")  # type: ignore[no-untyped-call]
    migrator.migrate(migrator.drop_column("shop_order", "imported_at"))
