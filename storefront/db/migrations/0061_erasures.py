"""Customers at Stripe that are to be deleted, because the person's data here was erased."""

from peewee import CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Merchant(Base):
        pass

    class StripeCustomerDeletion(Base):
        merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
        customer_id = CharField(max_length=255, unique=True)
        attempts = IntegerField(default=0)
        created_at = DateTimeField()
        next_attempt_at = DateTimeField(index=True)

        class Meta:
            table_name = "stripe_customer_deletion"

    db.create_tables([StripeCustomerDeletion])


def down(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP TABLE stripe_customer_deletion")  # type: ignore[no-untyped-call]  # without annotations
