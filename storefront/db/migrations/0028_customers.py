"""Customers as tables of their own; orders and emails are found by address through an index."""

from peewee import BigIntegerField, BooleanField, CharField, Database, IntegerField, Model, SqliteDatabase, TextField
from playhouse.migrate import SchemaMigrator

INDEXES = (
    "CREATE INDEX shop_order_of_customer ON shop_order (email_folded, id)",
    "CREATE INDEX shop_order_recurring_of_customer ON shop_order (email_folded, id) WHERE kind <> 'one_off'",
    "CREATE INDEX letter_to_recipient ON letter (recipient_folded, id)",
)


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Customer(Model):
        email = CharField(unique=True)
        newest_order_id = IntegerField(index=True)
        orders = IntegerField()
        search_text = TextField(default="")

        class Meta:
            database = db
            table_name = "customer"

    class CustomerTotal(Model):
        email = CharField()
        mode = CharField(max_length=4)
        currency = CharField(max_length=3)
        paid = BigIntegerField()
        refunded = BigIntegerField()
        running = IntegerField()
        is_merged = BooleanField()

        class Meta:
            database = db
            table_name = "customer_total"

    db.create_tables([Customer, CustomerTotal])
    # SQLite adds to one row. On PostgreSQL each change is a row, until the worker adds them together.
    is_sqlite = isinstance(db, SqliteDatabase)
    unique = "UNIQUE " if is_sqlite else ""
    _execute(db, f"CREATE {unique}INDEX customer_total_of_customer ON customer_total (email, mode, currency)")
    if not is_sqlite:
        _execute(db, "CREATE INDEX customer_total_unmerged ON customer_total (id) WHERE NOT is_merged")
    for statement in INDEXES:
        _execute(db, statement)


def down(migrator: SchemaMigrator, db: Database) -> None:
    for statement in INDEXES:
        _execute(db, f"DROP INDEX {statement.split()[2]}")
    migrator.migrate(migrator.drop_table("customer_total"), migrator.drop_table("customer"))


def _execute(db: Database, statement: str) -> None:
    db.execute_sql(statement)  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
