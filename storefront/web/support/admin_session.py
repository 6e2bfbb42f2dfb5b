"""The sign-in session of /admin: how it begins and ends. A row in the database holds it; the cookie only names it."""

from contextlib import suppress
from urllib.parse import urlsplit

from flask import Flask, make_response, redirect, render_template, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user, user_logged_in
from flask_wtf.csrf import CSRFError
from peewee import DatabaseError
from werkzeug.wrappers import Response as BaseResponse

from storefront import settings
from storefront.models import Admin, AdminSession, now
from storefront.team import SecurityEvent
from storefront.web.support import error_pages, languages
from storefront.web.support.kept_forms import keep_form
from storefront.web.support.security_events import log_security_event
from storefront.web.support.shop_profile import use_profile, use_time_zone


def init_app(app: Flask) -> None:
    """Set up Flask-Login: how it loads the admin of a session, and what it answers without one."""
    # As a global, `current_user` reads the session only in templates that use it. Flask-Login's own context processor
    # would read it on every page.
    manager = LoginManager(app, add_context_processor=False)
    app.jinja_env.globals["current_user"] = current_user
    manager.session_protection = None
    manager.user_loader(_admin_of_session)
    user_logged_in.connect(_remember_language, app)
    manager.unauthorized_handler(ask_to_sign_in)
    app.register_error_handler(CSRFError, _after_csrf_error)


def begin_session(admin: Admin) -> None:
    """Sign in this browser, after the admin has typed the right password or a new one. Ends its earlier session."""
    _delete_session()
    # Clear what may have been put into this browser's session before (session fixation).
    session.clear()
    admin.session = AdminSession.begin(admin, request.remote_addr or "", request.user_agent.string)
    Admin.update(signed_in_at=now()).where(Admin.id == admin.id).execute()
    login_user(admin)


def end_session() -> None:
    """Sign out this browser. Copies of its cookie are worth nothing afterwards."""
    _delete_session()
    logout_user()
    session.clear()


def _delete_session() -> None:
    if current_user.is_authenticated:
        current_user.session.delete_instance()


def _admin_of_session(key: str) -> Admin | None:
    """The admin of a session cookie, None if the session is over. One query, three once a minute."""
    found = AdminSession.find(key, settings.TIME_ZONE)
    if found is None:
        return None
    admin: Admin = found.admin
    admin.session = found
    languages.use_admin_language(admin.language)
    if request.method == "GET":
        # A page shows many times. Other requests may change the setting before they show one.
        use_time_zone(settings.time_zone_of(found.setting))
        use_profile(found.profile)
    if not found.was_just_seen:
        if found.is_over(*settings.current().session_limits):
            found.delete_instance()
            log_security_event(SecurityEvent.SESSION_END, who=admin.email, reason="time_limit")
            return None
        # A page can be read while nothing can be written: the next request writes it.
        with suppress(DatabaseError):
            found.see()
    return admin


def ask_to_sign_in() -> BaseResponse:
    """Answer a visitor without a session: the sign-in page, and afterwards this page with what was typed.

    For htmx it is a form in the page itself, which stays as it is.
    """
    if request.headers.get("HX-Request"):
        return sign_in_fragment(render_template("admin/session/_sign_in_again.html", alert="", email=""), 401)
    # After signing in the browser sends a GET, which the address of a form would refuse with 405.
    target = request.full_path.rstrip("?") if request.method == "GET" else keep_form()
    return redirect(url_for("sign_in.new", next=safe_next(target)))


def sign_in_fragment(html: str, status: int) -> BaseResponse:
    """An htmx response that shows the sign-in form above the page."""
    response = make_response(html, status)
    response.headers.update({"HX-Retarget": "#page-alert", "HX-Reswap": "innerHTML"})
    response.cache_control.no_store = True
    return response


def _after_csrf_error(error: CSRFError) -> BaseResponse:
    """Without a session no token is valid: ask the admin to sign in instead of showing an error."""
    if (request.endpoint or "").startswith("admin.") and not current_user.is_authenticated:
        return ask_to_sign_in()
    return error_pages.csrf_error(error)


def _remember_language(_app: Flask, user: Admin) -> None:
    """Emails to the admin are in the language of their last sign-in.

    A language that was remembered earlier stays where this browser has chosen none: before the admin had a cookie of
    its own, its language was that of the shop's pages.
    """
    if user.language != languages.DEFAULT_LANGUAGE and not (request.args.get("lang") or languages.chosen_language()):
        return
    Admin.update(language=languages.current_language()).where(Admin.id == user.id).execute()


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
