"""The shop's sentences in another language, as its own catalogue has them when the story is played."""

from babel.support import Translations

from tests.processes import ROOT

TRANSLATIONS = ROOT / "storefront" / "translations"


def in_language(language: str, sentence: str, **values: object) -> str:
    """The English `sentence` of the source, in `language`."""
    words = sentence if language == "en" else Translations.load(TRANSLATIONS, [language]).gettext(sentence)
    return words % values if values else words
