"""Texts of emails: all kinds, and the owner's text for one kind in one language, with a preview."""

import logging
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from storefront import emails
from storefront.emails import KIND_GROUPS, KINDS, RenderedEmail
from storefront.errors import FieldErrors
from storefront.models import CustomEmailText
from storefront.web.admin import labels
from storefront.web.admin.emails.emails import sandboxed
from storefront.web.admin.shared import show_notice
from storefront.web.forms import CustomTextForm
from storefront.web.support import LANGUAGES, allow_own_frames

log = logging.getLogger(__name__)

blueprint = Blueprint("custom_texts", __name__, url_prefix="/emails/words")


@blueprint.get("")
def index() -> str:
    """All kinds in their groups, and which of them have a text of the owner's."""
    customized = {(row.kind, row.language) for row in CustomEmailText.select()}
    return render_template(
        "admin/emails/custom_texts/index.html",
        groups=KIND_GROUPS,
        customized=customized,
        languages=LANGUAGES,
    )


@blueprint.get("/<kind>/<language>")
def edit(kind: str, language: str) -> str:
    """The current subject and text, with a preview."""
    _require_valid(kind, language)
    subject, text = emails.current_text(kind, language)
    return _page(kind, language, CustomTextForm(data={"subject": subject, "words": text}))


@blueprint.get("/<kind>/<language>/preview")
def preview(kind: str, language: str) -> Response:
    """The saved text as an email about a sample order."""
    _require_valid(kind, language)
    shown = _preview(kind, language) or abort(404)
    return sandboxed(shown.html)


@blueprint.post("/<kind>/<language>")
def update(kind: str, language: str) -> BaseResponse | tuple[str, int]:
    """Save the owner's text."""
    _require_valid(kind, language)
    form = CustomTextForm()
    if not form.validate_on_submit():
        return _page(kind, language, form), 422
    try:
        emails.save_custom_text(kind, language, form.subject.data, form.words.data)
    except FieldErrors as error:
        form.add_errors(_error_messages(error))
        return _page(kind, language, form), 422
    show_notice(_("Saved. Letters that are written from now on read like this."))
    return redirect(url_for(".edit", kind=kind, language=language), 303)


@blueprint.post("/<kind>/<language>/original")
def restore(kind: str, language: str) -> BaseResponse:
    """Delete the owner's text, so that the default text is used again."""
    _require_valid(kind, language)
    emails.delete_custom_text(kind, language)
    show_notice(_("The shop’s own words are back."))
    return redirect(url_for(".edit", kind=kind, language=language), 303)


def _require_valid(kind: str, language: str) -> None:
    if kind not in KINDS or language not in LANGUAGES:
        abort(404)


def _page(kind: str, language: str, form: CustomTextForm) -> str:
    allow_own_frames()
    return render_template(
        "admin/emails/custom_texts/edit.html",
        kind=kind,
        email_language=language,
        form=form,
        preview=_preview(kind, language),
        variables=emails.variables_of(kind),
        languages=LANGUAGES,
        is_customized=emails.custom_text(kind, language) is not None,
    )


def _preview(kind: str, language: str) -> RenderedEmail | None:
    """The saved text with example values. None if it can't be rendered: a text of another version, for example."""
    try:
        return emails.preview(kind, language)
    except Exception:
        log.exception("the text of %s (%s) can't be rendered", kind, language)
        return None


def _error_messages(error: FieldErrors) -> dict[str, list[str]]:
    """{field: [messages]}, each message with the unknown variables of its own field."""
    unknown: Any = error.details.get("unknown") or {}
    messages: dict[str, list[str]] = {}
    for field, codes in error.errors.items():
        names = ", ".join(f"{{{name}}}" for name in unknown.get(field, ()))
        messages |= labels.field_errors(FieldErrors({field: codes}, unknown=names))
    return messages
