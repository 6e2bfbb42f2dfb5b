"""Files under /static: named by their content so that browsers may keep them for ever, and compressed."""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, make_response, request, url_for
from flask_compress import Compress

compress = Compress()
YEAR_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Give templates `asset(path)`, let versioned files be kept, compress public text.

    Only public pages and files are compressed: a compressed page that holds a CSRF token beside
    something a stranger can choose would let its length tell the token (BREACH).
    """
    app.config.update(COMPRESS_REGISTER=False, COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_MIN_SIZE=400)
    compress.init_app(app)
    app.jinja_env.globals["asset"] = _asset_address
    app.after_request(_keep_versioned)
    app.view_functions["static"] = compress.compressed()(_whole(app.view_functions["static"]))


def _whole(view: Callable[..., Any]) -> Callable[..., Response]:
    """Flask-Compress gives streams no gzip, which is all that some browsers and proxies take: files go whole."""

    @wraps(view)
    def read(*args: object, **kwargs: object) -> Response:
        response = make_response(view(*args, **kwargs))
        response.direct_passthrough = False
        response.get_data()
        return response

    return read


def _asset_address(path: str) -> str:
    return url_for("static", filename=path, v=_version(path))


@cache
def _version(path: str) -> str:
    file = Path(__file__).resolve().parents[3] / "static" / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _keep_versioned(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304) and request.args.get("v"):
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = YEAR_SECONDS
        response.cache_control.immutable = True
    return response
