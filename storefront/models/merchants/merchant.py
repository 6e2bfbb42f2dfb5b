"""Merchants: connected Stripe accounts with their keys and what Stripe reported last."""

from datetime import timedelta

from peewee import BooleanField, CharField, IntegerField, ModelSelect, TextField

from storefront import encryption
from storefront.db import db
from storefront.errors import SecretUnreadable
from storefront.models.base import FoldsText, JsonField, UtcDateTimeField, now, public_id
from storefront.models.merchants.availability import Availability
from storefront.models.merchants.previous_keys import PreviousKeys
from storefront.models.prepared_query import PreparedQuery
from storefront.models.stripe_answers import StripeObject
from storefront.web_addresses import is_on_this_machine

OLD_SECRET_LIFETIME = timedelta(days=1)


class Merchant(FoldsText, StripeObject, PreviousKeys, Availability):
    """`currencies` is None if unknown. `lacks` are codes of the permissions that a restricted key does not have."""

    FOLDED = ("name",)

    public_id = CharField(unique=True, default=lambda: public_id(128))
    name = CharField()
    name_folded = TextField(default="")
    mode = CharField()  # test | live
    publishable_key = CharField(unique=True)
    secret_key_encrypted = TextField(null=True)
    secret_key_last4 = CharField(default="")
    # Stripe's addresses for this merchant, if other than the configured ones.
    api_base = CharField(null=True)
    js_url = CharField(null=True)

    stripe_account_id = CharField(null=True)
    country = CharField(null=True)
    default_currency = CharField(null=True)
    charges_enabled = BooleanField(null=True)
    currencies = JsonField(null=True)
    descriptor_prefix = CharField(max_length=22, default="")  # comes before an offer's suffix on card statements
    pair_verified = BooleanField(default=False)
    lacks = JsonField(default=list)
    checked_at = UtcDateTimeField(null=True)
    check_problem = CharField(default="")

    webhook_endpoint_id = CharField(null=True)
    webhook_url = CharField(null=True)
    webhook_events = JsonField(null=True)  # the event types that our endpoint was registered for
    webhook_secret_encrypted = TextField(null=True)
    # A replaced secret stays valid for a day: deliveries signed with it may still arrive.
    previous_webhook_secret_encrypted = TextField(null=True)
    previous_webhook_secret_until = UtcDateTimeField(null=True)
    webhook_by_hand = BooleanField(default=False)  # the owner created the endpoint; the shop does not change it
    events_taken_until = UtcDateTimeField(null=True)
    webhook_problem = TextField(default="")
    # What is wrong with the endpoint at Stripe, "" if it is as registered: see merchants/endpoint_check.py.
    endpoint_problem = CharField(max_length=30, default="")
    endpoint_problem_at = UtcDateTimeField(null=True)
    endpoint_checked_at = UtcDateTimeField(null=True)  # by Stripe's clock: when it was last as registered
    events_missing_since = UtcDateTimeField(null=True)  # by Stripe's clock: events since then may not have been sent

    # The domain that is registered for wallets at Stripe, those that it is good for, and why there are none.
    wallet_domain = CharField(max_length=253, default="")
    wallets = CharField(max_length=60, default="")
    wallet_problem = CharField(max_length=200, default="")

    # While its open payments are closed; then it is disconnected. See merchants/disconnection.py.
    disconnecting_at = UtcDateTimeField(null=True)
    payments_to_close = IntegerField(default=0)  # how many were open when that began
    payments_left_open = IntegerField(default=0)  # how many could not be closed
    disconnected_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        # An account can be connected once in each mode. If a restricted key hides the account, its id is NULL.
        indexes = ((("stripe_account_id", "mode"), True),)

    @property
    def takes_link(self) -> bool:
        """Whether its pages offer Link, and so its intents take it."""
        return "link" in self.wallets.split()

    def forget_link(self) -> None:
        """Stripe has refused an intent that takes Link: offer it no more until the account is checked again."""
        self.wallets = " ".join(name for name in self.wallets.split() if name != "link")
        self.save(only=[Merchant.wallets])

    @classmethod
    def connected(cls) -> list["Merchant"]:
        """Connected merchants that take payments, by name."""
        return list(cls.select_connected().where(cls.disconnecting_at.is_null()))

    @classmethod
    def select_connected(cls) -> "ModelSelect[Merchant]":
        """All whose keys the shop has, also those that are being disconnected, by name.

        A query, for loops in which a row that can't be read must not stop the others.
        """
        return cls.select().where(cls.disconnected_at.is_null()).order_by(cls.name, cls.id)

    @classmethod
    def select_disconnecting(cls) -> "ModelSelect[Merchant]":
        """Those that are being disconnected, the first one first."""
        return cls.select_connected().where(cls.disconnecting_at.is_null(False)).order_by(cls.disconnecting_at, cls.id)

    @classmethod
    def connected_first(cls) -> list["Merchant"]:
        """All merchants: connected ones first, then by name."""
        return list(cls.select().order_by(cls.disconnected_at.is_null(False), cls.name, cls.id))

    @classmethod
    def lock_row(cls, merchant_id: int) -> "Merchant":
        """Lock a merchant until the end of the transaction, and return its row as it is then."""
        # PostgreSQL locks the row of an UPDATE. On SQLite the transaction holds the lock of the whole database.
        cls.update(name=cls.name).where(cls.id == merchant_id).execute()
        return cls.get_by_id(merchant_id)

    @classmethod
    def may_begin_payment(cls, merchant_id: int) -> bool:
        """`takes_payments`, read again in the transaction that writes a payment.

        A disconnection that begins meanwhile waits for the end of the transaction, and then finds the payment.
        """
        merchant = _SHARED.first(merchant_id)
        return merchant is not None and merchant.takes_payments

    @property
    def is_connected(self) -> bool:
        """Whether the shop has its keys."""
        return self.disconnected_at is None

    @property
    def is_disconnecting(self) -> bool:
        """Whether its open payments are being closed, after which it is disconnected."""
        return self.disconnecting_at is not None and self.is_connected

    @property
    def takes_payments(self) -> bool:
        """Whether new payments may be started."""
        return self.is_connected and not self.is_disconnecting

    @property
    def is_live(self) -> bool:
        """Whether it is in live mode, with real money."""
        return self.mode == "live"

    @property
    def is_rehearsal(self) -> bool:
        """Whether it rehearses with a simulator on this machine, whatever address other merchants use."""
        return not self.is_live and self.api_base is not None and is_on_this_machine(self.api_base)

    @property
    def has_endpoint(self) -> bool:
        """Whether Stripe delivers its events to the shop, as far as known."""
        return bool(self.webhook_endpoint_id) or self.webhook_by_hand

    @property
    def secret_key(self) -> str:
        """The decrypted secret key, for the gateway only. Raises SecretUnreadable, also if the key was deleted."""
        if self.secret_key_encrypted is None:
            raise SecretUnreadable
        return encryption.decrypt(self.secret_key_encrypted or "")

    @secret_key.setter
    def secret_key(self, key: str) -> None:
        self.secret_key_encrypted = encryption.encrypt(key)
        self.secret_key_last4 = key[-4:]

    def has_secret_key(self, key: str) -> bool:
        """Whether this is the merchant's present key. False if the stored one is deleted or can't be decrypted."""
        try:
            return self.secret_key == key
        except SecretUnreadable:
            return False

    @property
    def webhook_secret(self) -> str | None:
        """The decrypted signing secret of the endpoint, for the gateway only."""
        return encryption.decrypt(self.webhook_secret_encrypted) if self.webhook_secret_encrypted else None

    @webhook_secret.setter
    def webhook_secret(self, secret: str | None) -> None:
        self.webhook_secret_encrypted = encryption.encrypt(secret) if secret else None

    @property
    def webhook_secrets(self) -> list[str]:
        """Valid signing secrets: the current one and, for a day, the one before."""
        secrets = [self.webhook_secret] if self.webhook_secret else []
        until = self.previous_webhook_secret_until
        if self.previous_webhook_secret_encrypted and until is not None and until > now():
            secrets.append(encryption.decrypt(self.previous_webhook_secret_encrypted))
        return secrets

    def replace_webhook_secret(self, secret: str) -> None:
        """Store a new signing secret. The old one stays valid for a day."""
        if self.webhook_secret_encrypted and self.webhook_secret != secret:
            self.previous_webhook_secret_encrypted = self.webhook_secret_encrypted
            self.previous_webhook_secret_until = now() + OLD_SECRET_LIFETIME
        self.webhook_secret = secret

    def forget_secrets(self) -> None:
        """Delete the keys and secrets, because the merchant is disconnected."""
        self.secret_key_encrypted = self.webhook_secret_encrypted = None
        self.previous_webhook_secret_encrypted = None
        self.secret_key_last4 = ""
        self.forget_previous_keys()
        self.refused_key_last4, self.returned_at = "", None

    def has_addresses_of(self, other: "Merchant") -> bool:
        """Whether a page that has loaded Stripe.js for the other one can be paid to this one."""
        return (self.api_base, self.js_url) == (other.api_base, other.js_url)

    def is_payable(self, currency: str) -> bool:
        """Whether it can be paid in this currency now, as far as Stripe's answers have shown."""
        may_charge = self.takes_payments and self.charges_enabled is not False
        return may_charge and not self.is_unavailable and self.can_charge(currency)

    def can_charge(self, currency: str) -> bool:
        """Whether the account can charge this currency (upper-case code). If unknown, yes: Stripe refuses later."""
        return self.currencies is None or currency in self.currencies


def _shared(merchant_id: object) -> "ModelSelect[Merchant]":
    query = Merchant.select(Merchant.disconnected_at, Merchant.disconnecting_at).where(Merchant.id == merchant_id)
    # On SQLite the transaction holds the lock of the whole database.
    if db.obj.for_update:
        query = query.for_update("FOR SHARE")  # type: ignore[arg-type]  # a text is allowed too
    return query


_SHARED: PreparedQuery[Merchant] = PreparedQuery(_shared)
