"""Static files: their addresses carry a hash of the content, so browsers may cache them forever; compression."""

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, make_response, request, url_for
from flask_compress import Compress

compress = Compress()
YEAR_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Give templates `asset(path)`, let caches keep versioned files, compress public pages and files.

    Nothing else is compressed: the length of a compressed page that contains both a CSRF token and text from the
    request could reveal the token (the BREACH attack).
    """
    app.config.update(COMPRESS_REGISTER=False, COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_MIN_SIZE=400)
    compress.init_app(app)
    app.jinja_env.globals["asset"] = _asset_url
    app.after_request(_cache_versioned)
    app.view_functions["static"] = compress.compressed()(_without_streaming(app.view_functions["static"]))


def _without_streaming(view: Callable[..., Any]) -> Callable[..., Response]:
    """Load files into memory: Flask-Compress does not gzip streams, and some browsers and proxies accept only gzip.

    It would compress a part of a file too, whose bytes are then not those that its Content-Range names. So `Range` is
    ignored (RFC 9110, section 14.2).
    """

    @wraps(view)
    def load(*args: object, **kwargs: object) -> Response:
        request.environ.pop("HTTP_RANGE", None)
        response = make_response(view(*args, **kwargs))
        response.direct_passthrough = False
        response.get_data()
        return response

    return load


def _asset_url(path: str) -> str:
    return url_for("static", filename=path, v=_version(path))


@lru_cache(maxsize=1000)
def _version(path: str) -> str:
    file = Path(__file__).resolve().parents[3] / "static" / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _cache_versioned(response: Response) -> Response:
    # Another version's address must not keep this version's file: while servers are updated, both are asked for.
    if request.endpoint == "static" and response.status_code in (200, 304) and _names_version(request.args.get("v")):
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = YEAR_SECONDS
        response.cache_control.immutable = True
    return response


def _names_version(version: str | None) -> bool:
    return bool(version) and version == _version((request.view_args or {})["filename"])
