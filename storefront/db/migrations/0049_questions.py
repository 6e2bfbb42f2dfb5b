"""Questions of an offer, and the answers of its orders."""

from peewee import CharField, Database, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("offer", "questions TEXT NOT NULL DEFAULT '[]'"),
    ("offer", "last_question_id INTEGER NOT NULL DEFAULT 0"),
    ("shop_order", "answer_count INTEGER NOT NULL DEFAULT 0"),
    ("shop_order", "details_folded TEXT NOT NULL DEFAULT ''"),
)


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class ShopOrder(Base):
        class Meta:
            table_name = "shop_order"

    class OrderAnswer(Base):
        order = ForeignKeyField(ShopOrder, on_delete="CASCADE")
        position = IntegerField()
        question_id = IntegerField()
        words = CharField(max_length=200)
        kind = CharField(max_length=10)
        value = TextField()

        class Meta:
            table_name = "order_answer"
            indexes = ((("order", "position"), True),)

    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]
    db.create_tables([OrderAnswer])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        migrator.drop_table("order_answer"),
        *(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS),
    )
