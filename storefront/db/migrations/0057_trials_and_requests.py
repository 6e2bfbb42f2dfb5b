"""Codes for the first payment after a trial; payment requests with a right of withdrawal and the state `failed`."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("subscription", "next_discount BIGINT NOT NULL DEFAULT 0"),
    ("payment_request", "withdrawal_days INTEGER"),
    ("payment_request", "no_withdrawal_reason VARCHAR(300) NOT NULL DEFAULT ''"),
)
# Nobody could pay them any more, and they were still called open.
FAILED_ORDERS = "SELECT id FROM shop_order WHERE status = 'failed'"
FAILED = f"""UPDATE payment_request SET state = 'failed', next_reminder_at = NULL
    WHERE state = 'open' AND order_id IN ({FAILED_ORDERS})"""  # noqa: S608


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]
    db.execute_sql(FAILED)  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("UPDATE payment_request SET state = 'open' WHERE state = 'failed'")  # type: ignore[no-untyped-call]
    migrator.migrate(*(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS))
