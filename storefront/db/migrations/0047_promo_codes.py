"""Promo codes, the offers that they work for, orders that use them, and guesses at codes that do not exist."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
)
from playhouse.migrate import SchemaMigrator

INDEX = "order_of_promo_code"


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Offer(Base):
        class Meta:
            table_name = "offer"

    class PromoCode(Base):
        code = CharField(unique=True, max_length=40)
        percent = IntegerField(null=True)
        amount = BigIntegerField(null=True)
        currency = CharField(max_length=3)
        applies_to = CharField(max_length=10)
        is_for_some = BooleanField()
        starts_at = DateTimeField(null=True)
        ends_at = DateTimeField(null=True)
        total_uses = IntegerField(null=True)
        uses_per_customer = IntegerField(null=True)
        is_active = BooleanField()
        created_at = DateTimeField()

        class Meta:
            table_name = "promo_code"
            indexes = ((("is_active", "id"), False), (("is_active", "is_for_some"), False))

    class PromoCodeOffer(Base):
        promo_code = ForeignKeyField(PromoCode, on_delete="CASCADE")
        offer = ForeignKeyField(Offer, on_delete="CASCADE")

        class Meta:
            table_name = "promo_code_offer"
            indexes = ((("promo_code", "offer"), True),)

    class CodeGuess(Base):
        network = CharField(max_length=64)
        at = DateTimeField(index=True)

        class Meta:
            table_name = "code_guess"
            indexes = ((("network", "at"), False),)

    db.create_tables([PromoCode, PromoCodeOffer, CodeGuess])
    # A column with a default is added without writing the rows again.
    _execute(db, "ALTER TABLE shop_order ADD COLUMN code VARCHAR(40) NOT NULL DEFAULT ''")
    migrator.migrate(migrator.add_column("shop_order", "promo_code_id", IntegerField(null=True)))
    _execute(db, f"CREATE INDEX {INDEX} ON shop_order (promo_code_id, email_folded) WHERE promo_code_id IS NOT NULL")
    _execute(db, "ALTER TABLE subscription ADD COLUMN discount BIGINT NOT NULL DEFAULT 0")
    _execute(db, "ALTER TABLE subscription ADD COLUMN begins_free BOOLEAN NOT NULL DEFAULT false")


def down(migrator: SchemaMigrator, db: Database) -> None:
    _execute(db, f"DROP INDEX {INDEX}")
    migrator.migrate(
        migrator.drop_column("subscription", "begins_free"),
        migrator.drop_column("subscription", "discount"),
        migrator.drop_column("shop_order", "promo_code_id"),
        migrator.drop_column("shop_order", "code"),
        migrator.drop_table("code_guess"),
        migrator.drop_table("promo_code_offer"),
        migrator.drop_table("promo_code"),
    )


def _execute(db: Database, statement: str) -> None:
    db.execute_sql(statement)  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
