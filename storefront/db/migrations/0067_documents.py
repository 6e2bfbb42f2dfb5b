"""Invoices and credit notes, and the series that they are numbered in."""

from peewee import (
    SQL,
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


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class ShopOrder(Base):
        class Meta:
            table_name = "shop_order"

    class Invoice(Base):
        pass

    class Refund(Base):
        pass

    class DocumentSeries(Base):
        prefix = CharField(max_length=10, unique=True)
        year = IntegerField()
        last = IntegerField()
        is_held = BooleanField()

        class Meta:
            table_name = "document_series"

    class Document(Base):
        kind = CharField(max_length=12)
        series = CharField(max_length=10)
        year = IntegerField(null=True)
        sequence = IntegerField(null=True)
        number = CharField(max_length=30, null=True, unique=True)
        month = CharField(max_length=7)
        mode = CharField(max_length=4)
        order = ForeignKeyField(ShopOrder, on_delete="RESTRICT")
        charge = CharField(max_length=30)
        position = IntegerField()
        invoice = ForeignKeyField(Invoice, null=True, on_delete="RESTRICT")
        refund = ForeignKeyField(Refund, null=True, on_delete="RESTRICT")
        about = ForeignKeyField("self", null=True)
        language = CharField(max_length=2)
        currency = CharField(max_length=3)
        net = BigIntegerField()
        tax = BigIntegerField()
        gross = BigIntegerField()
        buyer = TextField()
        content = TextField()
        created_at = DateTimeField()
        issued_at = DateTimeField(null=True)

        class Meta:
            table_name = "document"
            indexes = (
                (("charge", "position"), True),
                (("mode", "id"), False),
                (("month", "id"), False),
                (("mode", "month", "id"), False),
            )

    Document.add_index(
        Document.index(Document._meta.primary_key, where=SQL("number IS NULL"), name="document_without_number")
    )
    db.create_tables([DocumentSeries, Document])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_table("document"), migrator.drop_table("document_series"))
