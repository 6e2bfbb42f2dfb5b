"""The shop's own keys: from the environment, or in files of INSTANCE_DIR, made once and then read."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

from storefront.web_addresses import InvalidValue

# It signs links that open saved cards: a short key could be found by trying.
MIN_SECRET_KEY = 32


def stored_key(folder: Path | None, file_name: str, new_key: str) -> str:
    """Return the key in the file of `folder`. If there is none, store `new_key` there. Raises InvalidValue.

    Without a folder, which is a problem of its own, the key is "".
    When two processes start at the same time, one of them creates the file and both use its key.
    """
    if folder is None:
        return ""
    path = folder / file_name
    try:
        if not path.exists():
            _store_once(path, new_key)
        key = path.read_text().strip()
    except (OSError, UnicodeError) as error:
        raise InvalidValue(f"{path} can't be used: {getattr(error, 'strerror', 'it is no text')}") from error
    if not key:
        raise InvalidValue(f"{path} is empty: put the key back from a backup, or remove the file for a new key")
    return key


def _store_once(path: Path, text: str) -> None:
    """Write a file that is never seen half-written. If it exists meanwhile, it stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def secret_keys(text: str, folder: Path | None) -> tuple[str, ...]:
    """The keys of SECRET_KEY, or those in the folder's file, newest first. Raises InvalidValue."""
    keys = _listed(text or stored_key(folder, "secret_key", secrets.token_urlsafe(48)))
    return tuple(long_enough(key, MIN_SECRET_KEY) for key in keys)


def long_enough(text: str, minimum: int) -> str:
    """A secret of at least so many bytes, or "". Raises InvalidValue."""
    # The error must not contain the secret: it is shown in terminals and logs.
    if text and len(text.encode()) < minimum:
        raise InvalidValue(f"must have at least {minimum} characters, chosen at random")
    return text


def encryption_keys(text: str, folder: Path | None) -> tuple[str, ...]:
    """The keys of ENCRYPTION_KEYS, or the one in the folder. Raises InvalidValue."""
    text = text or stored_key(folder, "encryption_keys", Fernet.generate_key().decode())
    keys = _listed(text)
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise InvalidValue("each must be 32 url-safe base64-encoded bytes") from error
    return keys


def _listed(text: str) -> tuple[str, ...]:
    """The keys between the commas. Raises InvalidValue if there is none; none in an empty text."""
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    if text and not keys:
        raise InvalidValue("there is no key between the commas")
    return keys
