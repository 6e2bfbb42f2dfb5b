"""Telegram: the chat that the owner is told in, and the messages that wait to be sent or were sent."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from peewee import SQL, CharField, ForeignKeyField, IntegerField, TextField

from storefront.encryption import decrypt, encrypt
from storefront.models.base import JsonField, Record, UtcDateTimeField, is_due, now
from storefront.models.integrations.webhook_delivery import DeliveryState
from storefront.models.orders.order import Order

# How long one worker reserves a message. Longer than it can take: an attempt has a time limit.
MESSAGE_CLAIM = timedelta(minutes=3)
# The longest time until the next attempt.
LONGEST_WAIT = timedelta(hours=24)


class TelegramKind(StrEnum):
    """What the owner can be told. The values are stored in rows and never change."""

    SALE = "sale"
    RENEWAL_FAILED = "renewal_failed"
    DISPUTE = "dispute"
    WITHDRAWAL = "withdrawal"
    KEYS_LOW = "keys_low"
    SECOND_ACCOUNT = "second_account"


class TelegramDetail(StrEnum):
    """Personal data that messages may contain if the owner chooses so. The values are stored in rows."""

    NAME = "name"
    EMAIL = "email"


class TelegramChannel(Record):
    """One row, or none: bot and chat. The token is a Fernet token; `token_hint` are its last characters.

    `kinds` are TelegramKinds, `details` TelegramDetails. `failing_since` is when the first message failed that no
    successful one has followed; `problem` is why, a code of `integrations.TelegramProblem`. `off_reason`: the code of
    the problem because of which the shop has stopped sending, "" while it sends.
    """

    token_encrypted = TextField()
    token_hint = CharField(max_length=4)
    chat_id = CharField(max_length=64)
    kinds = JsonField(default=list)
    details = JsonField(default=list)
    language = CharField(max_length=2, default="en")
    failing_since = UtcDateTimeField(null=True)
    problem = CharField(max_length=20, default="")
    off_reason = CharField(max_length=20, default="")
    sent_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "telegram_channel"

    @classmethod
    def current(cls) -> Self | None:
        """The channel; None if Telegram is not set up."""
        found: Self | None = cls.select().order_by(cls.id).first()
        return found

    @property
    def token(self) -> str:
        """The bot's token. Raises SecretUnreadable."""
        return decrypt(self.token_encrypted)

    @token.setter
    def token(self, token: str) -> None:
        self.token_encrypted, self.token_hint = encrypt(token), token[-4:]


class TelegramMessage(Record):
    """One message for each kind and `about`, the key of its subject. It is worded when it is sent.

    `detail` has ids of rows and names of Stripe accounts, no personal data. `problem` is why the last attempt failed,
    "" if it did not.
    """

    kind = CharField(max_length=20)
    about = CharField(max_length=80)
    order = ForeignKeyField(Order, null=True, on_delete="CASCADE")
    order_id: int | None
    detail = JsonField(default=dict)
    state = CharField(max_length=10, default=DeliveryState.WAITING)
    attempts = IntegerField(default=0)
    due_at = UtcDateTimeField(default=now)
    claimed_until = UtcDateTimeField(null=True)
    problem = CharField(max_length=20, default="")
    created_at = UtcDateTimeField(default=now, index=True)

    class Meta:
        table_name = "telegram_message"
        indexes = ((("kind", "about"), True),)

    @classmethod
    def due(cls, limit: int = 100) -> list[Self]:
        """Messages whose next attempt is due, oldest first."""
        waiting = cls.select().where(SQL("state = 'waiting'"), is_due(cls.due_at, LONGEST_WAIT), cls._is_free())
        return list(waiting.order_by(cls.id).limit(limit))

    @classmethod
    def claim(cls, message_id: int) -> bool:
        """Reserve a message for an attempt. Return False if another worker has it, or it is done with."""
        changed = (
            cls.update(claimed_until=now() + MESSAGE_CLAIM, attempts=cls.attempts + 1)
            .where(cls.id == message_id, cls.state == DeliveryState.WAITING, cls._is_free())
            .execute()
        )
        return bool(changed)

    @classmethod
    def postpone(cls, until: datetime) -> None:
        """Send no waiting message before this time."""
        cls.update(due_at=until).where(cls.state == DeliveryState.WAITING, cls.due_at < until).execute()

    @classmethod
    def send_soon(cls) -> None:
        """Try what waits again now: the owner has changed something."""
        cls.update(due_at=now(), attempts=0).where(cls.state == DeliveryState.WAITING).execute()

    @classmethod
    def drop_waiting(cls, state: DeliveryState, *which: object) -> None:
        """Never send what waits, of the messages that match the conditions."""
        cls.update(state=state, claimed_until=None).where(cls.state == DeliveryState.WAITING, *which).execute()

    @classmethod
    def _is_free(cls) -> object:
        return cls.claimed_until.is_null() | is_due(cls.claimed_until, MESSAGE_CLAIM)


TelegramMessage.add_index(
    TelegramMessage.index(TelegramMessage.id, where=SQL("state = 'waiting'"), name="telegram_message_waiting")
)
