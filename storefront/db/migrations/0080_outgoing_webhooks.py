"""Outgoing webhooks: events, endpoints and deliveries."""

from peewee import SQL, CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class ShopOrder(Base):
        class Meta:
            table_name = "shop_order"

    class Subscription(Base):
        pass

    class OutgoingEvent(Base):
        event_id = CharField(unique=True)
        type = CharField(max_length=40)
        about = CharField(max_length=80)
        order = ForeignKeyField(ShopOrder, null=True, on_delete="CASCADE")
        subscription = ForeignKeyField(Subscription, null=True, on_delete="CASCADE")
        detail = TextField()
        body = TextField()
        created_at = DateTimeField(index=True)
        prepared_at = DateTimeField(null=True)

        class Meta:
            table_name = "outgoing_event"
            indexes = ((("type", "about"), True),)

    class WebhookEndpoint(Base):
        public_id = CharField(unique=True)
        url = TextField()
        types = TextField()
        secret_encrypted = TextField()
        old_secret_encrypted = TextField()
        old_secret_until = DateTimeField(null=True)
        failing_since = DateTimeField(null=True)
        disabled_reason = CharField(max_length=10)
        disabled_at = DateTimeField(null=True)
        created_at = DateTimeField()

        class Meta:
            table_name = "webhook_endpoint"

    class WebhookDelivery(Base):
        endpoint = ForeignKeyField(WebhookEndpoint, on_delete="CASCADE")
        event = ForeignKeyField(OutgoingEvent, on_delete="CASCADE")
        state = CharField(max_length=10)
        attempts = IntegerField()
        due_at = DateTimeField()
        claimed_until = DateTimeField(null=True)
        status = IntegerField()
        problem = CharField(max_length=30)
        answer = TextField()
        milliseconds = IntegerField()
        attempted_at = DateTimeField(null=True)

        class Meta:
            table_name = "webhook_delivery"
            indexes = ((("endpoint", "event"), True), (("endpoint", "id"), False), (("endpoint", "state", "id"), False))

    OutgoingEvent.add_index(
        OutgoingEvent.index(
            OutgoingEvent._meta.primary_key, where=SQL("prepared_at IS NULL"), name="outgoing_event_unprepared"
        )
    )
    WebhookDelivery.add_index(
        WebhookDelivery.index(
            WebhookDelivery.endpoint,
            WebhookDelivery.due_at,
            WebhookDelivery._meta.primary_key,
            where=SQL("state = 'waiting'"),
            name="webhook_delivery_due",
        )
    )
    db.create_tables([OutgoingEvent, WebhookEndpoint, WebhookDelivery])


def down(_migrator: SchemaMigrator, db: Database) -> None:
    for table in ("webhook_delivery", "webhook_endpoint", "outgoing_event"):
        db.execute_sql(f"DROP TABLE {table}")  # type: ignore[no-untyped-call]
