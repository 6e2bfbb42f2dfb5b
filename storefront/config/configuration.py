"""Configuration from environment variables. A variable that is not valid stops the start with its name."""

import errno
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from storefront import web_addresses
from storefront.config import key_files, service_urls
from storefront.config.variables import DEFAULTS
from storefront.web_addresses import InvalidValue

# The number of the release. A test compares it with pyproject.toml.
VERSION = "0.2.0"

LOG_LEVELS = ("debug", "info", "warning", "error")


MIN_PASSPHRASE = 12


class ConfigError(Exception):
    """Environment variables are not valid. Each line of the message begins with the name of one."""


@dataclass(frozen=True)
class Config:
    """All settings from the environment. repr() leaves out values that hold secrets.

    `secret_keys` and `encryption_keys` are newest first. `own_keys` are the variables of the keys that are not set:
    this host has made these keys itself, in INSTANCE_DIR. `hosts` are the host names that are served besides this
    machine's own; None for all. `uploads_url` and `backup_url` are the path of a folder or `s3://…`, the latter is ""
    for no scheduled backups; `object_store` are the variables that obstore takes. `send_file_header`: the header with
    which a proxy sends files of a folder, as in `X-Accel-Redirect:/sent-files`.
    """

    secret_keys: tuple[str, ...] = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)
    own_keys: tuple[str, ...]
    instance_dir: Path
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    uploads_url: str
    object_store: Mapping[str, str] = field(repr=False)
    send_file_header: str
    public_url: str
    hosts: frozenset[str] | None
    host: str
    port: int
    web_concurrency: int
    worker_threads: int
    trusted_proxies: int
    stripe_api_base: str
    stripe_js_url: str
    rehearsal_stripe_url: str | None
    smtp_url: str | None = field(repr=False)
    mail_from: str
    dns_server: tuple[str, int] | None
    webhook_networks: tuple[web_addresses.Network, ...]
    telegram_api_base: str
    metrics_token: str | None = field(repr=False)
    backup_url: str
    backup_passphrase: str | None = field(repr=False)
    releases_url: str
    log_level: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read `environ` and generate missing keys. Default: variables of the process, then those of `.env`.

        Raises ConfigError: a line for each variable that is not valid, which begins with its name.
        """
        values = _Values(environ)
        read = values.read
        folder = read("INSTANCE_DIR", _private_folder)
        port = read("PORT", _number, 1, 65535)
        public = read("PUBLIC_URL", web_addresses.origin)
        config = cls(
            secret_keys=read("SECRET_KEY", key_files.secret_keys, folder),
            encryption_keys=read("ENCRYPTION_KEYS", key_files.encryption_keys, folder),
            own_keys=tuple(name for name in ("SECRET_KEY", "ENCRYPTION_KEYS") if not values.text(name)),
            instance_dir=folder,
            database_url=read("DATABASE_URL", _database_url, folder),
            redis_url=read("REDIS_URL", service_urls.redis_url) or None,
            uploads_url=read("UPLOADS_URL", service_urls.uploads_url, folder),
            object_store=_object_store(values),
            send_file_header=read("SEND_FILE_HEADER", service_urls.send_file_header),
            public_url=public or f"http://127.0.0.1:{port}",
            hosts=read("ALLOWED_HOSTS", _hosts, public or ""),
            host=read("HOST", web_addresses.listen_address),
            port=port,
            web_concurrency=read("WEB_CONCURRENCY", _number, 1, 64, os.cpu_count() or 1),
            worker_threads=read("WORKER_THREADS", _number, 1, 64),
            trusted_proxies=read("TRUSTED_PROXIES", _number, 0, 10),
            stripe_api_base=read("STRIPE_API_BASE", web_addresses.protected_address),
            stripe_js_url=read("STRIPE_JS_URL", web_addresses.protected_address),
            rehearsal_stripe_url=read("REHEARSAL_STRIPE_URL", web_addresses.loopback_address) or None,
            smtp_url=read("SMTP_URL", service_urls.smtp_url) or None,
            mail_from=read("MAIL_FROM", service_urls.mail_from, values.text("SMTP_URL")),
            dns_server=read("DNS_SERVER", service_urls.dns_server),
            webhook_networks=read("WEBHOOK_ALLOW_NETWORKS", web_addresses.networks),
            telegram_api_base=read("TELEGRAM_API_BASE", web_addresses.protected_address),
            metrics_token=read("METRICS_TOKEN", web_addresses.bearer_token) or None,
            backup_url=read("BACKUP_URL", service_urls.backup_url, folder),
            backup_passphrase=read("BACKUP_PASSPHRASE", key_files.long_enough, MIN_PASSPHRASE) or None,
            releases_url=read("RELEASES_URL", web_addresses.web_address),
            log_level=read("LOG_LEVEL", _log_level),
        )
        if values.problems:
            raise ConfigError("\n".join(values.problems))
        return config

    @property
    def secret_key(self) -> str:
        """The newest of SECRET_KEY."""
        return self.secret_keys[0]

    @property
    def signing_keys(self) -> list[str]:
        """SECRET_KEY as itsdangerous takes it: it signs with the last key, and each of them verifies."""
        return list(reversed(self.secret_keys))


class _Values:
    """The variables, and the problems that reading them found: one line for each variable."""

    def __init__(self, environ: Mapping[str, str] | None) -> None:
        if environ is None:
            env_file = {k: v for k, v in dotenv_values(".env").items() if v is not None}
            environ = {**env_file, **os.environ}
        self._environ = environ
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        return self._environ.get(name, "").strip() or DEFAULTS.get(name, "")

    def read(self, name: str, parse: Callable[..., Any], *more: object) -> Any:
        """Return `parse(text, *more)`. If it raises InvalidValue, keep the problem and return None."""
        try:
            return parse(self.text(name), *more)
        except InvalidValue as error:
            self.problems.append(f"{name}: {error}")
            return None


def _private_folder(text: str) -> Path:
    """Create the folder if it is missing. It and everything in it, now and later, is private to the shop's own user."""
    os.umask(0o077)
    path = Path(text)
    try:
        path = path.resolve()
        path.mkdir(parents=True, exist_ok=True)
        for one in (path, *path.rglob("*")):
            _close_to_others(one)
    except OSError as error:
        raise InvalidValue(f"{error.filename or path} can't be used: {error.strerror}") from error
    except ValueError as error:
        raise InvalidValue("is not the path of a folder") from error
    return path


def _close_to_others(path: Path) -> None:
    """Remove the permissions of other users. Older versions and other programs may have set them."""
    try:
        mode = path.stat().st_mode
        if mode & 0o077:
            path.chmod(stat.S_IMODE(mode) & ~0o077)
    except OSError as error:
        # Nothing can be changed on a read-only disk, and a running shop may remove files meanwhile.
        if error.errno not in (errno.EROFS, errno.ENOENT):
            raise


def _number(text: str, minimum: int, maximum: int, default: int = 0) -> int:
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not minimum <= int(text) <= maximum:
        raise InvalidValue(f"must be a whole number from {minimum} to {maximum}, not {text!r}")
    return int(text)


def _hosts(text: str, public_url: str) -> frozenset[str] | None:
    """The hosts in the comma-separated text and that of PUBLIC_URL; None while PUBLIC_URL is not set."""
    more, public = web_addresses.host_names(text), urlsplit(public_url).netloc
    return more | web_addresses.host_names(public) if public else None


def _log_level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise InvalidValue(f"must be one of {', '.join(LOG_LEVELS)}, not {text!r}")
    return text.lower()


def _database_url(text: str, folder: Path | None) -> str:
    if not text:
        return f"sqlite:///{folder}/storefront.db"
    return service_urls.database_url(text)


def _object_store(values: "_Values") -> dict[str, str]:
    """The variables for obstore; none unless UPLOADS_URL or BACKUP_URL names an object store."""
    names = [name for name in ("UPLOADS_URL", "BACKUP_URL") if values.text(name).lower().startswith("s3://")]
    if not names:
        return {}
    found = {name: values.text(name) for name in service_urls.OBJECT_STORE_VARIABLES if values.text(name)}
    if found or not any(line.startswith(f"{names[0]}: ") for line in values.problems):
        values.problems += service_urls.object_store_problems(names[0], found)
    return found
