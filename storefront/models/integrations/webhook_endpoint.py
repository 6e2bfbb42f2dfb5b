"""Endpoints of other programs: where events are delivered, and the secrets that sign them."""

from datetime import timedelta
from typing import Self

from peewee import CharField, TextField

from storefront.encryption import decrypt, encrypt, is_readable
from storefront.models.base import JsonField, Record, UtcDateTimeField, now, public_id

# How long the earlier secret still signs after a rotation.
SECRET_OVERLAP = timedelta(hours=24)


class WebhookEndpoint(Record):
    """`types` are the EventTypes that it gets. Secrets are Fernet tokens.

    `failing_since` is when the first of the deliveries failed that no successful one has followed. `disabled_reason`:
    "failing" or "gone" where the shop has disabled it, "owner" where an admin has; "" while it is enabled.
    """

    public_id = CharField(unique=True, default=public_id)
    url = TextField()
    types = JsonField(default=list)
    secret_encrypted = TextField()
    old_secret_encrypted = TextField(default="")
    old_secret_until = UtcDateTimeField(null=True)
    failing_since = UtcDateTimeField(null=True)
    disabled_reason = CharField(max_length=10, default="")
    disabled_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "webhook_endpoint"

    @property
    def is_enabled(self) -> bool:
        """Whether events are delivered to it."""
        return not self.disabled_reason

    @property
    def secret(self) -> str:
        """The signing secret, whsec_…. Raises SecretUnreadable."""
        return decrypt(self.secret_encrypted)

    @property
    def is_readable(self) -> bool:
        """False after a restore without the keys of the shop: the secret has to be rotated."""
        return is_readable(self.secret_encrypted)

    def secrets(self) -> list[str]:
        """The secrets that sign now, the newest first: two for a day after a rotation. Raises SecretUnreadable."""
        until = self.old_secret_until
        has_old = until is not None and now() < until and bool(self.old_secret_encrypted)
        return [self.secret, *([decrypt(self.old_secret_encrypted)] if has_old else [])]

    def set_secret(self, secret: str) -> None:
        """Sign with another secret; with the earlier one as well for SECRET_OVERLAP. Saves nothing."""
        if self.secret_encrypted:
            self.old_secret_encrypted, self.old_secret_until = self.secret_encrypted, now() + SECRET_OVERLAP
        self.secret_encrypted = encrypt(secret)

    @classmethod
    def enabled(cls) -> list[Self]:
        """The endpoints that events are delivered to."""
        return list(cls.select().where(cls.disabled_reason == "").order_by(cls.id))
