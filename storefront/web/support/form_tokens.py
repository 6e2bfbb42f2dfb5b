"""The CSRF token of the admin's forms. It names the admin and the page that showed the form, signed.

It belongs to the admin instead of the session: a form that stood open while its admin signed in again, here or in
another tab, is accepted. It is never valid for another admin. Visitors who are not signed in get Flask-WTF's token,
which belongs to their session.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from flask import current_app, g, request
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import RequestEntityTooLarge

from storefront.web.support.same_origin import SAFE_METHODS, refuse_other_sites

FIELD = "csrf_token"
# The argument that names a kept form. It is no part of the page's address.
KEPT_ARGUMENT = "kept"


class FormToken(NamedTuple):
    """The admin who was shown a form, and the address of the page with it."""

    admin_id: int
    page: str


class FormProtection(CSRFProtect):  # type: ignore[misc] # Flask-WTF ships no types
    """Refuses other sites, and accepts the admin's own tokens beside those of the session."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Check the origin and the token of a change. Raises Forbidden and CSRFError."""
        if apply_exemptions and self._is_exempt():
            # Customers' pages and webhooks have no session.
            return
        refuse_other_sites(current_app.config["SHOP"])
        if request.method not in SAFE_METHODS and current_user.is_authenticated:
            token = posted_token()
            if token is not None and token.admin_id == current_user.id:
                g.csrf_valid = True
                return
        super().protect(apply_exemptions)


def form_token() -> str:
    """The token for the forms of the page that is being rendered."""
    if not current_user.is_authenticated:
        return str(generate_csrf())
    if "form_token" not in g:
        g.form_token = _serializer().dumps([current_user.id, form_page()])
    return str(g.form_token)


def read(text: str | None) -> FormToken | None:
    """The token that `form_token` made; None for any other text."""
    try:
        admin_id, page = _serializer().loads(text or "")
    except (BadData, ValueError, TypeError):
        return None
    return FormToken(admin_id, page)


def posted_token() -> FormToken | None:
    """The token of the posted form, whoever is signed in. None for a form that is too large to be read."""
    try:
        return read(request.form.get(FIELD))
    except RequestEntityTooLarge:
        return None


def upload_token() -> str:
    """What the address of a form with a file holds, so that it is known before the file is read: an admin sends it."""
    return _serializer("upload").dumps(current_user.id)


def is_upload_token(text: str | None) -> bool:
    """Whether `upload_token` made it."""
    try:
        _serializer("upload").loads(text or "")
    except BadData:
        return False
    return True


def page_address() -> str:
    """Path and query of this request, without a kept form's name."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != KEPT_ARGUMENT]
    return request.path + (f"?{urlencode(arguments)}" if arguments else "")


def form_page() -> str:
    """The page that shows the form: this one, or for the answer to a form the page of that form."""
    if request.method in SAFE_METHODS:
        return page_address()
    token = posted_token()
    return token.page if token is not None else "/admin"


def _serializer(salt: str = "form token") -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SHOP"].signing_keys, salt=salt)
