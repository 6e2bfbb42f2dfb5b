"""Folds text for searches: different spellings of the same name become equal."""

import unicodedata

from storefront.i18n.typed_text import clean_line

# Keyboards type different characters for the apostrophe of Ukrainian names (Дем'янчук), also an acute or grave accent
# that stands alone.
_APOSTROPHES = "\u2019\u02bc\u2018\u201b\u02b9\u2032\uff07\u0060\u00b4\u02bb\u02bd\ua78c"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_EQUAL = str.maketrans({**dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys(_HYPHENS, "-"), "ё": "е"})


def fold(text: str) -> str:
    """`text` for comparisons in searches: one apostrophe, one hyphen, one case, one normal form, ё as е.

    Other letters stay apart: и and й, і and ї, г and ґ are different letters in Ukrainian and Russian.
    """
    # Before NFKC, which turns a stand-alone acute into a space and a combining accent.
    folded = unicodedata.normalize("NFKC", clean_line(text).translate(_EQUAL)).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).translate(_EQUAL).split())
