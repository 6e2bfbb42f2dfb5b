"""Keys of a shop on several hosts: a host that has made its own must not use a database that knows others.

It would sign out everybody whom another host has signed in, and could not read the merchants' secrets.
"""

import hashlib

from storefront import db, encryption
from storefront.config import Config, ConfigError
from storefront.models import Merchant, ShopSetting, shop_id

FINGERPRINTS = "key_fingerprints"
# Scrypt costs some 50 ms, and 32 bits fit countless keys: whoever reads the fingerprint can't find the key by trying.
SCRYPT_COST, FINGERPRINT_BYTES = 2**14, 4


def require_same_keys(config: Config) -> None:
    """Raise ConfigError if this host has made its own keys and the database knows others. Otherwise remember them.

    The database must be connected. SQLite is on one host only, and a database that is not migrated is not used.
    """
    if not config.database_url.startswith("postgresql://") or db.pending_migrations():
        return
    row = ShopSetting.by_name(FINGERPRINTS)
    mine = _fingerprints(config)
    if row is None:
        foreign = set(config.own_keys) if _holds_only_unreadable_secrets() else set()
    else:
        foreign = {name for name in config.own_keys if row.value.get(name) not in mine[name]}
    if foreign:
        first, *_others = sorted(foreign, reverse=True)
        raise ConfigError(
            f"{first}: the database is used with other keys than those that this host has made in "
            f"{config.instance_dir}: set {' and '.join(sorted(foreign, reverse=True))} as on the other hosts"
        )
    if row is None or any(row.value.get(name) != keys[0] for name, keys in mine.items()):
        remember_keys(config)


def remember_keys(config: Config) -> None:
    """Store the fingerprints of the present keys; of the newest one where there are several."""
    value = {name: fingerprints[0] for name, fingerprints in _fingerprints(config).items()}
    ShopSetting.store(FINGERPRINTS, value)


def _fingerprints(config: Config) -> dict[str, list[str]]:
    """The fingerprints of the keys, by variable; those of other databases differ."""
    keys = {"SECRET_KEY": config.secret_keys, "ENCRYPTION_KEYS": config.encryption_keys}
    salt = shop_id().encode()
    return {name: [_fingerprint(key, name.encode() + salt) for key in values] for name, values in keys.items()}


def _fingerprint(key: str, salt: bytes) -> str:
    return hashlib.scrypt(key.encode(), salt=salt, n=SCRYPT_COST, r=8, p=1, dklen=FINGERPRINT_BYTES).hex()


def _holds_only_unreadable_secrets() -> bool:
    """Whether no merchant's key can be decrypted: a version that stored no fingerprints has used other keys."""
    secrets = [merchant.secret_key_encrypted for merchant in Merchant.select_connected()]
    return bool(secrets) and not any(encryption.is_readable(secret or "") for secret in secrets)
