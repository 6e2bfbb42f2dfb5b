"""The order of Stripe's answers, and when to ask for the refunds and disputes of a payment."""

from peewee import BigIntegerField, Database, DateTimeField, Model
from playhouse.migrate import SchemaMigrator

TABLES = ("payment", "refund", "dispute", "subscription", "merchant", "webhook_event")


def up(migrator: SchemaMigrator, db: Database) -> None:
    class StripeRequestCounter(Model):
        value = BigIntegerField(default=0)

        class Meta:
            database = db
            table_name = "stripe_request_counter"

    db.create_tables([StripeRequestCounter])
    migrator.migrate(
        *(migrator.add_column(table, "request_number", BigIntegerField(default=0)) for table in TABLES),
        migrator.add_column("payment", "refunds_check_at", DateTimeField(null=True, index=True)),
        migrator.add_index("refund", ("status",)),
        migrator.add_index("subscription", ("customer_id",)),
    )
    # Refunds and disputes of renewals could be missed before, and unfinished ones were not asked about.
    db.execute_sql(  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
        """UPDATE payment SET refunds_check_at = created_at WHERE status = 'succeeded' AND (
               kind = 'renewal'
               OR id IN (SELECT payment_id FROM refund WHERE status IN ('pending', 'requires_action'))
               OR id IN (SELECT payment_id FROM dispute
                         WHERE status NOT IN ('won', 'lost', 'warning_closed', 'prevented')))"""
    )


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        migrator.drop_index("subscription", "subscription_customer_id"),
        migrator.drop_index("refund", "refund_status"),
        migrator.drop_column("payment", "refunds_check_at"),
        *(migrator.drop_column(table, "request_number") for table in TABLES),
        migrator.drop_table("stripe_request_counter"),
    )
