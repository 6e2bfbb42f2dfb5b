"""Open renewals with what their queues are filtered and sorted by; folded names of merchants and titles of offers."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

from storefront.i18n import fold

# Its rows are computed from others when the shop starts.
OPEN_RENEWALS = """CREATE TABLE open_renewal (
  subscription_id BIGINT NOT NULL PRIMARY KEY,
  invoice_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  merchant_id BIGINT NOT NULL,
  offer_id INTEGER NOT NULL,
  needs VARCHAR(15) NOT NULL,
  mode VARCHAR(4) NOT NULL,
  status VARCHAR(20) NOT NULL,
  is_connected INTEGER NOT NULL,
  due_at TIMESTAMP NOT NULL,
  amount BIGINT NOT NULL,
  invoices INTEGER NOT NULL)"""
OPEN_RENEWALS_BEFORE = """CREATE TABLE open_renewal (
  subscription_id BIGINT NOT NULL PRIMARY KEY,
  invoice_id BIGINT NOT NULL,
  needs VARCHAR(15) NOT NULL,
  merchant_id BIGINT NOT NULL,
  is_connected INTEGER NOT NULL)"""
BY_MERCHANT = "CREATE INDEX open_renewal_merchant_id ON open_renewal (merchant_id)"
# One for each way in which a queue can be filtered.
FILTERS = ("", "offer_id", "mode", "status", "offer_id mode", "offer_id status", "mode status", "offer_id mode status")
INDEXES = (
    "CREATE UNIQUE INDEX open_renewal_invoice_id ON open_renewal (invoice_id)",
    "CREATE INDEX open_renewal_order_id ON open_renewal (order_id)",
    BY_MERCHANT,
    *(
        f"CREATE INDEX {'_'.join(('open_renewal_queue', *filters.split()))} ON open_renewal"
        f" ({', '.join(('is_connected', 'needs', *filters.split(), 'due_at', 'invoice_id'))})"
        for filters in FILTERS
    ),
)
FOLDED = {"merchant": "name", "offer": "title"}
BATCH = 500


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for statement in ("DROP TABLE open_renewal", OPEN_RENEWALS, *INDEXES):
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
    for table, column in FOLDED.items():
        # A column with a default is added without writing the rows again.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}_folded TEXT NOT NULL DEFAULT ''")  # type: ignore[no-untyped-call]
        _fold(db, table, column)


def _fold(db: Database, table: str, column: str) -> None:
    update = f"UPDATE {table} SET {column}_folded = {db.param} WHERE id = {db.param}"  # noqa: S608
    last = 0
    while True:
        rows = db.execute_sql(  # type: ignore[no-untyped-call]
            f"SELECT id, {column} FROM {table} WHERE id > {db.param} ORDER BY id LIMIT {BATCH}",  # noqa: S608
            (last,),
        ).fetchall()
        if not rows:
            return
        for row_id, text in rows:
            db.execute_sql(update, (fold(text), row_id))  # type: ignore[no-untyped-call]
        last = rows[-1][0]


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(*(migrator.drop_column(table, f"{column}_folded") for table, column in FOLDED.items()))
    for statement in ("DROP TABLE open_renewal", OPEN_RENEWALS_BEFORE, BY_MERCHANT):
        db.execute_sql(statement)  # type: ignore[no-untyped-call]
