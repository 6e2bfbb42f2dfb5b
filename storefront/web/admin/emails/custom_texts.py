"""Email templates: all kinds, and an editor for the text of one kind in one language, with a live preview."""

import logging
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from storefront import emails
from storefront.emails import KIND_GROUPS, KINDS, RenderedEmail
from storefront.errors import FieldErrors
from storefront.models import CustomEmailText
from storefront.web.admin import labels
from storefront.web.admin.emails.emails import sandboxed
from storefront.web.admin.shared import show_error, show_notice
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


@blueprint.post("/<kind>/<language>")
def update(kind: str, language: str) -> BaseResponse | str | tuple[str, int]:
    """Save the owner's text, or send what was typed to the signed-in admin."""
    _require_valid(kind, language)
    form = CustomTextForm()
    if _render_typed(kind, language, form) is None:
        return _page(kind, language, form), 422
    if "test" in request.form:
        return _send_test(kind, language, form)
    emails.save_custom_text(kind, language, form.subject.data, form.words.data)
    show_notice(_("Saved. New emails use this text."))
    return redirect(url_for(".edit", kind=kind, language=language), 303)


@blueprint.get("/<kind>/<language>/preview")
def preview(kind: str, language: str) -> Response:
    """The saved text as an email about a sample order."""
    _require_valid(kind, language)
    shown = _saved(kind, language) or abort(404)
    return sandboxed(shown.html)


@blueprint.post("/<kind>/<language>/preview")
def preview_typed(kind: str, language: str) -> Response:
    """What was typed, as an email about a sample order. Nothing is saved."""
    _require_valid(kind, language)
    form = CustomTextForm()
    rendered = _render_typed(kind, language, form)
    if rendered is None:
        response = sandboxed(render_template("admin/emails/custom_texts/_unreadable.html", form=form))
        response.status_code = 422
        return response
    return sandboxed(rendered.html)


@blueprint.post("/<kind>/<language>/check")
def check(kind: str, language: str) -> Response:
    """For the script: the errors of what was typed, by field, and the subject line with example values."""
    _require_valid(kind, language)
    form = CustomTextForm()
    rendered = _render_typed(kind, language, form)
    return jsonify(
        errors={field.name: " ".join(str(error) for error in field.errors) for field in form.typed_fields()},
        subject=rendered.subject if rendered else "",
        text=rendered.text if rendered else "",
    )


@blueprint.get("/<kind>/<language>/original")
def ask_to_restore(kind: str, language: str) -> str:
    """Asks whether the owner's text is to be deleted."""
    _require_valid(kind, language)
    subject, text = emails.default_text(kind, language)
    return render_template(
        "admin/emails/custom_texts/restore.html", kind=kind, email_language=language, subject=subject, text=text
    )


@blueprint.post("/<kind>/<language>/original")
def restore(kind: str, language: str) -> BaseResponse:
    """Delete the owner's text, so that the default text is used again."""
    _require_valid(kind, language)
    emails.delete_custom_text(kind, language)
    show_notice(_("Default text restored."))
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
        preview=_saved(kind, language),
        variables=emails.variables_of(kind),
        languages=LANGUAGES,
        is_customized=emails.custom_text(kind, language) is not None,
        is_typed=request.method == "POST",
    )


def _send_test(kind: str, language: str, form: CustomTextForm) -> str:
    """Send what was typed to the signed-in admin. The page keeps it, unsaved."""
    problem = emails.send_preview(current_user.email, emails.preview(kind, language, _typed(form)))
    if problem:
        show_error(_("Test email not sent: %(reason)s", reason=labels.mail_problem(problem)))
    else:
        show_notice(_("Test email sent to %(address)s", address=current_user.email))
    return _page(kind, language, form)


def _typed(form: CustomTextForm) -> tuple[str, str]:
    return form.subject.data, form.words.data


def _render_typed(kind: str, language: str, form: CustomTextForm) -> RenderedEmail | None:
    """What was typed as an email with example values. None if it can't be saved: the form has the errors then."""
    if not form.validate_on_submit():
        return None
    try:
        return emails.preview(kind, language, _typed(form))
    except FieldErrors as error:
        form.add_errors(_error_messages(error))
        return None


def _saved(kind: str, language: str) -> RenderedEmail | None:
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
