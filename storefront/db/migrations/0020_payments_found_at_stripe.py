"""Payments that Stripe has and the shop does not; the metadata of an intent; an identity of the shop."""

import json
import secrets

from peewee import BigIntegerField, BooleanField, CharField, Database, DateTimeField, ForeignKeyField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Merchant(Model):
        class Meta:
            database = db
            table_name = "merchant"

    class FoundPayment(Model):
        merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
        stripe_id = CharField(unique=True)
        order_number = BigIntegerField(default=0)
        amount = BigIntegerField()
        currency = CharField(max_length=3)
        email = CharField(default="")
        title = CharField(default="")
        livemode = BooleanField()
        recurs = BooleanField(default=False)
        created_at = DateTimeField()
        found_at = DateTimeField()
        decided_at = DateTimeField(null=True, index=True)

        class Meta:
            database = db
            table_name = "found_payment"

    class ShopSetting(Model):
        name = CharField(unique=True, max_length=60)
        value = TextField()

        class Meta:
            database = db
            table_name = "shop_setting"

    db.create_tables([FoundPayment])
    migrator.migrate(migrator.add_column("payment", "stripe_metadata", TextField(null=True)))
    ShopSetting.insert(name="shop_id", value=json.dumps(secrets.token_urlsafe(12))).execute()


def down(migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DELETE FROM shop_setting WHERE name = 'shop_id'")  # type: ignore[no-untyped-call]
    migrator.migrate(migrator.drop_column("payment", "stripe_metadata"))
    db.execute_sql("DROP TABLE found_payment")  # type: ignore[no-untyped-call]  # Peewee's method has no annotations
