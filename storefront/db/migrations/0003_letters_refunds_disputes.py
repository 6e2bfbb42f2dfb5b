"""Emails, refunds, disputes, shop settings, and state of reconciliation and webhooks."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Merchant(Model):
        class Meta:
            database = db
            table_name = "merchant"

    class Order(Model):
        class Meta:
            database = db
            table_name = "shop_order"

    class Payment(Model):
        class Meta:
            database = db
            table_name = "payment"

    class ShopSetting(Model):
        name = CharField(unique=True, max_length=60)
        value = TextField()

        class Meta:
            database = db
            table_name = "shop_setting"

    class Letter(Model):
        kind = CharField(max_length=40)
        about = CharField(max_length=80)
        order = ForeignKeyField(Order, null=True, on_delete="CASCADE")
        recipient = CharField(default="")
        language = CharField(max_length=2)
        detail = TextField()
        due_at = DateTimeField()
        subject = TextField(default="")
        text = TextField(default="")
        html = TextField(default="")
        state = CharField(max_length=10, default="waiting")
        claimed_until = DateTimeField(null=True)
        attempts = IntegerField(default=0)
        problem = TextField(default="")
        created_at = DateTimeField()
        done_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "letter"
            indexes = ((("kind", "about"), True), (("state", "due_at"), False))

    class LetterWording(Model):
        kind = CharField(max_length=40)
        language = CharField(max_length=2)
        subject = TextField()
        words = TextField()

        class Meta:
            database = db
            table_name = "letter_wording"
            indexes = ((("kind", "language"), True),)

    class Refund(Model):
        public_id = CharField(unique=True)
        order = ForeignKeyField(Order, on_delete="RESTRICT")
        payment = ForeignKeyField(Payment, on_delete="RESTRICT")
        refund_id = CharField(null=True, unique=True)
        amount = BigIntegerField()
        currency = CharField(max_length=3)
        status = CharField(max_length=20, default="")
        reason = CharField(max_length=30, default="")
        origin = CharField(max_length=10, default="shop")
        failure = CharField(default="")
        created_at = DateTimeField()
        checked_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "refund"

    class Dispute(Model):
        order = ForeignKeyField(Order, on_delete="RESTRICT")
        payment = ForeignKeyField(Payment, on_delete="RESTRICT")
        dispute_id = CharField(unique=True)
        amount = BigIntegerField()
        currency = CharField(max_length=3)
        status = CharField(max_length=30)
        reason = CharField(max_length=60, default="")
        evidence_due_at = DateTimeField(null=True)
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "dispute"

    class WebhookRefusal(Model):
        merchant = ForeignKeyField(Merchant, null=True, on_delete="CASCADE")
        reason = CharField(max_length=30)
        count = IntegerField(default=0)
        last_at = DateTimeField()

        class Meta:
            database = db
            table_name = "webhook_refusal"
            indexes = ((("merchant", "reason"), True),)

    class Decline(Model):
        payment = ForeignKeyField(Payment, on_delete="CASCADE")
        attempt = CharField(max_length=80)
        address = CharField(max_length=64, index=True)
        offer_id = IntegerField(index=True)
        at = DateTimeField(index=True)

        class Meta:
            database = db
            table_name = "decline"
            indexes = ((("payment", "attempt"), True),)

    db.create_tables([ShopSetting, Letter, LetterWording, Refund, Dispute, WebhookRefusal, Decline])
    migrator.migrate(
        migrator.add_column("shop_order", "expires_at", DateTimeField(null=True, index=True)),
        migrator.add_column("shop_order", "buyer_address", CharField(max_length=64, default="")),
        migrator.add_column("payment", "next_check_at", DateTimeField(null=True, index=True)),
        migrator.add_column("payment", "touched_at", DateTimeField(null=True)),
        migrator.add_column("webhook_event", "intent_id", CharField(default="")),
        migrator.add_column("webhook_event", "attempt", CharField(default="")),
        migrator.add_column("webhook_event", "occurred_at", DateTimeField(null=True)),
        migrator.add_column("merchant", "previous_webhook_secret_encrypted", TextField(null=True)),
        migrator.add_column("merchant", "previous_webhook_secret_until", DateTimeField(null=True)),
        migrator.add_column("merchant", "webhook_by_hand", BooleanField(default=False)),
        migrator.add_column("merchant", "events_taken_until", DateTimeField(null=True)),
    )


def down(migrator: SchemaMigrator, db: Database) -> None:
    columns = {
        "merchant": (
            "events_taken_until",
            "webhook_by_hand",
            "previous_webhook_secret_until",
            "previous_webhook_secret_encrypted",
        ),
        "webhook_event": ("occurred_at", "attempt", "intent_id"),
        "payment": ("touched_at", "next_check_at"),
        "shop_order": ("buyer_address", "expires_at"),
    }
    tables = ("decline", "webhook_refusal", "dispute", "refund", "letter_wording", "letter", "shop_setting")
    migrator.migrate(
        *(migrator.drop_column(table, name) for table, names in columns.items() for name in names),
        *(migrator.drop_table(name) for name in tables),
    )
