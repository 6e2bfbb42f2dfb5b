"""Encryption of merchants' secrets in the database: Fernet, with the keys of ENCRYPTION_KEYS."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storefront.errors import SecretUnreadable
from storefront.runtime import Runtime, current


def encrypt(secret: str) -> str:
    """Encrypt with the newest key. Return text for a database column."""
    return _keys().encrypt(secret.encode()).decode()


def decrypt(token: str) -> str:
    """Return the secret. Raises SecretUnreadable when none of the keys decrypts it."""
    try:
        return _keys().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable from error


def is_readable(token: str) -> bool:
    """Whether one of the keys decrypts it, and it is not empty. Not after a restore without the shop's keys."""
    try:
        return bool(decrypt(token))
    except SecretUnreadable:
        return False


def encrypt_again(token: str) -> str | None:
    """The same secret encrypted with the newest key. None if it is already. Raises SecretUnreadable."""
    try:
        current().resource(_make_newest).decrypt(token.encode())
    except InvalidToken:
        return encrypt(decrypt(token))
    return None


def _keys() -> MultiFernet:
    return current().resource(_make_keys)


def _make_keys(runtime: Runtime) -> MultiFernet:
    """Newest first: MultiFernet encrypts with the first key and tries each to decrypt."""
    return MultiFernet([Fernet(key) for key in runtime.config.encryption_keys])


def _make_newest(runtime: Runtime) -> Fernet:
    return Fernet(runtime.config.encryption_keys[0])
