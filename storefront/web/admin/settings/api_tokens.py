"""Tokens with which other programs read the shop: made, shown once, listed, revoked."""

from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront.models import ApiToken, now
from storefront.web.admin.shared import requires_recent_password, show_notice
from storefront.web.forms import ApiTokenForm
from storefront.web.support import begin_of_day

blueprint = Blueprint("api_tokens", __name__, url_prefix="/settings/api")


@blueprint.get("")
def index() -> str:
    """All tokens, and the form for another one."""
    return _page(ApiTokenForm())


@blueprint.post("")
@requires_recent_password
def create() -> tuple[str, int]:
    """Make a token and show it, this once."""
    form = ApiTokenForm()
    if not form.validate_on_submit():
        return _page(form), 422
    day = form.last_day()
    expires = None if day is None else begin_of_day(day + timedelta(days=1))
    row, token = ApiToken.issue(form.name.data, current_user.email, expires)
    return _page(ApiTokenForm(formdata=None), row, token), 200


@blueprint.post("/<int:token_id>/revocation")
@requires_recent_password
def revoke(token_id: int) -> Response:
    """The token never works again."""
    found: ApiToken | None = ApiToken.get_or_none(ApiToken.id == token_id)
    if found is None:
        abort(404)
    ApiToken.update(revoked_at=now()).where(ApiToken.id == found.id, ApiToken.revoked_at.is_null()).execute()
    show_notice(_("Token revoked. Programs that use it can’t read the shop anymore."))
    return redirect(url_for(".index"), 303)


def _page(form: ApiTokenForm, made: ApiToken | None = None, token: str = "") -> str:
    rows = list(ApiToken.select().order_by(ApiToken.id.desc()).limit(100))
    return render_template("admin/settings/api.html", form=form, tokens=rows, made=made, token=token)
