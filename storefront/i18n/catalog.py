"""Translation catalogs, for text that is not translated within a request: emails, tables of messages."""

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations

# Of pages and emails.
LANGUAGES = ("uk", "en", "ru")
FOLDER = Path(__file__).resolve().parents[1] / "translations"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    """Mark an English text for extraction into the catalogs. It is translated where it is shown."""
    return text


@cache
def catalog_for(language: str) -> NullTranslations:
    """Return the catalog of `language` (uk, en, ru). For English, the source language, texts stay as they are."""
    return Translations.load(str(FOLDER), [language])
