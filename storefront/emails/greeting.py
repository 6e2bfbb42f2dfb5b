"""Names in emails to customers: only what looks like a name, since anybody can type anything into a checkout."""

import re
import unicodedata

MAX_LENGTH = 60
MAX_WORDS = 4
# Beside letters: O’Neill, Anne-Marie, "J. R. Tolkien". A period between letters would make a link.
_PUNCTUATION = frozenset(" '’ʼ`-‐‑")
_PERIOD_IN_WORD = re.compile(r"\.(?! |$)")
_LEADING_NAME = re.compile(r"^\{name\}[,.!:]?[ \t]*", re.MULTILINE)
_NAME = re.compile(r",?[ \t]*\{name\}")


def looks_like_name(text: str) -> bool:
    """Whether `text` is at most four words of letters: no digits, no link, no sentence."""
    return (
        len(text) <= MAX_LENGTH
        and len(text.split()) <= MAX_WORDS
        and not _PERIOD_IN_WORD.search(text)
        and all(_is_letter(character) or character in _PUNCTUATION or character == "." for character in text)
    )


def without_name(text: str) -> str:
    """A text of an email without its variable `{name}`: "Hello {name}," becomes "Hello,"."""
    return _NAME.sub("", _LEADING_NAME.sub("", text))


def _is_letter(character: str) -> bool:
    """Letters, and the marks that some scripts write above or below them."""
    return unicodedata.category(character)[0] in "LM"
