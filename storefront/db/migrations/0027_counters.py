"""Maintained counters and open renewals, filled by triggers; indexes for what pages and jobs look for."""

from peewee import Database, PostgresqlDatabase
from playhouse.migrate import SchemaMigrator

COLUMNS = """
  kind VARCHAR(20) NOT NULL,
  subject BIGINT NOT NULL DEFAULT 0,
  day VARCHAR(10) NOT NULL DEFAULT '',
  mode VARCHAR(10) NOT NULL DEFAULT '',
  currency VARCHAR(3) NOT NULL DEFAULT '',
  status VARCHAR(40) NOT NULL DEFAULT '',
  number BIGINT NOT NULL,
  amount BIGINT NOT NULL,"""
# One row for each key.
SQLITE = (f"CREATE TABLE counter ({COLUMNS} PRIMARY KEY (kind, subject, day, mode, currency, status)) WITHOUT ROWID",)
# A row for each change, merged later into one with `is_sum`.
POSTGRESQL = (
    f"CREATE TABLE counter (id BIGSERIAL PRIMARY KEY, {COLUMNS} is_sum BOOLEAN NOT NULL DEFAULT false)",
    "CREATE INDEX counter_key ON counter (kind, subject, day, mode, currency, status)",
    "CREATE INDEX counter_changes ON counter (id) WHERE NOT is_sum",
)
OPEN_RENEWALS = (
    """CREATE TABLE open_renewal (
  subscription_id BIGINT NOT NULL PRIMARY KEY,
  invoice_id BIGINT NOT NULL,
  needs VARCHAR(15) NOT NULL,
  merchant_id BIGINT NOT NULL,
  is_connected INTEGER NOT NULL)""",
    "CREATE INDEX open_renewal_merchant_id ON open_renewal (merchant_id)",
)
# Small ones, for what pages look for in large tables.
INDEXES = (
    "CREATE INDEX webhook_event_waiting ON webhook_event (id) WHERE handled_at IS NULL",
    "CREATE INDEX payment_unfinished ON payment (next_check_at) WHERE status NOT IN ('canceled', 'succeeded')",
    "CREATE INDEX subscription_new_price ON subscription (merchant_id) WHERE next_unit_amount IS NOT NULL",
    "CREATE INDEX timeline_entry_declines ON timeline_entry (at) WHERE kind = 'too_many_declines'",
    "CREATE INDEX dispute_needs_response ON dispute (evidence_due_at, id)"
    " WHERE status IN ('needs_response', 'warning_needs_response')",
)
# {index: table and column}. They are replaced by larger or smaller ones.
REPLACED = {"payment_next_check_at": ("payment", "next_check_at")} | {
    f"decline_{column}": ("decline", column) for column in ("address", "network", "offer_id", "merchant_id")
}
DECLINES = tuple(
    f"CREATE INDEX {name}_at ON {table} ({column}, at)"
    for name, (table, column) in REPLACED.items()
    if table == "decline"
)


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for statement in (
        *(POSTGRESQL if isinstance(db, PostgresqlDatabase) else SQLITE),
        *OPEN_RENEWALS,
        *INDEXES,
        *DECLINES,
    ):
        db.execute_sql(statement)  # type: ignore[no-untyped-call]
    for name in REPLACED:
        db.execute_sql(f"DROP INDEX {name}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    for name, (table, column) in REPLACED.items():
        db.execute_sql(f"CREATE INDEX {name} ON {table} ({column})")  # type: ignore[no-untyped-call]
    for statement in (*INDEXES, *DECLINES):
        db.execute_sql(f"DROP INDEX {statement.split()[2]}")  # type: ignore[no-untyped-call]
    migrator.migrate(migrator.drop_table("open_renewal"), migrator.drop_table("counter"))
