"""The account of the first admin. The first start of the shop prints a one-time URL."""

import hmac
from contextlib import suppress

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from itsdangerous import Signer
from werkzeug.wrappers import Response

from storefront import settings, team
from storefront.config import Config
from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import Admin, Role
from storefront.team import SecurityEvent
from storefront.web.admin import labels
from storefront.web.admin.session import known_devices
from storefront.web.admin.shared import show_notice
from storefront.web.forms import FirstAdminForm
from storefront.web.support import begin_session, log_security_event, shop_config, shop_words

blueprint = Blueprint("first_admin", __name__, url_prefix="/admin/first")


def first_admin_address(config: Config) -> str | None:
    """The URL where the first admin creates an account; None if there is an admin. Needs a migrated database.

    Anybody who has the URL can use it: show it only in the terminal of the person who starts the shop.
    """
    if Admin.select().exists():
        return None
    return f"{config.public_url}/admin/first/{_token(config)}"


@blueprint.get("/<token>")
def new(token: str) -> str:
    """The form. 404 if there is an admin."""
    _require_valid(token)
    return render_template("admin/session/first_admin.html", form=FirstAdminForm(), token=token)


@blueprint.post("/<token>")
def create(token: str) -> Response | tuple[str, int]:
    """Create the first admin and sign them in."""
    _require_valid(token)
    form = FirstAdminForm()
    if not form.validate_on_submit():
        alert = _("This page was open for too long. Submit the form again.") if form.csrf_token.errors else ""
        return _page(form, token, alert)
    try:
        with db.atomic():
            # Check again under the write lock: two requests may arrive together.
            _require_valid(token)
            admin = team.set_password(form.email.data, form.password.data, shop_words(), role=Role.OWNER)
            with suppress(FieldErrors):
                settings.set_time_zone(form.time_zone.data or settings.DEFAULT_TIME_ZONE)
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return _page(form, token)
    begin_session(admin)
    log_security_event(SecurityEvent.ADMIN_CREATE, admin=admin.email)
    show_notice(_("Welcome! Your account is ready."))
    response = redirect(url_for("admin.dashboard.show"), 303)
    known_devices.remember(response, admin)
    return response


def _page(form: FirstAdminForm, token: str, alert: str = "") -> tuple[str, int]:
    return render_template("admin/session/first_admin.html", form=form, token=token, alert=alert), 422


def _require_valid(token: str) -> None:
    if Admin.select().exists() or not hmac.compare_digest(token.encode(), _token(shop_config()).encode()):
        abort(404)


def _token(config: Config) -> str:
    return Signer(config.secret_key, salt="first admin").get_signature(b"first admin").decode()
