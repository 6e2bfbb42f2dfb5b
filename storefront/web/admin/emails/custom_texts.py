"""What letters say: the kinds with a preview each, and the owner's own words for one kind in one language."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from storefront import emails
from storefront.emails import KIND_GROUPS, KINDS
from storefront.errors import FieldErrors
from storefront.models import CustomEmailText
from storefront.web.admin import labels
from storefront.web.admin.emails.emails import framed
from storefront.web.admin.labels import emails as letter_words
from storefront.web.admin.shared import show_notice
from storefront.web.forms import CustomTextForm
from storefront.web.support import LANGUAGES, allow_own_frames

blueprint = Blueprint("letter_wordings", __name__, url_prefix="/emails/words")


@blueprint.get("")
def index() -> str:
    """All kinds in their groups, and which of them have the owner's own words."""
    own = {(row.kind, row.language) for row in CustomEmailText.select()}
    return render_template(
        "admin/emails/custom_texts/index.html",
        groups=KIND_GROUPS,
        own=own,
        languages=LANGUAGES,
        letter_words=letter_words,
    )


@blueprint.get("/<kind>/<language>")
def edit(kind: str, language: str) -> str:
    """Subject and words as they are now, with a preview."""
    _require_known(kind, language)
    subject, words = emails.current_text(kind, language)
    return _page(kind, language, CustomTextForm(data={"subject": subject, "words": words}))


@blueprint.get("/<kind>/<language>/preview")
def preview(kind: str, language: str) -> Response:
    """The letter about an order that isn't there, in the words that are saved."""
    _require_known(kind, language)
    return framed(emails.preview(kind, language).html)


@blueprint.post("/<kind>/<language>")
def update(kind: str, language: str) -> BaseResponse | tuple[str, int]:
    """Keep the owner's words."""
    _require_known(kind, language)
    form = CustomTextForm()
    if not form.validate_on_submit():
        return _page(kind, language, form), 422
    try:
        emails.save_custom_text(kind, language, form.subject.data, form.words.data)
    except FieldErrors as error:
        form.refuse(_in_words(error))
        return _page(kind, language, form), 422
    show_notice(_("Saved. Letters that are written from now on read like this."))
    return redirect(url_for(".edit", kind=kind, language=language), 303)


@blueprint.post("/<kind>/<language>/original")
def restore(kind: str, language: str) -> BaseResponse:
    """Back to the shop's own words."""
    _require_known(kind, language)
    emails.delete_custom_text(kind, language)
    show_notice(_("The shop’s own words are back."))
    return redirect(url_for(".edit", kind=kind, language=language), 303)


def _require_known(kind: str, language: str) -> None:
    if kind not in KINDS or language not in LANGUAGES:
        abort(404)


def _page(kind: str, language: str, form: CustomTextForm) -> str:
    allow_own_frames()
    shown = emails.preview(kind, language)
    more: dict[str, Any] = {"own": emails.custom_text(kind, language), "saved": request.method == "GET"}
    return render_template(
        "admin/emails/custom_texts/edit.html",
        kind=kind,
        letter_language=language,
        form=form,
        preview=shown,
        variables={name: labels.VARIABLES[name] for name in emails.variables_of(kind)},
        languages=LANGUAGES,
        letter_words=letter_words,
        **more,
    )


def _in_words(error: FieldErrors) -> dict[str, list[str]]:
    """Each field's sentence with that field's own unknown names in it."""
    unknown: Any = error.details.get("unknown") or {}
    sentences: dict[str, list[str]] = {}
    for field, codes in error.errors.items():
        names = ", ".join(f"{{{name}}}" for name in unknown.get(field, ()))
        sentences |= labels.field_errors(FieldErrors({field: codes}, unknown=names))
    return sentences
