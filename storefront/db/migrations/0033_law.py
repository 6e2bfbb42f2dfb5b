"""The right of withdrawal and the consent to the shop's terms, and cancellations stated without signing in."""

from peewee import CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("offer", "no_withdrawal_reason VARCHAR(300) NOT NULL DEFAULT ''"),
    ("shop_order", "withdrawal_days INTEGER NOT NULL DEFAULT 0"),
    ("shop_order", "no_withdrawal_reason VARCHAR(300) NOT NULL DEFAULT ''"),
    ("shop_order", "terms_consent TEXT NOT NULL DEFAULT ''"),
    ("shop_order", "terms_consent_language VARCHAR(2) NOT NULL DEFAULT ''"),
    ("shop_order", "withdrawal_reason TEXT NOT NULL DEFAULT ''"),
)
TIMES = ("terms_consented_at", "withdrawn_at", "withdrawal_handled_at")
INDEXES = {
    "order_open_withdrawal": "shop_order (withdrawn_at)"
    " WHERE withdrawn_at IS NOT NULL AND withdrawal_handled_at IS NULL",
    # What the footer of each page asks.
    "offer_withdrawable": "offer (withdrawal_days) WHERE withdrawal_days > 0",
    "offer_recurring": "offer (kind) WHERE kind <> 'one_off'",
}


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class ShopOrder(Base):
        class Meta:
            table_name = "shop_order"

    class CancellationStatement(Base):
        order_number = IntegerField()
        email = CharField()
        wanted = CharField(max_length=10)
        reason = TextField(default="")
        language = CharField(max_length=2)
        address = CharField(max_length=64)
        at = DateTimeField(index=True)
        order = ForeignKeyField(ShopOrder, null=True, on_delete="CASCADE")
        handled_at = DateTimeField(null=True)

        class Meta:
            table_name = "cancellation_statement"
            indexes = ((("handled_at",), False), (("email", "order_number"), False), (("address", "at"), False))

    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]
    migrator.migrate(
        migrator.add_column("offer", "withdrawal_days", IntegerField(null=True)),
        *(migrator.add_column("shop_order", name, DateTimeField(null=True)) for name in TIMES),
        migrator.add_column("letter_request", "order_number", IntegerField(null=True)),
    )
    db.create_tables([CancellationStatement])
    for name, columns in INDEXES.items():
        db.execute_sql(f"CREATE INDEX {name} ON {columns}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    for name in INDEXES:
        db.execute_sql(f"DROP INDEX {name}")  # type: ignore[no-untyped-call]
    migrator.migrate(
        migrator.drop_table("cancellation_statement"),
        migrator.drop_column("letter_request", "order_number"),
        *(migrator.drop_column("shop_order", name) for name in TIMES),
        migrator.drop_column("offer", "withdrawal_days"),
        *(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS),
    )
