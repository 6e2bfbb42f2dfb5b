"""The keys that a merchant had before: they are kept while the new ones prove themselves."""

from datetime import datetime

from peewee import CharField, TextField

from storefront import encryption
from storefront.errors import SecretUnreadable
from storefront.models.base import Record, UtcDateTimeField, now


class PreviousKeys(Record):
    """Columns of Merchant. `previous_keys_until`: from then on the next success of the new keys drops the old ones.

    `refused_key_last4` are the last characters of a new key that Stripe has refused at `returned_at`: the merchant has
    its previous keys again since.
    """

    publishable_key: str
    secret_key_encrypted: str | None
    secret_key_last4: str

    previous_publishable_key = CharField(default="")
    previous_secret_key_encrypted = TextField(null=True)
    previous_secret_key_last4 = CharField(default="")
    previous_keys_until = UtcDateTimeField(null=True)
    refused_key_last4 = CharField(default="")
    returned_at = UtcDateTimeField(null=True)

    @property
    def has_previous_keys(self) -> bool:
        """Whether the shop still has the keys that were replaced last."""
        return bool(self.previous_secret_key_encrypted)

    @property
    def previous_secret_key(self) -> str:
        """The decrypted secret key. Raises SecretUnreadable, also if there is none."""
        if not self.previous_secret_key_encrypted:
            raise SecretUnreadable
        return encryption.decrypt(self.previous_secret_key_encrypted)

    def keep_keys(self, until: datetime) -> None:
        """Remember the present keys, before they are replaced. Saves nothing."""
        self.previous_publishable_key = self.publishable_key
        self.previous_secret_key_encrypted = self.secret_key_encrypted
        self.previous_secret_key_last4, self.previous_keys_until = self.secret_key_last4, until

    def forget_previous_keys(self) -> None:
        """Delete the previous keys. Saves nothing."""
        self.previous_publishable_key, self.previous_secret_key_last4 = "", ""
        self.previous_secret_key_encrypted = self.previous_keys_until = None

    def return_to_previous_keys(self) -> None:
        """Use the previous keys, because Stripe refuses the present ones, which are deleted. Saves nothing."""
        self.refused_key_last4, self.returned_at = self.secret_key_last4, now()
        self.publishable_key = self.previous_publishable_key
        self.secret_key_encrypted = self.previous_secret_key_encrypted
        self.secret_key_last4 = self.previous_secret_key_last4
        self.forget_previous_keys()
