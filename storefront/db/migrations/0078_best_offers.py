"""An index for the offers that took the most in a month."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql(  # type: ignore[no-untyped-call]
        "CREATE INDEX counter_offer_takings ON counter (day, mode, currency, amount) WHERE kind = 'offer_takings'"
    )


def down(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP INDEX counter_offer_takings")  # type: ignore[no-untyped-call]
