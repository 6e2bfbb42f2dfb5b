"""The shop's own legal texts as public pages."""

from flask import Blueprint, Response, abort, make_response, render_template

from storefront.models import LegalText, ShopSetting
from storefront.web import support
from storefront.web.support import LANGUAGES, current_language

blueprint = Blueprint("legal", __name__, url_prefix="/legal")


@blueprint.get("/<any(terms, privacy, refunds):text>")
def show(text: str) -> Response:
    """One text, in the page's language or another that has it. 404 where there is none."""
    row = ShopSetting.by_name(LegalText(text).setting)
    texts: dict[str, str] = row.value if row is not None else {}
    own_language, shops_language = current_language(), support.current_profile().default_language
    language = next((one for one in (own_language, shops_language, *LANGUAGES) if texts.get(one)), "")
    if not language:
        abort(404)
    response = make_response(
        render_template("shop/legal.html", text=LegalText(text), words=texts[language], words_language=language)
    )
    response.cache_control.no_cache = True
    return response
