"""The connection to Stripe: deliveries that are not ours, refused calls, the state of the webhook endpoint."""

from peewee import CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Merchant(Model):
        class Meta:
            database = db
            table_name = "merchant"

    class IgnoredDelivery(Model):
        merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
        reason = CharField(max_length=30)
        count = IntegerField(default=0)
        last_at = DateTimeField()

        class Meta:
            database = db
            table_name = "ignored_delivery"
            indexes = ((("merchant", "reason"), True),)

    class StripeRefusal(Model):
        merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
        call = CharField(max_length=120)
        kind = CharField(max_length=20)
        permission = CharField(max_length=80, default="")
        code = CharField(max_length=80, default="")
        words = TextField(default="")
        count = IntegerField(default=0)
        first_at = DateTimeField()
        last_at = DateTimeField()
        retry_at = DateTimeField()
        told_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "stripe_refusal"
            indexes = ((("merchant", "call"), True),)

    db.create_tables([IgnoredDelivery, StripeRefusal])
    migrator.migrate(
        migrator.add_column("merchant", "endpoint_problem", CharField(max_length=30, default="")),
        migrator.add_column("merchant", "endpoint_problem_at", DateTimeField(null=True)),
        migrator.add_column("merchant", "endpoint_checked_at", DateTimeField(null=True)),
        migrator.add_column("merchant", "events_missing_since", DateTimeField(null=True)),
    )


def down(migrator: SchemaMigrator, db: Database) -> None:
    for name in ("events_missing_since", "endpoint_checked_at", "endpoint_problem_at", "endpoint_problem"):
        migrator.migrate(migrator.drop_column("merchant", name))
    for table in ("stripe_refusal", "ignored_delivery"):
        db.execute_sql(f"DROP TABLE {table}")  # type: ignore[no-untyped-call]  # Peewee's method has no annotations
