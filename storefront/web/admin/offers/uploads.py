"""Room for a picture in what an offer's form sends, and words for what is larger still."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from storefront import offers
from storefront.web.support import ask_to_sign_in

# A picture beyond its own limit still comes in, so that the form can say so and keep what was typed.
MOST = 3 * offers.MAX_IMAGE_BYTES


def allow_pictures(blueprint: Blueprint) -> None:
    """Let signed-in people send this blueprint more than other addresses take."""
    # Earlier than the CSRF check, which reads the body.
    blueprint.url_value_preprocessor(_raise_limit)
    blueprint.register_error_handler(RequestEntityTooLarge, _too_large)


def _raise_limit(_endpoint: str | None, _values: object) -> None:
    if request.method == "POST" and current_user.is_authenticated:
        request.max_content_length = MOST


def _too_large(_error: RequestEntityTooLarge) -> Response | BaseResponse:
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    megabytes = offers.MAX_IMAGE_BYTES // 1_000_000
    words = _("The picture is far too large: it may have %(megabytes)s MB at most.", megabytes=megabytes)
    return make_response(render_template("admin/offers/upload_too_large.html", alert=words), 413)
