"""When pages last asked Stripe about an order, which process sends an email, and when periodic jobs last ran."""

from peewee import AutoField, CharField, Database, DateTimeField, Model
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class JobRun(Model):
        id = AutoField()
        name = CharField(max_length=60, unique=True)
        minute = DateTimeField()
        claimed_by = CharField(max_length=120, default="")

        class Meta:
            database = db
            table_name = "job_run"

    db.create_tables([JobRun])
    migrator.migrate(
        migrator.add_column("shop_order", "asked_at", DateTimeField(null=True)),
        migrator.add_column("shop_order", "answered_at", DateTimeField(null=True)),
        migrator.add_column("letter", "claimed_by", CharField(max_length=120, default="")),
    )


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        migrator.drop_column("letter", "claimed_by"),
        migrator.drop_column("shop_order", "answered_at"),
        migrator.drop_column("shop_order", "asked_at"),
        migrator.drop_table("job_run"),
    )
