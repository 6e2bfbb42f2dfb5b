"""Configuration from environment variables. A variable that is not valid stops the start with its name."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

import idna
from cryptography.fernet import Fernet
from dotenv import dotenv_values

# Shown in backups and metrics. A test compares it with pyproject.toml.
VERSION = "0.1.0"

# All variables and their defaults. "" where the default is generated, derived from other values, or none.
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


DEFAULT_PORTS = {"http": 80, "https": 443}
# Labels of letters, digits, hyphens and underscores; container names have underscores.
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
# An address, alone or in angle brackets behind a name.
_SENDER = re.compile(r"[^\s@<>]+@[^\s@<>]+|[^@<>]*<[^\s@<>]+@[^\s@<>]+>")


class ConfigError(Exception):
    """An environment variable is not valid. The message begins with its name."""


@dataclass(frozen=True)
class Config:
    """All settings from the environment. repr() leaves out values that hold secrets."""

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
        """Read `environ` and generate missing keys. Default: variables of the process, then those of `.env`.

        Raises ConfigError with the name of the first variable that is not valid.
        """
        if environ is None:
            env_file = {k: v for k, v in dotenv_values(".env").items() if v is not None}
            environ = {**env_file, **os.environ}

        def value(name: str) -> str:
            return environ.get(name, "").strip() or DEFAULTS[name]

        instance_dir = _directory("INSTANCE_DIR", value("INSTANCE_DIR"))
        host, port = value("HOST"), _number("PORT", value("PORT"), 1, 65535)
        return cls(
            secret_key=value("SECRET_KEY") or _stored_key(instance_dir / "secret_key", secrets.token_urlsafe(48)),
            encryption_keys=_encryption_keys(value("ENCRYPTION_KEYS"), instance_dir),
            instance_dir=instance_dir,
            database_url=_database_url(value("DATABASE_URL"), instance_dir),
            redis_url=_url("REDIS_URL", value("REDIS_URL"), ("redis", "rediss", "unix")) or None,
            public_url=_origin("PUBLIC_URL", value("PUBLIC_URL")) or f"http://127.0.0.1:{port}",
            host=host,
            port=port,
            web_concurrency=_number("WEB_CONCURRENCY", value("WEB_CONCURRENCY") or str(os.cpu_count() or 1), 1, 64),
            trusted_proxies=_number("TRUSTED_PROXIES", value("TRUSTED_PROXIES"), 0, 10),
            stripe_api_base=_web_address("STRIPE_API_BASE", value("STRIPE_API_BASE")),
            stripe_js_url=_web_address("STRIPE_JS_URL", value("STRIPE_JS_URL")),
            smtp_url=_url("SMTP_URL", value("SMTP_URL"), ("smtp", "smtps")) or None,
            mail_from=_mail_from(value("MAIL_FROM"), value("SMTP_URL")),
            metrics_token=value("METRICS_TOKEN") or None,
            backup_passphrase=value("BACKUP_PASSPHRASE") or None,
        )


def _directory(name: str, text: str) -> Path:
    path = Path(text).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{name}: {path} can't be created: {error.strerror}") from error
    return path


def _number(name: str, text: str, minimum: int, maximum: int) -> int:
    if not text.isascii() or not text.isdigit() or not minimum <= int(text) <= maximum:
        raise ConfigError(f"{name}: must be a whole number from {minimum} to {maximum}, not {text!r}")
    return int(text)


def _url(name: str, text: str, schemes: tuple[str, ...]) -> str:
    """The URL of a server, with scheme and host in lower case. Messages never repeat it: it may hold a password."""
    if not text:
        return ""
    parts = _split(name, text)
    if parts.scheme not in schemes or not (parts.netloc or parts.scheme == "unix"):
        raise ConfigError(f"{name}: must be a URL that begins with {' or '.join(s + '://' for s in schemes)}")
    if parts.scheme == "unix":
        return text
    login, at, _ = parts.netloc.rpartition("@")
    if parts.hostname is None and not parts.port:
        raise ConfigError(f"{name}: the host is missing")
    host = _host(name, parts) if parts.hostname else ""
    port = "" if parts.port is None else f":{parts.port}"
    return urlunsplit((parts.scheme, f"{login}{at}{host}{port}", parts.path.rstrip("/"), parts.query, ""))


def _web_address(name: str, text: str) -> str:
    """An http or https address as browsers spell it: Punycode, no default port, no slash at its end."""
    if not text:
        return ""
    parts = _split(name, text)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ConfigError(f"{name}: must be a URL that begins with http:// or https://")
    if "@" in parts.netloc:
        raise ConfigError(f"{name}: must not contain a user name or a password")
    if "?" in text or "#" in text:
        raise ConfigError(f"{name}: must not contain a query (?) or a fragment (#)")
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{_host(name, parts)}{port}{parts.path.rstrip('/')}"


def _origin(name: str, text: str) -> str:
    """A web address without a path: the shop's pages, webhooks and cookies all begin at its root."""
    address = _web_address(name, text)
    if urlsplit(address).path:
        raise ConfigError(f"{name}: must be an address without a path, such as https://shop.example.com")
    return address


def _split(name: str, text: str) -> SplitResult:
    try:
        if not text.isprintable() or " " in text or "\\" in text:
            raise ValueError("white space or backslash")
        parts = urlsplit(text)
        if parts.port == 0:
            raise ValueError("port 0")
    except ValueError:
        # Python's error quotes parts of the URL, which may hold a password.
        raise ConfigError(f"{name}: is not a valid URL") from None
    return parts


def _host(name: str, parts: SplitResult) -> str:
    """The host in lower case and Punycode, without the dot that ends a full domain name."""
    host = (parts.hostname or "").removesuffix(".")
    try:
        if ":" in host:
            return f"[{IPv6Address(host)}]"
        ascii_host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except ValueError as error:
        raise ConfigError(f"{name}: the host is not valid") from error
    if not _HOST.fullmatch(ascii_host):
        raise ConfigError(f"{name}: the host is not valid")
    return ascii_host


def _mail_from(text: str, smtp_url: str) -> str:
    if smtp_url and (not text.isprintable() or not _SENDER.fullmatch(text)):
        raise ConfigError("MAIL_FROM: must be the sender's email address when SMTP_URL is set")
    return text or "shop@localhost"


def _database_url(text: str, instance_dir: Path) -> str:
    if not text:
        return f"sqlite:///{instance_dir / 'storefront.db'}"
    scheme, separator, rest = text.partition("://")
    scheme = {"postgres": "postgresql"}.get(scheme.lower(), scheme.lower())
    text = f"{scheme}{separator}{rest}"
    if not text.startswith(("sqlite:///", "postgresql://")):
        raise ConfigError("DATABASE_URL: must begin with sqlite:/// or postgresql://")
    if scheme == "postgresql":
        _split("DATABASE_URL", text)
    return text


def _encryption_keys(text: str, instance_dir: Path) -> tuple[str, ...]:
    text = text or _stored_key(instance_dir / "encryption_keys", Fernet.generate_key().decode())
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            # The text must not contain the key: it is shown in terminals and logs.
            raise ConfigError("ENCRYPTION_KEYS: each must be 32 url-safe base64-encoded bytes") from error
    return keys


def _stored_key(path: Path, new_key: str) -> str:
    """Return the key in the file `path`. If there is none, store `new_key` there.

    When two processes start at the same time, one of them creates the file and both use its key.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_key + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
