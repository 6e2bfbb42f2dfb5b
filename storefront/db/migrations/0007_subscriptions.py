"""Recurring offers: billing terms, subscriptions, invoices, products and prices at Stripe."""

from peewee import (
    AutoField,
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

TERMS = ("kind", "every", "interval", "trial_days", "instalments", "cancellation")


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Merchant(Model):
        class Meta:
            database = db
            table_name = "merchant"

    class Offer(Model):
        class Meta:
            database = db
            table_name = "offer"

    class Order(Model):
        class Meta:
            database = db
            table_name = "shop_order"

    class Payment(Model):
        class Meta:
            database = db
            table_name = "payment"

    class Subscription(Model):
        id = AutoField()
        public_id = CharField(unique=True)
        order = ForeignKeyField(Order, on_delete="RESTRICT")
        merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
        payment = ForeignKeyField(Payment, unique=True, on_delete="RESTRICT")
        customer_id = CharField(default="")
        customer_email = CharField(default="")
        subscription_id = CharField(null=True, unique=True)
        item_id = CharField(default="")
        schedule_id = CharField(default="")
        status = CharField(max_length=20, default="", index=True)
        unit_amount = BigIntegerField()
        quantity = IntegerField(default=1)
        currency = CharField(max_length=3)
        every = IntegerField()
        interval = CharField(max_length=5)
        trial_days = IntegerField(default=0)
        instalments = IntegerField(default=0)
        next_unit_amount = BigIntegerField(null=True)
        period_start = DateTimeField(null=True)
        period_end = DateTimeField(null=True)
        trial_end = DateTimeField(null=True)
        cancel_at = DateTimeField(null=True)
        cancels_at_period_end = BooleanField(default=False)
        canceled_at = DateTimeField(null=True)
        ended_at = DateTimeField(null=True)
        end_reason = CharField(max_length=30, default="")
        unwanted = BooleanField(default=False)
        paused = BooleanField(default=False)
        resumes_at = DateTimeField(null=True)
        card_id = CharField(default="", index=True)
        card_brand = CharField(max_length=20, default="")
        card_last4 = CharField(max_length=4, default="")
        card_exp_month = IntegerField(default=0)
        card_exp_year = IntegerField(default=0)
        created_at = DateTimeField()
        synced_at = DateTimeField(null=True)
        next_check_at = DateTimeField(null=True, index=True)

        class Meta:
            database = db
            table_name = "subscription"

    class Invoice(Model):
        id = AutoField()
        public_id = CharField(unique=True)
        subscription = ForeignKeyField(Subscription, on_delete="RESTRICT")
        invoice_id = CharField(unique=True)
        number = CharField(default="")
        status = CharField(max_length=15, default="", index=True)
        reason = CharField(max_length=30, default="")
        amount = BigIntegerField()
        amount_paid = BigIntegerField(default=0)
        currency = CharField(max_length=3)
        period_start = DateTimeField(null=True)
        period_end = DateTimeField(null=True)
        intent_id = CharField(default="", index=True)
        intent_status = CharField(max_length=32, default="")
        error_code = CharField(default="")
        decline_code = CharField(default="")
        needs = CharField(max_length=15, default="", index=True)
        attempts = IntegerField(default=0)
        next_attempt_at = DateTimeField(null=True)
        failed_at = DateTimeField(null=True, index=True)
        paid_at = DateTimeField(null=True)
        card_taken = BooleanField(default=False)
        payment = ForeignKeyField(Payment, null=True, unique=True, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "invoice"

    class CatalogPrice(Model):
        public_id = CharField(unique=True)
        offer = ForeignKeyField(Offer, on_delete="CASCADE")
        merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
        title = CharField(max_length=200)
        unit_amount = BigIntegerField()
        currency = CharField(max_length=3)
        every = IntegerField()
        interval = CharField(max_length=5)
        product_id = CharField(default="")
        price_id = CharField(default="")
        keys_used_up = IntegerField(default=0)
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "catalog_price"
            indexes = ((("offer", "merchant", "unit_amount", "currency", "every", "interval"), True),)

    db.create_tables([Subscription, Invoice, CatalogPrice])
    for table in ("offer", "shop_order"):
        migrator.migrate(
            migrator.add_column(table, "kind", CharField(max_length=10, default="one_off")),
            migrator.add_column(table, "every", IntegerField(default=1)),
            migrator.add_column(table, "interval", CharField(max_length=5, default="month")),
            migrator.add_column(table, "trial_days", IntegerField(default=0)),
            migrator.add_column(table, "instalments", IntegerField(default=0)),
            migrator.add_column(table, "cancellation", CharField(max_length=10, default="period_end")),
        )
    subscription = ForeignKeyField(Subscription, field=Subscription.id, null=True, on_delete="CASCADE")
    invoice = ForeignKeyField(Invoice, field=Invoice.id, null=True, on_delete="CASCADE")
    migrator.migrate(
        migrator.add_column("shop_order", "consent", TextField(default="")),
        migrator.add_column("shop_order", "consented_at", DateTimeField(null=True)),
        migrator.add_column("payment", "kind", CharField(max_length=10, default="payment")),
        migrator.add_column("webhook_event", "subscription", CharField(default="")),
        migrator.add_column("merchant", "webhook_events", TextField(null=True)),
        migrator.add_column("letter", "subscription_id", subscription),
        migrator.add_column("letter", "invoice_id", invoice),
    )


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        migrator.drop_column("letter", "invoice_id"),
        migrator.drop_column("letter", "subscription_id"),
        migrator.drop_column("merchant", "webhook_events"),
        migrator.drop_column("webhook_event", "subscription"),
        migrator.drop_column("payment", "kind"),
        migrator.drop_column("shop_order", "consented_at"),
        migrator.drop_column("shop_order", "consent"),
        *(migrator.drop_column(table, name) for table in ("shop_order", "offer") for name in reversed(TERMS)),
    )
    for table in ("catalog_price", "invoice", "subscription"):
        db.execute_sql(f"DROP TABLE {table}")  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
