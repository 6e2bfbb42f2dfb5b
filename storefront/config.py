"""The environment, read once and checked: what is wrong stops the start with the variable's name."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from dotenv import dotenv_values

# For backups and metrics; a test compares it with pyproject.toml.
VERSION = "0.1.0"

# Every variable the shop reads, with its default as the README words it ("" where one is made or derived).
DEFAULTS = {
    "SECRET_KEY": "",
    "ENCRYPTION_KEYS": "",
    "INSTANCE_DIR": "instance",
    "DATABASE_URL": "",
    "REDIS_URL": "",
    "PUBLIC_URL": "",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "WEB_CONCURRENCY": "",
    "TRUSTED_PROXIES": "0",
    "STRIPE_API_BASE": "https://api.stripe.com",
    "STRIPE_JS_URL": "https://js.stripe.com/endive/stripe.js",
    "SMTP_URL": "",
    "MAIL_FROM": "",
    "METRICS_TOKEN": "",
    "BACKUP_PASSPHRASE": "",
}


class ConfigError(Exception):
    """A variable of the environment can't be used; the message begins with its name."""


@dataclass(frozen=True)
class Config:
    """What the environment says, in the types the product uses. What holds a secret isn't shown by repr()."""

    secret_key: str = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)
    instance_dir: Path
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    public_url: str
    host: str
    port: int
    web_concurrency: int
    trusted_proxies: int
    stripe_api_base: str
    stripe_js_url: str
    smtp_url: str | None = field(repr=False)
    mail_from: str
    metrics_token: str | None = field(repr=False)
    backup_passphrase: str | None = field(repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read `environ` (default: the process's, over what `.env` says) and make missing keys.

        Raises ConfigError naming the first variable that can't be used.
        """
        if environ is None:
            from_file = {k: v for k, v in dotenv_values(".env").items() if v is not None}
            environ = {**from_file, **os.environ}

        def value(name: str) -> str:
            return environ.get(name, "").strip() or DEFAULTS[name]

        instance_dir = _directory("INSTANCE_DIR", value("INSTANCE_DIR"))
        host, port = value("HOST"), _number("PORT", value("PORT"), 1, 65535)
        return cls(
            secret_key=value("SECRET_KEY") or _kept_key(instance_dir / "secret_key", secrets.token_urlsafe(48)),
            encryption_keys=_encryption_keys(value("ENCRYPTION_KEYS"), instance_dir),
            instance_dir=instance_dir,
            database_url=_database_url(value("DATABASE_URL"), instance_dir),
            redis_url=_address("REDIS_URL", value("REDIS_URL"), ("redis", "rediss", "unix")) or None,
            public_url=_address("PUBLIC_URL", value("PUBLIC_URL"), ("http", "https")) or f"http://127.0.0.1:{port}",
            host=host,
            port=port,
            web_concurrency=_number("WEB_CONCURRENCY", value("WEB_CONCURRENCY") or str(os.cpu_count() or 1), 1, 64),
            trusted_proxies=_number("TRUSTED_PROXIES", value("TRUSTED_PROXIES"), 0, 10),
            stripe_api_base=_address("STRIPE_API_BASE", value("STRIPE_API_BASE"), ("http", "https")),
            stripe_js_url=_address("STRIPE_JS_URL", value("STRIPE_JS_URL"), ("http", "https")),
            smtp_url=_address("SMTP_URL", value("SMTP_URL"), ("smtp", "smtps")) or None,
            mail_from=_mail_from(value("MAIL_FROM"), value("SMTP_URL")),
            metrics_token=value("METRICS_TOKEN") or None,
            backup_passphrase=value("BACKUP_PASSPHRASE") or None,
        )


def _directory(name: str, text: str) -> Path:
    path = Path(text).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{name}: {path} can't be made: {error.strerror}") from error
    return path


def _number(name: str, text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigError(f"{name}: must be a whole number from {least} to {most}, not {text!r}")
    return int(text)


def _address(name: str, text: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in schemes or not (parts.netloc or parts.scheme == "unix")):
        raise ConfigError(f"{name}: must be an address beginning with {' or '.join(s + '://' for s in schemes)}")
    return text.rstrip("/")


def _mail_from(text: str, smtp_url: str) -> str:
    if smtp_url and "@" not in text:
        raise ConfigError("MAIL_FROM: must be the email address that letters come from when SMTP_URL is set")
    return text or "shop@localhost"


def _database_url(text: str, instance_dir: Path) -> str:
    if not text:
        return f"sqlite:///{instance_dir / 'storefront.db'}"
    if text.startswith("postgres://"):
        text = "postgresql://" + text.removeprefix("postgres://")
    if not text.startswith(("sqlite:///", "postgresql://")):
        raise ConfigError("DATABASE_URL: must begin with sqlite:/// or postgresql://")
    return text


def _encryption_keys(text: str, instance_dir: Path) -> tuple[str, ...]:
    text = text or _kept_key(instance_dir / "encryption_keys", Fernet.generate_key().decode())
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            # The key itself is never repeated: this text ends in a terminal or a log.
            raise ConfigError("ENCRYPTION_KEYS: each must be 32 url-safe base64-encoded bytes") from error
    return keys


def _kept_key(path: Path, fresh: str) -> str:
    """The key kept in `path`, or `fresh` written there; whoever links first wins when two start at once."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(fresh + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
