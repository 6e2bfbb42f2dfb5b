"""Who is signed in to /admin."""

from urllib.parse import urlsplit

from flask import Flask, make_response, redirect, request, url_for
from flask_login import LoginManager, current_user, user_logged_in
from werkzeug.wrappers import Response as BaseResponse

from storefront.models import Admin
from storefront.web.support import languages


def init_app(app: Flask) -> None:
    """Let Flask-Login find the admin of a session, and ask for one where there is none."""
    # `current_user` asks only where a template names it: Flask-Login's own way reads the session on every page.
    manager = LoginManager(app, add_context_processor=False)
    app.jinja_env.globals["current_user"] = current_user
    manager.session_protection = None
    manager.user_loader(Admin.of_session)
    user_logged_in.connect(_remember_language, app)
    manager.unauthorized_handler(ask_to_sign_in)


def ask_to_sign_in() -> BaseResponse:
    """The answer to a visitor who isn't signed in: the way to the door, and back afterwards."""
    if request.headers.get("HX-Request"):
        # A fragment can't hold the sign-in page: htmx is told to leave.
        response = make_response("", 401)
        here = _path_of(request.headers.get("HX-Current-URL", ""))
        response.headers["HX-Redirect"] = url_for("sign_in.new", next=safe_next(here))
        return response
    # What was sent is not sent again by signing in: its address would answer GET with 405.
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("sign_in.new", next=safe_next(here)))


def _remember_language(_app: Flask, user: Admin) -> None:
    """Letters to the owner come in the language they signed in with."""
    Admin.update(language=languages.current_language()).where(Admin.id == user.id).execute()


def _path_of(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def safe_next(target: str) -> str:
    """`target` if it is an address of our admin pages, else the dashboard; never another site's."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/admin"
    own = not parts.scheme and not parts.netloc and (parts.path == "/admin" or parts.path.startswith("/admin/"))
    return target if own and "\\" not in target and not any(ord(c) < 32 for c in target) else "/admin"
