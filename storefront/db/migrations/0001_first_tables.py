"""The first tables. The models here are copies, so that later changes of the real models do not affect them."""

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
    class Admin(Model):
        email = CharField(unique=True)
        password_hash = CharField()
        session_version = IntegerField(default=1)
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "admin"

    class Merchant(Model):
        public_id = CharField(unique=True)
        name = CharField()
        mode = CharField()
        publishable_key = CharField(unique=True)
        secret_key_encrypted = TextField(null=True)
        secret_key_last4 = CharField(default="")
        api_base = CharField(null=True)
        js_url = CharField(null=True)
        stripe_account_id = CharField(null=True)
        country = CharField(null=True)
        default_currency = CharField(null=True)
        charges_enabled = BooleanField(null=True)
        currencies = TextField(null=True)
        pair_verified = BooleanField(default=False)
        lacks = TextField()
        checked_at = DateTimeField(null=True)
        check_problem = CharField(default="")
        webhook_endpoint_id = CharField(null=True)
        webhook_url = CharField(null=True)
        webhook_secret_encrypted = TextField(null=True)
        webhook_problem = TextField(default="")
        disconnected_at = DateTimeField(null=True)
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "merchant"
            indexes = ((("stripe_account_id", "mode"), True),)

    class Offer(Model):
        slug = CharField(unique=True, max_length=80)
        title = CharField(max_length=200)
        description = TextField(default="")
        thank_you = TextField(default="")
        amount = BigIntegerField()
        currency = CharField(max_length=3)
        merchant = ForeignKeyField(Merchant, null=True, on_delete="RESTRICT")
        language = CharField(max_length=2, default="en")
        status = CharField(max_length=10, default="draft")
        listed = BooleanField(default=True)
        max_quantity = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()

        class Meta:
            database = db
            table_name = "offer"
            indexes = ((("status", "listed", "created_at"), False),)

    class Order(Model):
        token = CharField(unique=True)
        offer = ForeignKeyField(Offer, on_delete="RESTRICT")
        merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
        visit_key = CharField(max_length=128)
        title = CharField(max_length=200)
        unit_amount = BigIntegerField()
        quantity = IntegerField()
        amount = BigIntegerField()
        currency = CharField(max_length=3)
        email = CharField()
        name = CharField()
        language = CharField(max_length=2)
        status = CharField(index=True, max_length=20, default="pending")
        created_at = DateTimeField(index=True)
        paid_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "shop_order"
            indexes = ((("offer", "visit_key"), True),)

    class Payment(Model):
        public_id = CharField(unique=True)
        order = ForeignKeyField(Order, on_delete="RESTRICT")
        merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
        amount = BigIntegerField()
        currency = CharField(max_length=3)
        intent_id = CharField(unique=True, null=True)
        status = CharField(index=True, max_length=32, default="")
        error_code = CharField(default="")
        decline_code = CharField(default="")
        attempt = CharField(default="")
        created_at = DateTimeField()
        checked_at = DateTimeField(null=True)
        ended_at = DateTimeField(null=True)
        end_reason = CharField(default="")

        class Meta:
            database = db
            table_name = "payment"

    class SignInFailure(Model):
        email = CharField(index=True)
        address = CharField(index=True)
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "sign_in_failure"

    class TimelineEntry(Model):
        order = ForeignKeyField(Order, on_delete="CASCADE")
        kind = CharField(max_length=40)
        detail = TextField()
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "timeline_entry"

    class WebhookEvent(Model):
        merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
        event_id = CharField()
        type = CharField()
        object_id = CharField(default="")
        payment = CharField(default="")
        received_at = DateTimeField()
        handled_at = DateTimeField(index=True, null=True)
        attempts = IntegerField(default=0)
        next_attempt_at = DateTimeField()
        problem = CharField(default="")

        class Meta:
            database = db
            table_name = "webhook_event"
            indexes = ((("merchant", "event_id"), True),)

    # One payment serves an order at a time, however many requests start one.
    Payment.add_index(
        Payment.index(Payment.order, unique=True, where=Payment.ended_at.is_null(), name="payment_current")
    )
    db.create_tables([Admin, Merchant, Offer, Order, Payment, SignInFailure, TimelineEntry, WebhookEvent])


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(migrator.drop_table("webhook_event"))
    migrator.migrate(migrator.drop_table("timeline_entry"))
    migrator.migrate(migrator.drop_table("sign_in_failure"))
    migrator.migrate(migrator.drop_table("payment"))
    migrator.migrate(migrator.drop_table("shop_order"))
    migrator.migrate(migrator.drop_table("offer"))
    migrator.migrate(migrator.drop_table("merchant"))
    migrator.migrate(migrator.drop_table("admin"))
