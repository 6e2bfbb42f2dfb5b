"""The sign-in session of /admin."""

from urllib.parse import urlsplit

from flask import Flask, make_response, redirect, request, url_for
from flask_login import LoginManager, current_user, user_logged_in
from werkzeug.wrappers import Response as BaseResponse

from storefront.models import Admin
from storefront.web.support import languages


def init_app(app: Flask) -> None:
    """Set up Flask-Login: how it loads the admin of a session, and what it answers without one."""
    # As a global, `current_user` reads the session only in templates that use it. Flask-Login's own context processor
    # would read it on every page.
    manager = LoginManager(app, add_context_processor=False)
    app.jinja_env.globals["current_user"] = current_user
    manager.session_protection = None
    manager.user_loader(Admin.of_session)
    user_logged_in.connect(_remember_language, app)
    manager.unauthorized_handler(ask_to_sign_in)


def ask_to_sign_in() -> BaseResponse:
    """Redirect a visitor without a session to the sign-in page, and back to this page afterwards."""
    if request.headers.get("HX-Request"):
        # A fragment can't show the sign-in page, so htmx leaves the page.
        response = make_response("", 401)
        current_path = _path_of(request.headers.get("HX-Current-URL", ""))
        response.headers["HX-Redirect"] = url_for("sign_in.new", next=safe_next(current_path))
        return response
    # After signing in the browser sends a GET, which the address of a form would refuse with 405.
    current_path = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("sign_in.new", next=safe_next(current_path)))


def _remember_language(_app: Flask, user: Admin) -> None:
    """Emails to the admin are in the language of their last sign-in."""
    Admin.update(language=languages.current_language()).where(Admin.id == user.id).execute()


def _path_of(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def safe_next(target: str) -> str:
    """`target` if it is the path of an admin page, else the dashboard. Prevents redirects to other sites."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/admin"
    is_admin_path = (
        not parts.scheme and not parts.netloc and (parts.path == "/admin" or parts.path.startswith("/admin/"))
    )
    return target if is_admin_path and "\\" not in target and not any(ord(c) < 32 for c in target) else "/admin"
