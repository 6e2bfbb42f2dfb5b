"""Delays and limits."""

from dataclasses import asdict

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import payments, settings
from storefront.errors import FieldErrors
from storefront.web.admin import labels
from storefront.web.admin.shared import show_notice
from storefront.web.forms import LimitsForm

blueprint = Blueprint("limit_settings", __name__, url_prefix="/settings/limits")


@blueprint.get("")
def edit() -> str:
    """The current values, and the limits that were reached recently."""
    return _page(LimitsForm(data={name: str(value) for name, value in asdict(settings.current()).items()}))


@blueprint.post("")
def update() -> Response | tuple[str, int]:
    """Save the values."""
    form = LimitsForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        settings.save(form.values())
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return _page(form), 422
    show_notice(_("Settings saved."))
    return redirect(url_for(".edit"), 303)


def _page(form: LimitsForm) -> str:
    return render_template(
        "admin/settings/delays_and_limits.html",
        form=form,
        defaults=settings.Settings(),
        reached_limits=payments.recently_reached_limits(),
    )
