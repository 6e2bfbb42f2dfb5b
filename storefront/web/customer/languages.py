"""The language of this buyer's letters and pages."""

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from storefront import customers as buyers
from storefront.web.customer import access as door
from storefront.web.support.languages import LANGUAGES

blueprint = door.pages("languages", f"{door.PAGE}/language")


@blueprint.post("")
def update(token: str) -> Response:
    """Remember it; this browser reads it at once."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    buyers.choose_language(door.email_of(token), language)
    return redirect(url_for("my_page.show", token=token, lang=language, done="language"), 303)
