"""What an offer delivers: files, links, texts and license keys; what each order was given, and its downloads."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("offer", "delivers BOOLEAN NOT NULL DEFAULT false"),
    ("offer", "key_lists INTEGER NOT NULL DEFAULT 0"),
    ("offer", "access_ends VARCHAR(10) NOT NULL DEFAULT 'period_end'"),
)
INDEXES = {
    "license_key_free": "license_key (deliverable_id, id) WHERE order_id IS NULL",
    "license_key_given": "license_key (deliverable_id, id) WHERE given_at IS NOT NULL",
    "deliverable_low": "deliverable (told_low_at) WHERE told_low_at IS NOT NULL",
    "deliverable_to_announce": "deliverable (id) WHERE NOT announced",
}


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Offer(Base):
        class Meta:
            table_name = "offer"

    class ShopOrder(Base):
        class Meta:
            table_name = "shop_order"

    class StoredFile(Base):
        hash = CharField(max_length=64, index=True)
        size = BigIntegerField()
        name = CharField(max_length=255)
        content_type = CharField(max_length=100)
        created_at = DateTimeField()

        class Meta:
            table_name = "stored_file"

    class Deliverable(Base):
        offer = ForeignKeyField(Offer, on_delete="CASCADE")
        option_id = IntegerField(null=True)
        kind = CharField(max_length=10)
        title = CharField(max_length=200)
        position = IntegerField()
        url = CharField(max_length=2000)
        text = TextField()
        file = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT")
        replaces_id = IntegerField(null=True)
        for_earlier = BooleanField()
        announced = BooleanField()
        announced_to = IntegerField()
        told_low_at = DateTimeField(null=True)
        told_out_at = DateTimeField(null=True)
        created_at = DateTimeField()
        removed_at = DateTimeField(null=True)

        class Meta:
            table_name = "deliverable"
            indexes = ((("offer", "position"), False),)

    class LicenseKey(Base):
        deliverable = ForeignKeyField(Deliverable, on_delete="CASCADE")
        value = CharField(max_length=500)
        order = ForeignKeyField(ShopOrder, null=True, on_delete="RESTRICT")
        given_at = DateTimeField(null=True)
        created_at = DateTimeField()

        class Meta:
            table_name = "license_key"
            indexes = ((("deliverable", "value"), True),)

    class Delivery(Base):
        order = ForeignKeyField(ShopOrder, unique=True, on_delete="CASCADE")
        items = TextField()
        given_at = DateTimeField()

        class Meta:
            table_name = "delivery"

    class Download(Base):
        order = ForeignKeyField(ShopOrder, on_delete="CASCADE")
        deliverable = ForeignKeyField(Deliverable, on_delete="CASCADE")
        file = ForeignKeyField(StoredFile, on_delete="RESTRICT")
        network = CharField(max_length=64)
        at = DateTimeField()

        class Meta:
            table_name = "download"
            indexes = ((("order", "id"), False),)

    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]
    db.create_tables([StoredFile, Deliverable, LicenseKey, Delivery, Download])
    for name, columns in INDEXES.items():
        db.execute_sql(f"CREATE INDEX {name} ON {columns}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        *(
            migrator.drop_table(table)
            for table in ("download", "delivery", "license_key", "deliverable", "stored_file")
        ),
        *(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS),
    )
