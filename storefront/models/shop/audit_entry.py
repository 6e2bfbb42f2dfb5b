"""The audit log: what people in the admin, commands and programs with a token have changed."""

from enum import StrEnum
from typing import Any, Self

from peewee import CharField, IntegerField, TextField

from storefront.i18n import fold
from storefront.models.base import JsonField, Record, UtcDateTimeField, now

# Enough to find an entry by; longer texts are cut.
MAX_SEARCHED = 2000


class ActorKind(StrEnum):
    """Who made a change. The values are stored and never change."""

    ADMIN = "admin"
    COMMAND = "command"  # a command line command
    TOKEN = "token"  # noqa: S105 - a program with an API token


class AuditAction(StrEnum):
    """What was done. The values are stored and never change."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    ERASED = "erased"
    RESTORED = "restored"
    USED = "used"
    REFUSED = "refused"


class AuditKind(StrEnum):
    """What an entry is about. The values are stored and never change."""

    OFFER = "offer"
    MERCHANT = "merchant"
    ORDER = "order"
    SUBSCRIPTION = "subscription"
    CUSTOMER = "customer"
    PAYMENT_REQUEST = "payment_request"
    PROMO_CODE = "promo_code"
    SETTINGS = "settings"
    TEMPLATE = "template"
    EMAIL = "email"
    TEAM_MEMBER = "team_member"
    API_TOKEN = "api_token"  # noqa: S105 - the name of a table
    WEBHOOK_ENDPOINT = "webhook_endpoint"
    NOTIFICATIONS = "notifications"
    FOUND_PAYMENT = "found_payment"
    SHOP = "shop"
    OTHER = "other"


class AuditEntry(Record):
    """One change of one object. `who` is an admin's email, a token's name, or the user who ran a command.

    `object_id` is the id of the object's row, 0 where it has none; `label` is its name at that time. `changes` are
    lists of [part, field, before, after]: `part` is "" for a field of the object itself, else the table of a row that
    belongs to it. Where a value isn't stored, it is `HIDDEN_VALUE`. `request` is the same in all entries of a request.
    `search_text` is folded.
    """

    created_at = UtcDateTimeField(default=now, index=True)
    actor = CharField(max_length=10)
    who = CharField(default="")
    address = CharField(max_length=50, default="")
    action = CharField(max_length=10)
    kind = CharField(max_length=20)
    object_id = IntegerField(default=0)
    label = CharField(max_length=200, default="")
    changes = JsonField(default=list)
    request = CharField(max_length=30, default="")
    search_text = TextField(default="")

    class Meta:
        table_name = "audit_entry"
        indexes = (
            (("who", "id"), False),
            (("kind", "id"), False),
            (("kind", "object_id", "id"), False),
            (("who", "kind", "id"), False),
        )

    @classmethod
    def is_found_by(cls, typed: str) -> Any:
        """The condition that an entry contains what was typed into a search."""
        return cls.search_text.contains(fold(typed))

    @classmethod
    def write(cls, **values: Any) -> Self:
        """Write an entry with what it is found by."""
        return cls.create(**values, search_text=_searched(values))

    def change(self, changes: list[list[Any]]) -> None:
        """Replace the changes."""
        values = {"who": self.who, "label": self.label, "changes": changes}
        cls = type(self)
        cls.update(changes=changes, search_text=_searched(values)).where(cls.id == self.id).execute()


HIDDEN_VALUE = "•••"


def _searched(values: dict[str, Any]) -> str:
    words = [values.get("who", ""), values.get("label", "")]
    words += [str(value) for change in values.get("changes", []) for value in change[2:] if value not in (None, "")]
    return fold("\n".join(word for word in words if word != HIDDEN_VALUE))[:MAX_SEARCHED]
