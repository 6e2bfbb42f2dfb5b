"""The shop's profile: name, logo, accent color, contact, legal details, language and time zone."""

from dataclasses import asdict

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import offers
from storefront.errors import FieldErrors
from storefront.models import DEFAULT_ACCENT, ShopProfile
from storefront.web.admin import labels
from storefront.web.admin.shared import allow_uploads, show_notice, wants_fragment
from storefront.web.forms import ShopProfileForm

blueprint = Blueprint("shop_settings", __name__, url_prefix="/settings/shop")
# Larger than the limit of a logo, so that the form can report one that is too large and keep what was typed.
allow_uploads(blueprint, 3 * offers.MAX_LOGO_BYTES, offers.MAX_LOGO_BYTES, back="admin.shop_settings.edit")


@blueprint.get("")
def edit() -> str:
    """The current values."""
    return _page(_form())


@blueprint.post("")
def update() -> Response | tuple[str, int]:
    """Save the values; fields that were not sent keep theirs. htmx gets only errors: a chosen file stays chosen."""
    form = _form()
    profile = _save(form)
    if profile is None:
        if wants_fragment():
            return render_template("components/form_errors.html", form=form, prefix="shop", alert=""), 422
        return _page(form), 422
    show_notice(" ".join([_("Shop settings saved."), *_color_notes(profile)]))
    if wants_fragment():
        return make_response("", 200, {"HX-Redirect": url_for(".edit")})
    return redirect(url_for(".edit"), 303)


@blueprint.get("/logo/removal")
def confirm_logo_removal() -> str | Response:
    """Ask before the logo is removed: beside it, or on a page of its own."""
    if not ShopProfile.load().logo:
        return redirect(url_for(".edit"), 303)
    page = "_logo_removal.html" if wants_fragment() else "logo_removal.html"
    return render_template(f"admin/settings/{page}", is_within=wants_fragment())


@blueprint.post("/logo/removal")
def remove_logo() -> Response:
    """Remove the logo. With htmx the rest of the page stays as it is typed."""
    offers.delete_logo()
    if wants_fragment():
        return make_response(render_template("admin/settings/_logo.html"))
    show_notice(_("Logo removed."))
    return redirect(url_for(".edit"), 303)


def _form() -> ShopProfileForm:
    profile = ShopProfile.load()
    return ShopProfileForm(data={**asdict(profile), "accent": profile.accent or DEFAULT_ACCENT, "logo": None})


def _save(form: ShopProfileForm) -> ShopProfile | None:
    """The saved profile. None if it was not saved: the form then has errors."""
    if not form.validate_on_submit():
        return None
    try:
        return offers.save_profile(form.profile_values(), form.time_zone.data, form.uploaded_logo())
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return None


def _color_notes(profile: ShopProfile) -> list[str]:
    """That the chosen color is shown in another shade."""
    if not profile.accent or profile.colors.light == profile.accent:
        return []
    color = profile.colors.light
    return [_("The color was darkened to %(color)s so that text on it can be read.", color=color)]


def _page(form: ShopProfileForm) -> str:
    profile = ShopProfile.load()
    return render_template(
        "admin/settings/shop.html",
        form=form,
        profile=profile,
        color_notes=_color_notes(profile),
        max_logo_bytes=offers.MAX_LOGO_BYTES,
        logo_lost=bool(form.errors and form.logo.data),
    )
