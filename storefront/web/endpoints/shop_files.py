"""The logo of the shop, and the style sheet with its accent color."""

import logging

from flask import Blueprint, Response, abort, make_response, request, send_file

from storefront import offers
from storefront.errors import UploadsUnavailable
from storefront.models import ShopProfile
from storefront.web.support import YEAR_SECONDS, current_profile

log = logging.getLogger(__name__)
blueprint = Blueprint("shop_files", __name__)


@blueprint.get("/logo/<key>")
def logo(key: str) -> Response:
    """The logo. A new one gets a new key, so caches may keep this one forever."""
    if not offers.is_logo_key(key):
        abort(404)
    try:
        response = send_file(
            offers.logo_file(key), mimetype="image/png", max_age=YEAR_SECONDS, conditional=True, etag=key
        )
    except FileNotFoundError:
        abort(404)
    except UploadsUnavailable as error:
        log.warning("the logo could not be read: %s", error)
        abort(503)
    return _cached(response)


@blueprint.get("/shop.css")
def accent() -> Response:
    """The accent color for light and dark pages. The address names the color, so caches may keep it forever."""
    response = make_response(_sheet(current_profile()))
    response.mimetype = "text/css"
    if request.args.get("v") != _version(current_profile()):
        # A page from before or after a change of the color.
        response.cache_control.no_cache = True
        return response
    return _cached(response)


@blueprint.app_template_filter("accent_sheet")
def accent_address(shop: ShopProfile) -> str:
    """The address of the style sheet with this shop's color."""
    return f"/shop.css?v={_version(shop)}"


def _version(shop: ShopProfile) -> str:
    return shop.colors.light[1:] + shop.colors.dark[1:]


def _sheet(shop: ShopProfile) -> str:
    colors = shop.colors
    light = f":root{{--accent:{colors.light};--accent-strong:{colors.light_strong}}}"
    dark = f":root{{--accent:{colors.dark};--accent-strong:{colors.dark_strong}}}"
    return f"{light}\n@media (prefers-color-scheme:dark){{{dark}}}\n"


def _cached(response: Response) -> Response:
    response.cache_control.public = True
    response.cache_control.max_age = YEAR_SECONDS
    response.cache_control.immutable = True
    return response
