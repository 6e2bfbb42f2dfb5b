"""Where an order's customer came from, sites that may embed an offer, who wants no more emails, and the sitemap."""

from peewee import CharField, Database, DateTimeField, Model
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (("shop_order", "came_from TEXT NOT NULL DEFAULT ''"), ("offer", "allowed_sites TEXT NOT NULL DEFAULT ''"))
INDEX = "offer_public"


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class EmailOptOut(Model):
        address = CharField()
        topic = CharField(max_length=40)
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "email_opt_out"
            indexes = ((("address", "topic"), True),)

    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]
    db.execute_sql(f"CREATE INDEX {INDEX} ON offer (id) WHERE status = 'published' AND listed")  # type: ignore[no-untyped-call]
    db.create_tables([EmailOptOut])


def down(migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql(f"DROP INDEX {INDEX}")  # type: ignore[no-untyped-call]
    migrator.migrate(
        migrator.drop_table("email_opt_out"),
        *(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS),
    )
