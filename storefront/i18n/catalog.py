"""The translations, for words that are put together where no page is: tables of codes, letters."""

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations

FOLDER = Path(__file__).resolve().parents[1] / "translations"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    """Mark an English text for the catalogues; it is translated when it is shown."""
    return text


@cache
def catalog_for(language: str) -> NullTranslations:
    """The catalogue of `language` (uk, en, ru); English is the source and needs none."""
    return Translations.load(str(FOLDER), [language])
