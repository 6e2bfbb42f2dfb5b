"""Forms of the admin that are sent after the session has ended: what was typed is shown again after signing in.

The same admin must sign in, and must send the form again: nothing happens by itself.
"""

from typing import cast

from flask import flash, g, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from storefront.i18n import clean_line
from storefront.models import KeptForm
from storefront.web.support import form_tokens

# Fields that no page ever shows again.
SECRET_FIELDS = frozenset(("password", "present", "new", "again", "secret_key", "secret"))
# Keys that were typed into another field.
_SECRET_BEGINNINGS = ("sk_", "rk_", "whsec_")


def keep_form() -> str:
    """Store the posted form. Return the address that shows it again, "" if it isn't a form of the admin's pages.

    Only a signed token is trusted: it names the admin to whom the form was shown, and the page.
    """
    token = form_tokens.posted_token()
    if token is None:
        return ""
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != form_tokens.FIELD]
    files = [file for file in request.files.values() if file.filename]
    kept = [(name, value) for name, value in sent if not _is_secret(name, value)]
    incomplete = bool(files) or any(value for pair in sent if pair not in kept for value in pair[1:])
    kept_id = KeptForm.keep(token.admin_id, token.page, kept, incomplete)
    return f"{token.page}{'&' if '?' in token.page else '?'}{form_tokens.KEPT_ARGUMENT}={kept_id}"


def restore_form() -> None:
    """Before a page of the admin: give its form the values that were kept for this admin, and say so."""
    # PostgreSQL refuses a query with a NUL character.
    kept_id = clean_line(request.args.get(form_tokens.KEPT_ARGUMENT))
    if request.method != "GET" or not kept_id or not current_user.is_authenticated:
        return
    kept = KeptForm.of(current_user.id, kept_id, form_tokens.page_address())
    if kept is None:
        return
    g.kept_fields = MultiDict([(name, value) for name, value in kept.fields])
    typed = any(value for _name, value in kept.fields)
    sentences = [
        _("You’re signed in again. Nothing has been saved yet: check what you typed and submit it again.")
        if typed
        else _("You’re signed in again. Nothing has been done yet: press the button again.")
    ]
    if kept.incomplete:
        sentences.append(_("Passwords, keys and files have to be entered again."))
    flash(" ".join(sentences), "notice")


def kept_fields() -> MultiDict[str, str] | None:
    """The values that the form of this page had; None where no form was kept."""
    return cast("MultiDict[str, str] | None", g.get("kept_fields"))


def _is_secret(name: str, value: str) -> bool:
    return name in SECRET_FIELDS or value.strip().startswith(_SECRET_BEGINNINGS)
