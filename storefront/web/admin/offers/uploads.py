"""The size limit of requests with an offer's image."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from storefront import offers
from storefront.web.support import ask_to_sign_in, is_upload_token

# Larger than the limit of an image, so that the form can report an image that is too large and keep what was typed.
MAX_REQUEST_BYTES = 3 * offers.MAX_IMAGE_BYTES


def allow_image_uploads(blueprint: Blueprint) -> None:
    """Raise the size limit of this blueprint's requests for admins, also for those whose session has ended."""
    # This must run before the CSRF check, which reads the body.
    blueprint.url_value_preprocessor(_raise_limit)
    blueprint.register_error_handler(RequestEntityTooLarge, _too_large)


def _raise_limit(_endpoint: str | None, _values: object) -> None:
    if request.method == "POST" and (current_user.is_authenticated or is_upload_token(request.args.get("upload"))):
        request.max_content_length = MAX_REQUEST_BYTES


def _too_large(_error: RequestEntityTooLarge) -> Response | BaseResponse:
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    megabytes = offers.MAX_IMAGE_BYTES // 1_000_000
    message = _("This image is far too large. Choose one of up to %(megabytes)s MB.", megabytes=megabytes)
    return make_response(render_template("admin/offers/upload_too_large.html", alert=message), 413)
