"""How orders were paid that their owner has marked as paid."""

from peewee import CharField, Database, DateTimeField, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class ShopOrder(Base):
        class Meta:
            table_name = "shop_order"

    class OutsidePayment(Base):
        order = ForeignKeyField(ShopOrder, unique=True, on_delete="CASCADE")
        method = CharField(max_length=20)
        reference = CharField(max_length=200)
        received_on = CharField(max_length=10)
        recorded_by = CharField()
        recorded_at = DateTimeField()

        class Meta:
            table_name = "outside_payment"

    db.create_tables([OutsidePayment])


def down(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP TABLE outside_payment")  # type: ignore[no-untyped-call]
