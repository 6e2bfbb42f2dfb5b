"""The shop's own keys inside a backup, sealed with a passphrase."""

import json
import os
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from storefront.operations.backups.errors import BackupError

# Costs an honest restore a moment and 64 MB. Part of the format: a file can't ask for more.
COST = {"n": 2**16, "r": 8, "p": 2}
SALT, NONCE = 16, 12


@dataclass(frozen=True, repr=False)
class Keys:
    """`encryption_keys` comma-separated, newest first, as in the environment."""

    secret_key: str
    encryption_keys: str


def seal(keys: Keys, passphrase: str, manifest: bytes) -> bytes:
    """The keys encrypted, good only together with exactly this manifest."""
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    box = AESGCM(_derived(passphrase, salt))
    return salt + nonce + box.encrypt(nonce, json.dumps(asdict(keys)).encode(), manifest)


def unseal(sealed: bytes, passphrase: str, manifest: bytes) -> Keys:
    """The keys again. Raises Refused when the passphrase is another or the manifest was changed."""
    salt, nonce, box = sealed[:SALT], sealed[SALT : SALT + NONCE], sealed[SALT + NONCE :]
    try:
        opened = AESGCM(_derived(passphrase, salt)).decrypt(nonce, box, manifest)
        return Keys(**json.loads(opened))
    except (InvalidTag, ValueError, TypeError) as error:
        raise BackupError("BACKUP_PASSPHRASE does not fit this backup, or the backup was changed") from error


def _derived(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, **COST).derive(passphrase.encode())
