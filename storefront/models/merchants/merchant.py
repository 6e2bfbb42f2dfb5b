"""One connected Stripe account: its name, its keys, what Stripe said about it last."""

from datetime import timedelta

from peewee import BooleanField, CharField, TextField

from storefront import encryption
from storefront.errors import SecretUnreadable
from storefront.models.base import JsonField, Record, UtcDateTimeField, now, public_id

OLD_SECRET_LIFE = timedelta(days=1)


class Merchant(Record):
    """`currencies` is None when unknown; `lacks` names what a restricted key may not do (codes)."""

    public_id = CharField(unique=True, default=lambda: public_id(128))
    name = CharField()
    mode = CharField()  # test | live
    publishable_key = CharField(unique=True)
    secret_key_encrypted = TextField(null=True)
    secret_key_last4 = CharField(default="")
    # Where Stripe is for this merchant, when not where the environment says.
    api_base = CharField(null=True)
    js_url = CharField(null=True)

    stripe_account_id = CharField(null=True)
    country = CharField(null=True)
    default_currency = CharField(null=True)
    charges_enabled = BooleanField(null=True)
    currencies = JsonField(null=True)
    descriptor_prefix = CharField(max_length=22, default="")  # what stands before an offer's suffix on statements
    pair_verified = BooleanField(default=False)
    lacks = JsonField(default=list)
    checked_at = UtcDateTimeField(null=True)
    check_problem = CharField(default="")

    webhook_endpoint_id = CharField(null=True)
    webhook_url = CharField(null=True)
    webhook_events = JsonField(null=True)  # what our endpoint was registered for
    webhook_secret_encrypted = TextField(null=True)
    # A replaced secret stays good for a day: what was signed with it is still on its way.
    previous_webhook_secret_encrypted = TextField(null=True)
    previous_webhook_secret_until = UtcDateTimeField(null=True)
    webhook_by_hand = BooleanField(default=False)  # the owner made the endpoint; we don't touch it
    events_taken_until = UtcDateTimeField(null=True)
    webhook_problem = TextField(default="")

    disconnected_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        # The same account may be connected once per mode; accounts that a restricted key hides are all NULL.
        indexes = ((("stripe_account_id", "mode"), True),)

    @classmethod
    def connected(cls) -> list["Merchant"]:
        """Those that can be chosen as a payment system, by name."""
        return list(cls.select().where(cls.disconnected_at.is_null()).order_by(cls.name, cls.id))

    @classmethod
    def listed(cls) -> list["Merchant"]:
        """All of them for the settings page: connected first, then by name."""
        return list(cls.select().order_by(cls.disconnected_at.is_null(False), cls.name, cls.id))

    @property
    def is_connected(self) -> bool:
        """Whether its keys are here and it may sell."""
        return self.disconnected_at is None

    @property
    def is_live(self) -> bool:
        """Whether real money moves."""
        return self.mode == "live"

    @property
    def has_endpoint(self) -> bool:
        """Whether Stripe delivers its events to us, as far as we know."""
        return bool(self.webhook_endpoint_id) or self.webhook_by_hand

    @property
    def secret_key(self) -> str:
        """The secret key in clear, for the gateway alone. Raises SecretUnreadable, also where it was forgotten."""
        if self.secret_key_encrypted is None:
            raise SecretUnreadable
        return encryption.decrypt(self.secret_key_encrypted or "")

    @secret_key.setter
    def secret_key(self, key: str) -> None:
        self.secret_key_encrypted = encryption.encrypt(key)
        self.secret_key_last4 = key[-4:]

    @property
    def webhook_secret(self) -> str | None:
        """The signing secret of our endpoint in clear, for the gateway alone."""
        return encryption.decrypt(self.webhook_secret_encrypted) if self.webhook_secret_encrypted else None

    @webhook_secret.setter
    def webhook_secret(self, secret: str | None) -> None:
        self.webhook_secret_encrypted = encryption.encrypt(secret) if secret else None

    @property
    def webhook_secrets(self) -> list[str]:
        """What a delivery may be signed with now: the present secret, and for a day the one before."""
        secrets = [self.webhook_secret] if self.webhook_secret else []
        until = self.previous_webhook_secret_until
        if self.previous_webhook_secret_encrypted and until is not None and until > now():
            secrets.append(encryption.decrypt(self.previous_webhook_secret_encrypted))
        return secrets

    def replace_webhook_secret(self, secret: str) -> None:
        """Take a new signing secret; the old one stays good for a day."""
        if self.webhook_secret_encrypted and self.webhook_secret != secret:
            self.previous_webhook_secret_encrypted = self.webhook_secret_encrypted
            self.previous_webhook_secret_until = now() + OLD_SECRET_LIFE
        self.webhook_secret = secret

    def forget_secrets(self) -> None:
        """Drop what must not outlive a disconnection."""
        self.secret_key_encrypted = self.webhook_secret_encrypted = None
        self.previous_webhook_secret_encrypted = None
        self.secret_key_last4 = ""

    def can_charge(self, currency: str) -> bool:
        """Whether Stripe lets it charge this currency (upper-case code); unknown counts as yes, Stripe will say."""
        return self.currencies is None or currency in self.currencies
