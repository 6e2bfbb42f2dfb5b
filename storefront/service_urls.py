"""URLs of the services that the shop uses: database, queue, mail server. Checked whole at the start.

Messages never repeat a URL: it may hold a password.
"""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from storefront import web_addresses
from storefront.web_addresses import InvalidValue

# libpq's parameters whose values it checks only when it connects.
_WHOLE_NUMBERS = (
    *("port", "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count"),
    "tcp_user_timeout",
)
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def database_url(text: str) -> str:
    """`sqlite:///path`, or `postgresql://…` as libpq takes it. Raises InvalidValue."""
    scheme, separator, rest = text.partition("://")
    scheme = {"postgres": "postgresql"}.get(scheme.lower(), scheme.lower())
    text = f"{scheme}{separator}{rest}"
    if text.startswith("sqlite:///"):
        _check_file(text.removeprefix("sqlite:///"))
    elif text.startswith("postgresql://"):
        _check_postgresql(text)
    else:
        raise InvalidValue("must begin with sqlite:/// or postgresql://")
    return text


def redis_url(text: str) -> str:
    """The URL of a Redis server. Raises InvalidValue."""
    url = web_addresses.server_url(text, ("redis", "rediss", "unix"))
    if not url:
        return ""
    # Takes a moment, and most shops have none.
    import redis

    path = urlsplit(url).path
    if url.startswith("unix:") and not (url.startswith("unix:///") and len(path) > 1):
        raise InvalidValue("must name a socket, as in unix:///run/redis.sock")
    if not url.startswith("unix:") and path.strip("/") and not _is_number(path.strip("/"), 0, 1_000_000):
        raise InvalidValue("the database must be a whole number, as in redis://host/0")
    try:
        redis.ConnectionPool.from_url(url).make_connection()
    except (ValueError, TypeError, redis.RedisError) as error:
        raise InvalidValue("has a parameter that Redis does not take, or a wrong value of one") from error
    return url


def smtp_url(text: str) -> str:
    """The URL of a mail server. Raises InvalidValue."""
    url = web_addresses.server_url(text, ("smtp", "smtps"))
    parts = urlsplit(url)
    if parts.path or "#" in text:
        raise InvalidValue("must end with the host, its port, or ?starttls=1")
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() != "starttls" or value not in ("", "0", "1"):
            raise InvalidValue("can have no other parameter than starttls=1")
    if parts.password and not parts.username:
        raise InvalidValue("has a password, but no user name")
    return url


def _check_file(path: str) -> None:
    if (
        not path.isprintable()
        or not path
        or path.endswith("/")
        or "?" in path
        or path == ":memory:"
        or Path(path).is_dir()
    ):
        raise InvalidValue("must name a file, as in sqlite:////srv/shop/storefront.db")


def _check_postgresql(url: str) -> None:
    if not url.isprintable() or " " in url:
        raise InvalidValue("is not a valid URL")
    try:
        parameters: Mapping[str, object] = conninfo_to_dict(url)
    except (psycopg.Error, ValueError) as error:
        raise InvalidValue(
            "is not a valid URL, or has an unknown parameter; % in a password is written %25, @ is written %40"
        ) from error
    if not parameters.get("dbname"):
        raise InvalidValue("the name of the database is missing, as in postgresql://user@host/shop")
    for name in _WHOLE_NUMBERS:
        least, most = (1, 65535) if name == "port" else (0, 2**31 - 1)
        values = str(parameters.get(name, "")).split(",")
        if any(value and not _is_number(value, least, most) for value in values):
            raise InvalidValue(f"{name} must be a whole number from {least} to {most}")
    if parameters.get("sslmode", "prefer") not in _SSL_MODES:
        raise InvalidValue(f"sslmode must be one of {', '.join(_SSL_MODES)}")


def _is_number(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most
