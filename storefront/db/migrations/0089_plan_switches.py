"""Switches of subscriptions to another price option of their offer."""

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

COLUMNS = (
    ("offer", "plan_switching BOOLEAN NOT NULL DEFAULT false"),
    ("subscription", "switch_id BIGINT"),
)
INDEX = "CREATE INDEX subscription_switch ON subscription (merchant_id) WHERE switch_id IS NOT NULL"


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Subscription(Model):
        class Meta:
            database = db
            table_name = "subscription"

    class PlanSwitch(Model):
        public_id = CharField(unique=True)
        subscription = ForeignKeyField(Subscription, on_delete="CASCADE")
        by = CharField(max_length=5)
        state = CharField(max_length=10)
        at_once = BooleanField()
        option_id = IntegerField()
        label = CharField(max_length=60)
        label_before = CharField(max_length=60)
        title = CharField(max_length=200)
        unit_amount = BigIntegerField()
        quantity = IntegerField()
        charge = BigIntegerField()
        currency = CharField(max_length=3)
        every = IntegerField()
        interval = CharField(max_length=5)
        due = BigIntegerField()
        prorated_at = DateTimeField(null=True)
        effective_at = DateTimeField(null=True)
        price_id = CharField()
        schedule_id = CharField()
        invoice_id = CharField()
        end_reason = CharField(max_length=20)
        created_at = DateTimeField()
        ended_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "plan_switch"

    for table, column in COLUMNS:
        # A column with a default is added without writing the rows again. Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]
    db.create_tables([PlanSwitch])
    db.execute_sql(INDEX)  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP INDEX subscription_switch")  # type: ignore[no-untyped-call]
    db.execute_sql("DROP TABLE plan_switch")  # type: ignore[no-untyped-call]
    migrator.migrate(migrator.drop_column("offer", "plan_switching"), migrator.drop_column("subscription", "switch_id"))
