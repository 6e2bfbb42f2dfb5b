"""The shop's legal texts, and whether customers agree to them at checkout."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.models import LegalSettings, LegalText
from storefront.web import support
from storefront.web.admin.shared import show_notice
from storefront.web.forms import LegalTextsForm
from storefront.web.support import LANGUAGE_NAMES, LANGUAGES

blueprint = Blueprint("legal_settings", __name__, url_prefix="/settings/legal")


@blueprint.get("")
def edit() -> str:
    """The texts as they are now."""
    texts = LegalSettings.read_texts()
    values: dict[str, Any] = {f"{text}_{one}": texts[text].get(one, "") for text in LegalText for one in LANGUAGES}
    return _page(LegalTextsForm(data={**values, "ask_consent": support.current_legal().wants_consent}))


@blueprint.post("")
def update() -> Response | tuple[str, int]:
    """Save the texts. Empty ones have no page."""
    form = LegalTextsForm()
    if not form.validate_on_submit():
        return _page(form), 422
    LegalSettings.save(form.texts(), form.ask_consent.data)
    show_notice(_("Legal texts saved."))
    return redirect(url_for(".edit"), 303)


def _page(form: LegalTextsForm) -> str:
    return render_template(
        "admin/settings/legal.html",
        form=form,
        texts=tuple(LegalText),
        languages={one: LANGUAGE_NAMES[one] for one in LANGUAGES},
        published=support.current_legal().texts,
    )
