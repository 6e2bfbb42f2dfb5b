"""Keys in files of INSTANCE_DIR: made once, then read."""

import os
import secrets
from pathlib import Path

from storefront.web_addresses import InvalidValue


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
