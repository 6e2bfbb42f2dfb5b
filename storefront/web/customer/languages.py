"""The language of a customer's emails and pages."""

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from storefront import customers
from storefront.web.customer import access
from storefront.web.support import LANGUAGES

blueprint = access.customer_blueprint("languages", f"{access.ACCOUNT_URL}/language")


@blueprint.post("")
def update(token: str) -> Response:
    """Save the language for emails and switch this browser to it."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    customers.set_language(access.email_or_404(token), language)
    return redirect(url_for("account.show", token=token, lang=language, done="language"), 303)
