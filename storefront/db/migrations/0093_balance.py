"""Balance transactions and payouts of the Stripe accounts, and how far they were read."""

from peewee import (
    SQL,
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


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Merchant(Base):
        pass

    class Payout(Base):
        merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
        mode = CharField(max_length=4)
        stripe_id = CharField()
        status = CharField(max_length=20)
        amount = BigIntegerField()
        currency = CharField(max_length=3)
        automatic = BooleanField()
        failure = CharField(max_length=60)
        created_at = DateTimeField()
        arrives_at = DateTimeField()
        contents_at = DateTimeField(null=True)
        contents_after = CharField()

        class Meta:
            indexes = (
                (("merchant", "stripe_id"), True),
                (("created_at", "id"), False),
                (("mode", "created_at", "id"), False),
                (("merchant", "created_at", "id"), False),
            )

    class BalanceTransaction(Base):
        merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
        stripe_id = CharField()
        type = CharField(max_length=60)
        category = CharField(max_length=10)
        amount = BigIntegerField()
        fee = BigIntegerField()
        net = BigIntegerField()
        currency = CharField(max_length=3)
        charged_amount = BigIntegerField(null=True)
        charged_currency = CharField(max_length=3)
        exchange_rate = CharField(max_length=30, null=True)
        source_id = CharField()
        intent_id = CharField(index=True)
        payout = ForeignKeyField(Payout, null=True, on_delete="SET NULL", index=False)
        created_at = DateTimeField()
        available_at = DateTimeField()

        class Meta:
            table_name = "balance_transaction"
            indexes = (
                (("merchant", "stripe_id"), True),
                (("merchant", "created_at", "id"), False),
                (("payout", "created_at", "id"), False),
            )

    class BalanceReading(Base):
        merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
        list = CharField(max_length=20)
        newest_at = DateTimeField(null=True)
        next_newest_at = DateTimeField(null=True)
        new_after = CharField()
        old_after = CharField()
        old_done = BooleanField()
        due_at = DateTimeField()
        failures = IntegerField()
        problem = CharField(max_length=20)
        read_at = DateTimeField(null=True)

        class Meta:
            table_name = "balance_reading"
            indexes = ((("merchant", "list"), True),)

    Payout.add_index(
        Payout.index(
            Payout.merchant,
            Payout._meta.primary_key,
            where=SQL("automatic AND contents_at IS NULL"),
            name="payout_contents_unread",
        )
    )
    db.create_tables([Payout, BalanceTransaction, BalanceReading])


def down(_migrator: SchemaMigrator, db: Database) -> None:
    for table in ("balance_transaction", "payout", "balance_reading"):
        db.execute_sql(f"DROP TABLE {table}")  # type: ignore[no-untyped-call]
