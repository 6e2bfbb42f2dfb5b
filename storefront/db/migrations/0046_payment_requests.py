"""Payment requests: the owner asks one person for one amount."""

from peewee import (
    SQL,
    BigIntegerField,
    CharField,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)
from playhouse.migrate import SchemaMigrator

REMINDERS = "payment_request_next_reminder"


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Merchant(Base):
        pass

    class ShopOrder(Base):
        class Meta:
            table_name = "shop_order"

    class PaymentRequest(Base):
        token = CharField(unique=True)
        merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
        mode = CharField(max_length=4)
        order = ForeignKeyField(ShopOrder, null=True, on_delete="SET NULL")
        title = CharField(max_length=200)
        title_folded = TextField()
        amount = BigIntegerField()
        currency = CharField(max_length=3)
        name = CharField()
        name_folded = TextField()
        email = CharField()
        email_folded = TextField()
        language = CharField(max_length=2)
        state = CharField(max_length=10)
        created_at = DateTimeField()
        expires_at = DateTimeField(null=True)
        reminders = IntegerField()
        reminded_at = DateTimeField(null=True)
        next_reminder_at = DateTimeField(null=True)

        class Meta:
            table_name = "payment_request"
            indexes = (
                (("state", "id"), False),
                (("mode", "id"), False),
                (("mode", "state", "id"), False),
                (("state", "expires_at"), False),
            )

    PaymentRequest.add_index(
        PaymentRequest.index(PaymentRequest.next_reminder_at, where=SQL("next_reminder_at IS NOT NULL"), name=REMINDERS)
    )
    db.create_tables([PaymentRequest])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_table("payment_request"))
