"""Telegram: the owner's chat, and the messages for it."""

from peewee import SQL, CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class ShopOrder(Base):
        class Meta:
            table_name = "shop_order"

    class TelegramChannel(Base):
        token_encrypted = TextField()
        token_hint = CharField(max_length=4)
        chat_id = CharField(max_length=64)
        kinds = TextField()
        details = TextField()
        language = CharField(max_length=2)
        failing_since = DateTimeField(null=True)
        problem = CharField(max_length=20)
        off_reason = CharField(max_length=20)
        sent_at = DateTimeField(null=True)
        created_at = DateTimeField()

        class Meta:
            table_name = "telegram_channel"

    class TelegramMessage(Base):
        kind = CharField(max_length=20)
        about = CharField(max_length=80)
        order = ForeignKeyField(ShopOrder, null=True, on_delete="CASCADE")
        detail = TextField()
        state = CharField(max_length=10)
        attempts = IntegerField()
        due_at = DateTimeField()
        claimed_until = DateTimeField(null=True)
        problem = CharField(max_length=20)
        created_at = DateTimeField(index=True)

        class Meta:
            table_name = "telegram_message"
            indexes = ((("kind", "about"), True),)

    TelegramMessage.add_index(
        TelegramMessage.index(
            TelegramMessage._meta.primary_key, where=SQL("state = 'waiting'"), name="telegram_message_waiting"
        )
    )
    db.create_tables([TelegramChannel, TelegramMessage])


def down(_migrator: SchemaMigrator, db: Database) -> None:
    for table in ("telegram_message", "telegram_channel"):
        db.execute_sql(f"DROP TABLE {table}")  # type: ignore[no-untyped-call]
