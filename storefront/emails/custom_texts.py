"""The owner's own subject and body for a kind of email in one language."""

from string import Formatter

from storefront import i18n
from storefront.emails.kinds import KINDS, variables
from storefront.errors import FieldErrors
from storefront.models import CustomEmailText


def custom_text(kind: str, language: str) -> tuple[str, str] | None:
    """Return (subject, body) of the owner's for this kind and language. None if there are none."""
    found = CustomEmailText.get_or_none(CustomEmailText.kind == kind, CustomEmailText.language == language)
    return (found.subject, found.words) if found is not None else None


def default_text(kind: str, language: str, *, free: bool = False) -> tuple[str, str]:
    """Return (subject, body) of this kind as they are until the owner writes others; `free` is for an order without
    payment.
    """
    translate, text = i18n.catalog_for(language).gettext, KINDS[kind].free_text if free else None
    subject, body = text or (KINDS[kind].subject, KINDS[kind].body)
    return translate(subject), translate(body)


def with_plain_breaks(body: str) -> str:
    """A body with line breaks as texts have them: browsers send others."""
    return body.replace("\r\n", "\n")


def save_custom_text(kind: str, language: str, subject: str, body: str) -> None:
    """Store the owner's text and replace an earlier one. The default text is not stored: later versions improve it.

    Raises FieldErrors as `check_text` does.
    """
    body = with_plain_breaks(body)
    check_text(subject, body)
    if (subject, body) == default_text(kind, language):
        return delete_custom_text(kind, language)
    CustomEmailText.insert(kind=kind, language=language, subject=subject, words=body).on_conflict(
        conflict_target=[CustomEmailText.kind, CustomEmailText.language],
        update={CustomEmailText.subject: subject, CustomEmailText.words: body},
    ).execute()


def check_text(subject: str, body: str) -> None:
    """Check the variables in a text.

    Raises FieldErrors for the fields "subject" and "words" (the body) with the codes variable_invalid and
    variable_unknown. Details: `unknown` is {field: names of unknown variables}.
    """
    errors, unknown = {}, {}
    for field, text in (("subject", subject), ("words", body)):
        if not _is_valid(text):
            errors[field] = ["variable_invalid"]
            continue
        unknown_names = variables.names_in(text) - variables.ALL
        if unknown_names:
            errors[field], unknown[field] = ["variable_unknown"], sorted(unknown_names)
    if errors:
        raise FieldErrors(errors, unknown=unknown)


def delete_custom_text(kind: str, language: str) -> None:
    """Delete the owner's text: emails of this kind and language use the default text again."""
    CustomEmailText.delete().where(CustomEmailText.kind == kind, CustomEmailText.language == language).execute()


def _is_valid(text: str) -> bool:
    """Check that braces match and variables have no format (`{name:>10}`) or conversion (`{name!r}`).

    A format with a huge width would use up the memory of the process.
    """
    try:
        fields = list(Formatter().parse(text))
    except ValueError:
        return False
    return not any(spec or conversion for _text, _name, spec, conversion in fields)
