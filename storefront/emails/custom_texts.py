"""The owner's own words for a kind of letter in one language."""

from string import Formatter

from storefront.emails.kinds import placeholders
from storefront.errors import FieldErrors
from storefront.models import CustomEmailText


def custom_text(kind: str, language: str) -> CustomEmailText | None:
    """The owner's own words for this kind and language, if there are any."""
    return CustomEmailText.get_or_none(CustomEmailText.kind == kind, CustomEmailText.language == language)


def save_custom_text(kind: str, language: str, subject: str, words: str) -> None:
    """Keep the owner's words. Raises FieldErrors: placeholder_unknown (details `unknown`), placeholder_broken."""
    errors, unknown = {}, {}
    for field, text in (("subject", subject), ("words", words)):
        try:
            parts = list(Formatter().parse(text))
        except ValueError:
            parts = [("", "", "broken", None)]
        if any(spec or conversion for _text, _name, spec, conversion in parts):
            # A width or a conversion has no meaning here, and a huge one would only use up memory.
            errors[field] = ["placeholder_broken"]
            continue
        strange = placeholders.names_in(text) - placeholders.ALL
        if strange:
            errors[field], unknown[field] = ["placeholder_unknown"], sorted(strange)
    if errors:
        raise FieldErrors(errors, unknown=unknown)
    CustomEmailText.insert(kind=kind, language=language, subject=subject, words=words).on_conflict(
        conflict_target=[CustomEmailText.kind, CustomEmailText.language],
        update={CustomEmailText.subject: subject, CustomEmailText.words: words},
    ).execute()


def delete_custom_text(kind: str, language: str) -> None:
    """Back to the shop's own words."""
    CustomEmailText.delete().where(CustomEmailText.kind == kind, CustomEmailText.language == language).execute()
