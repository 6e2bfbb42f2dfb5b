"""What is deleted after a time is found by an index; which proxies requests came through is noted."""

from peewee import CharField, Database, DateTimeField, IntegerField, Model
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class ProxyObservation(Model):
        kind = CharField(max_length=20, unique=True)
        trusted = IntegerField()
        proxies = IntegerField()
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "proxy_observation"

    db.create_tables([ProxyObservation])
    db.execute_sql("CREATE INDEX letter_with_text ON letter (done_at) WHERE html <> ''")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP INDEX letter_with_text")  # type: ignore[no-untyped-call]
    migrator.migrate(migrator.drop_table("proxy_observation"))
