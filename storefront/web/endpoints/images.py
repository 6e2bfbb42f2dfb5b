"""The images of offers. A file never changes under its address."""

import logging
import re

from flask import Blueprint, Response, abort, request, send_file

from storefront import offers
from storefront.errors import UploadsUnavailable
from storefront.web.support import YEAR_SECONDS

log = logging.getLogger(__name__)
blueprint = Blueprint("images", __name__)

_NAME = re.compile(r"[0-9a-f]{24}")


@blueprint.get("/pictures/<name>-<int:width>.webp")
def show(name: str, width: int) -> Response:
    """One width of an image. A new image gets a new name, so caches may keep this one forever."""
    if not _NAME.fullmatch(name) or width not in offers.IMAGE_WIDTHS:
        abort(404)
    etag = f"{name}-{width}"
    if request.if_none_match.contains(etag):
        response = Response(status=304)
        response.set_etag(etag)
    else:
        response = _send(name, width, etag)
    response.cache_control.public = True
    response.cache_control.max_age = YEAR_SECONDS
    response.cache_control.immutable = True
    return response


def _send(name: str, width: int, etag: str) -> Response:
    """The file. Aborts with 404, or with 503 while the store of uploaded files does not answer."""
    try:
        file = offers.image_file(name, width)
        return send_file(file, mimetype="image/webp", max_age=YEAR_SECONDS, conditional=True, etag=etag)
    except FileNotFoundError:
        abort(404)
    except UploadsUnavailable as error:
        log.warning("an image could not be read: %s", error)
        abort(503)


@blueprint.app_template_filter("picture_widths")
def widths(name: str, width: int) -> list[int]:
    """The widths in which an image is stored, ascending. `width` is that of the largest one."""
    return offers.image_widths(name, width)
