"""The shop's texts in another language, from its message catalog."""

from babel.support import Translations

from tests.processes import ROOT

TRANSLATIONS = ROOT / "storefront" / "translations"


def in_language(language: str, sentence: str, **values: object) -> str:
    """The English `sentence` in `language`."""
    words = sentence if language == "en" else Translations.load(TRANSLATIONS, [language]).gettext(sentence)
    return words % values if values else words
