"""The images of offers. A file never changes under its address."""

import re

from flask import Blueprint, Response, abort, send_file

from storefront import offers
from storefront.web.support import YEAR_SECONDS

blueprint = Blueprint("images", __name__)

_NAME = re.compile(r"[0-9a-f]{24}")


@blueprint.get("/pictures/<name>-<int:width>.webp")
def show(name: str, width: int) -> Response:
    """One width of an image. A new image gets a new name, so caches may keep this one forever."""
    if not _NAME.fullmatch(name) or width not in offers.IMAGE_WIDTHS:
        abort(404)
    file = offers.image_path(name, width)
    if not file.is_file():
        abort(404)
    response = send_file(file, mimetype="image/webp", max_age=YEAR_SECONDS, conditional=True)
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response


@blueprint.app_template_filter("picture_widths")
def widths(name: str) -> list[int]:
    """The widths in which an image is stored, ascending."""
    return offers.image_widths(name)
