"""Encryption of the shop's keys inside a backup, with a passphrase."""

import json
import os
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from storefront.operations.backups.errors import BackupError

# Takes about a second and 64 MB. Fixed by the format, so that a malicious file can't demand more.
SCRYPT_COST = {"n": 2**16, "r": 8, "p": 2}
SALT_BYTES, NONCE_BYTES = 16, 12


@dataclass(frozen=True, repr=False)
class Keys:
    """The values of SECRET_KEY and ENCRYPTION_KEYS."""

    secret_key: str
    encryption_keys: str


def encrypt_keys(keys: Keys, passphrase: str, manifest: bytes) -> bytes:
    """Encrypt the keys. They can be decrypted only together with the same manifest."""
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    cipher = AESGCM(derive_key(passphrase, salt))
    return salt + nonce + cipher.encrypt(nonce, json.dumps(asdict(keys)).encode(), manifest)


def decrypt_keys(data: bytes, passphrase: str, manifest: bytes) -> Keys:
    """Decrypt the keys. Raises BackupError for a wrong passphrase or a changed manifest."""
    salt, rest = data[:SALT_BYTES], data[SALT_BYTES:]
    nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        decrypted = AESGCM(derive_key(passphrase, salt)).decrypt(nonce, ciphertext, manifest)
        return Keys(**json.loads(decrypted))
    except (InvalidTag, ValueError, TypeError) as error:
        raise BackupError("BACKUP_PASSPHRASE does not fit this backup, or the backup was changed") from error


def derive_key(passphrase: str, salt: bytes) -> bytes:
    """A key of 32 bytes for this passphrase and this salt of SALT_BYTES."""
    return Scrypt(salt=salt, length=32, **SCRYPT_COST).derive(passphrase.encode())
