"""URLs of the services that the shop uses: database, queue, mail server, object store. Checked whole at the start.

Messages never repeat a URL: it may hold a password.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
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

# An address, alone or in angle brackets behind a name.
_SENDER = re.compile(r"[^\s@<>]+@[^\s@<>]+|[^@<>]*<[^\s@<>]+@[^\s@<>]+>")
# The names that S3 takes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html), and those
# of other stores, with capitals and underscores.
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")
_SEND_FILE = re.compile(r"X-Sendfile|X-Accel-Redirect:/[A-Za-z0-9/_-]*")
_PREFIX = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")
# The variables that obstore reads, without those that change what a request means.
OBJECT_STORE_VARIABLES = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"),
    *("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ALLOW_HTTP", "AWS_VIRTUAL_HOSTED_STYLE_REQUEST"),
    *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_ENDPOINT_URL_STS"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    *("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_METADATA_ENDPOINT", "AWS_UNSIGNED_PAYLOAD"),
    *("AWS_SERVER_SIDE_ENCRYPTION", "AWS_SSE_KMS_KEY_ID", "AWS_DISABLE_BULK_DELETE"),
)


def dns_server(text: str) -> tuple[str, int] | None:
    """IP address and port of a DNS server: `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53`.

    Raises InvalidValue.
    """
    if not text:
        return None
    problem = InvalidValue("must be the IP address of a DNS server, with :port unless that is 53")
    try:
        parts = urlsplit(f"//[{text}]" if text.count(":") > 1 and not text.startswith("[") else f"//{text}")
        address, port = str(ip_address(parts.hostname or "")), parts.port
    except ValueError:
        raise problem from None
    if parts.path or parts.query or parts.username is not None or port == 0:
        raise problem
    return address, port or 53


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


def mail_from(text: str, smtp_url: str) -> str:
    """The sender of emails, which a mail server needs. Raises InvalidValue."""
    if smtp_url and (not text.isprintable() or not _SENDER.fullmatch(text)):
        raise InvalidValue("must be the sender's email address when SMTP_URL is set")
    return text or "shop@localhost"


def uploads_url(text: str, instance_dir: Path | None) -> str:
    """The absolute path of the folder of uploaded files, or `s3://bucket/prefix`. Raises InvalidValue."""
    scheme, separator, rest = text.partition("://")
    if scheme.lower() == "s3":
        return _object_store_url(f"s3://{rest}")
    if separator or not text.isprintable():
        raise InvalidValue("must be the path of a folder, or s3://bucket/prefix")
    path = Path(text).resolve() if text else Path(f"{instance_dir}/uploads")
    # Backups contain all files of the folder: the shop's keys must not be among them.
    if instance_dir is not None and instance_dir.is_relative_to(path):
        raise InvalidValue("must be a folder of its own, not INSTANCE_DIR or one that contains it")
    if path.exists() and not path.is_dir():
        raise InvalidValue(f"{path} is not a folder")
    return str(path)


def backup_url(text: str, instance_dir: Path | None) -> str:
    """The absolute path of the folder of scheduled backups, `s3://bucket/prefix`, or "" for none. Raises InvalidValue.

    Not INSTANCE_DIR, nor a folder in it: the disk that a backup is for may not be the one that is lost.
    """
    scheme, separator, rest = text.partition("://")
    if not text or scheme.lower() == "s3":
        return _object_store_url(f"s3://{rest}") if text else ""
    if separator or not text.isprintable():
        raise InvalidValue("must be the path of a folder, or s3://bucket/prefix")
    path = Path(text).resolve()
    if instance_dir is not None and path.is_relative_to(instance_dir):
        raise InvalidValue("must be a folder outside of INSTANCE_DIR: what destroys one must not destroy the other")
    if path.exists() and not path.is_dir():
        raise InvalidValue(f"{path} is not a folder")
    return str(path)


def send_file_header(text: str) -> str:
    """The header that tells a proxy which file to send: `X-Sendfile`, or with an internal location of nginx. Raises
    InvalidValue."""
    if text and not _SEND_FILE.fullmatch(text):
        raise InvalidValue(
            "must be X-Sendfile, or X-Accel-Redirect: and a location, as in X-Accel-Redirect:/sent-files"
        )
    return text


def object_store_problems(url_name: str, variables: Mapping[str, str]) -> list[str]:
    """What is wrong with the variables for an object store, one line for each that begins with its name.

    `url_name` is the variable that names the store.
    """
    key, secret = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
    if not variables:
        return [f"{url_name}: s3:// needs {key}, {secret}, and AWS_REGION or AWS_ENDPOINT_URL"]
    problems = [
        f"{other}: is missing, although {one} is set"
        for one, other in ((key, secret), (secret, key))
        if one in variables and other not in variables
    ]
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        try:
            web_addresses.web_address(variables.get(name, ""))
        except InvalidValue as error:
            problems.append(f"{name}: {error}")
    return problems


def _object_store_url(text: str) -> str:
    parts = web_addresses.split(text)
    if "?" in text or "#" in text or not _BUCKET.fullmatch(parts.netloc) or not _PREFIX.fullmatch(parts.path):
        raise InvalidValue("must be s3://bucket or s3://bucket/prefix; keys and address are in the AWS_ variables")
    return f"s3://{parts.netloc}{parts.path.rstrip('/')}"


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
