"""The size limit of requests with an image, or with a long text."""

from collections.abc import Callable

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import escape
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from storefront.web.admin.shared.htmx import wants_fragment
from storefront.web.support import ask_to_sign_in, is_upload_token


def allow_uploads(blueprint: Blueprint, max_request: int, max_image: int, back: str) -> None:
    """Raise the size limit of this blueprint's requests for admins, also for those whose session has ended.

    `back` is the endpoint of the page that the error page links to.
    """
    _allow(
        blueprint,
        max_request,
        lambda: _("This image is far too large. Choose one of up to %(megabytes)s MB.", megabytes=max_image // 10**6),
        back,
    )


def allow_long_texts(blueprint: Blueprint, max_request: int, back: str) -> None:
    """Likewise, for a form with a long text."""
    _allow(blueprint, max_request, lambda: _("This text is too long. Add it in several parts."), back)


def _allow(blueprint: Blueprint, max_request: int, words: Callable[[], str], back: str) -> None:
    # This must run before the CSRF check, which reads the body.
    blueprint.url_value_preprocessor(_raise_limit_to(max_request))

    def too_large(_error: RequestEntityTooLarge) -> BaseResponse:
        if not current_user.is_authenticated:
            return ask_to_sign_in()
        message = words()
        if wants_fragment():
            target = {"HX-Retarget": "#page-alert", "HX-Reswap": "innerHTML"}
            return make_response(f"<p>{escape(message)}</p>", 413, target)
        return make_response(render_template("admin/upload_too_large.html", alert=message, back=back), 413)

    blueprint.register_error_handler(RequestEntityTooLarge, too_large)


def _raise_limit_to(size: int) -> Callable[[str | None, object], None]:
    def raise_limit(_endpoint: str | None, _values: object) -> None:
        if request.method == "POST" and (current_user.is_authenticated or is_upload_token(request.args.get("upload"))):
            request.max_content_length = request.max_form_memory_size = size

    return raise_limit
