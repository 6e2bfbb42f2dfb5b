"""Terms that were changed at Stripe, ends that the shop has promised, and payments made outside of Stripe."""

from peewee import BigIntegerField, BooleanField, CharField, Database, DateTimeField, Field
from playhouse.migrate import SchemaMigrator

COLUMNS: list[tuple[str, str, Field]] = [
    ("subscription", "items_total", BigIntegerField(null=True)),
    ("subscription", "unclear_terms", CharField(max_length=20, default="")),
    ("subscription", "plan_completed", BooleanField(default=False)),
    ("subscription", "promised_end", DateTimeField(null=True)),
    ("invoice", "amount_received", BigIntegerField(null=True)),
    ("shop_order", "paid_outside", BooleanField(default=False)),
]


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(*(migrator.add_column(table, name, field) for table, name, field in COLUMNS))


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(*(migrator.drop_column(table, name) for table, name, _field in COLUMNS))
