"""Merchants' secrets at rest: encrypted with Fernet, by the newest of several keys."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storefront.errors import SecretUnreadable

_keys: MultiFernet | None = None


def init(encryption_keys: tuple[str, ...]) -> None:
    """Take the keys of ENCRYPTION_KEYS, newest first: the first encrypts, each decrypts."""
    global _keys
    _keys = MultiFernet([Fernet(key) for key in encryption_keys])


def encrypt(secret: str) -> str:
    """The secret as text that may stand in the database."""
    return _ready().encrypt(secret.encode()).decode()


def decrypt(token: str) -> str:
    """The secret again. Raises SecretUnreadable when no present key made the token."""
    try:
        return _ready().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable from error


def _ready() -> MultiFernet:
    if _keys is None:
        raise RuntimeError("vault.init() has not been called")
    return _keys
