"""Counts of what strangers start: checkouts, requests for login links, and emails about unpaid orders."""

from peewee import BooleanField, CharField, Database, DateTimeField, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class ShopOrder(Base):
        class Meta:
            table_name = "shop_order"

    class Letter(Base):
        class Meta:
            table_name = "letter"

    class CheckoutPress(Base):
        order = ForeignKeyField(ShopOrder, on_delete="CASCADE")
        network = CharField(max_length=64)
        email = CharField()
        begins = BooleanField()
        at = DateTimeField(index=True)

        class Meta:
            table_name = "checkout_press"
            indexes = ((("network", "at"), False), (("email", "at"), False))

    class UnpaidOrderEmail(Base):
        email = ForeignKeyField(Letter, unique=True, on_delete="CASCADE")
        recipient = CharField(index=True)
        at = DateTimeField(index=True)

        class Meta:
            table_name = "unpaid_order_email"

    db.create_tables([CheckoutPress, UnpaidOrderEmail])
    migrator.migrate(
        migrator.add_column("letter_request", "wants_link", BooleanField(default=False, index=True)),
        migrator.add_column("letter_request", "page", CharField(default="")),
        migrator.add_index("shop_order", ("status", "expires_at")),
    )


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        migrator.drop_index("shop_order", "shop_order_status_expires_at"),
        migrator.drop_column("letter_request", "page"),
        migrator.drop_column("letter_request", "wants_link"),
        migrator.drop_table("unpaid_order_email"),
        migrator.drop_table("checkout_press"),
    )
