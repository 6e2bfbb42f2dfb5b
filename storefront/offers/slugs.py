"""Addresses made of titles in Latin, Ukrainian or Russian."""

from slugify import slugify

MAX_LENGTH = 60

# Ukraine's official romanisation (Cabinet of Ministers, resolution 55 of 27 January 2010).
_UKRAINIAN = dict(
    zip(
        "абвгґдежзиіклмнопрстуфхцчшщєїйюяь",
        [*"a b v h g d e zh z y i k l m n o p r s t u f kh ts ch sh shch ie i i iu ia".split(), ""],
        strict=True,
    )
)
_AT_WORD_START = dict(zip("єїйюя", "ye yi y yu ya".split(), strict=True))
_RUSSIAN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщыэюяъь",
        [*"a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya".split(), "", ""],
        strict=True,
    )
)


def slug_of(title: str, language: str) -> str:
    """Latin letters, digits and hyphens, at most 60; `offer` when nothing is left of the title.

    `language` (uk, en, ru) decides how Cyrillic sounds, unless the letters themselves are of one language only.
    """
    text = title.lower()
    letters = set(text)
    ukrainian = bool(letters & set("іїєґ")) or (language != "ru" and not letters & set("ыэёъ"))
    latin = _romanised_ukrainian(text) if ukrainian else "".join(_RUSSIAN.get(letter, letter) for letter in text)
    return slugify(latin, max_length=MAX_LENGTH, word_boundary=True, replacements=[("'", "")]) or "offer"


def _romanised_ukrainian(text: str) -> str:
    text = text.replace("’", "").replace("ʼ", "").replace("'", "").replace("зг", "zgh")
    out, before = [], " "
    for letter in text:
        table = _UKRAINIAN if before.isalpha() else {**_UKRAINIAN, **_AT_WORD_START}
        out.append(table.get(letter, letter))
        before = letter
    return "".join(out)
