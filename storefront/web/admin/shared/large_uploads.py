"""Forms with one large file, for browsers without a script: the web server lets their bodies through."""

from tempfile import TemporaryFile
from typing import IO, cast
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Request, current_app
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer

from storefront.config import Config

# The argument of the form's address.
ARGUMENT = "large"
# How long after it was shown the form may be sent.
LIFETIME_SECONDS = 24 * 3600
# Larger files of a form go to the disk of the shop's folder: that of temporary files may be memory.
SMALL_BYTES = 32_000_000


def init_app(app: Flask) -> None:
    """Store large files of forms in the shop's folder while they are read."""
    app.request_class = _ShopRequest
    app.jinja_env.globals.update(large_upload_token=large_upload_token)


def large_upload_token(size: int) -> str:
    """What the address of such a form holds: the web server takes up to `size` bytes there."""
    return str(_serializer(current_app.config["SHOP"]).dumps([current_user.id, size]))


def large_body(config: Config, address: str) -> int:
    """How many bytes the body of a request to this address with its query may have; 0 unless it has such a token.

    The web server asks before it reads the body. Who is signed in is checked afterwards, as for any form.
    """
    token = parse_qs(urlsplit(address).query).get(ARGUMENT, [""])[0]
    try:
        _admin_id, size = _serializer(config).loads(token, max_age=LIFETIME_SECONDS)
        return int(size)
    except (BadData, ValueError, TypeError):
        return 0


def _serializer(config: Config) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(config.signing_keys, salt="large upload")


class _ShopRequest(Request):
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if (total_content_length or 0) <= SMALL_BYTES:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        # The file has no name in the folder, so nothing of it is left when the process is killed.
        return cast(IO[bytes], TemporaryFile(dir=current_app.config["SHOP"].instance_dir))
