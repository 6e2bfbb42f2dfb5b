"""When an offer is for sale, the least quantity of an order, and the waiting list of a sold-out offer."""

from peewee import CharField, Database, DateTimeField, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("offer", "min_quantity INTEGER NOT NULL DEFAULT 1"),
    ("offer", "waiting_list BOOLEAN NOT NULL DEFAULT false"),
)
TIMES = ("on_sale_from", "on_sale_until")


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Offer(Base):
        pass

    class WaitingCustomer(Base):
        offer = ForeignKeyField(Offer, on_delete="CASCADE")
        email = CharField()
        recipient = CharField()
        language = CharField(max_length=2)
        at = DateTimeField()
        written_at = DateTimeField(null=True)

        class Meta:
            table_name = "waiting_customer"
            indexes = ((("offer", "email"), True), (("offer", "written_at", "id"), False))

    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]
    migrator.migrate(*(migrator.add_column("offer", name, DateTimeField(null=True)) for name in TIMES))
    db.create_tables([WaitingCustomer])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        migrator.drop_table("waiting_customer"),
        *(migrator.drop_column("offer", name) for name in TIMES),
        *(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS),
    )
