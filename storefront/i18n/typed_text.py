"""One cleaning for all text that people type, and the isolation of names that are written right to left."""

import unicodedata
from functools import cache

# Characters that show nothing although Unicode doesn't count them as format characters (Cf):
# Default_Ignorable_Code_Point of DerivedCoreProperties.txt, and the blank Braille pattern.
_INVISIBLE_RANGES = (
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer vowels
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x2800, 0x2800),  # blank Braille pattern
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFFA0, 0xFFA0),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),  # tags
)
_JOINERS = "\u200c\u200d"
_EMOJI_STYLE = "\ufe0f"
# Scripts in which joiners change how letters are written: from Arabic to Sinhala, without Thai.
_JOINING_SCRIPTS = range(0x0600, 0x0E00)
_RIGHT_TO_LEFT = ("R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def clean_line(text: str | None) -> str:
    """`text` as one line: composed (NFC), without invisible and direction characters, without surrounding spaces."""
    return "".join(" " if _breaks_line(c) else c for c in _visible(text or "")).strip()


def clean_text(text: str | None) -> str:
    """`text` of several lines, cleaned as `clean_line` does. Its line breaks, tabs and indentation stay."""
    kept = (c for c in _visible(text or "") if c in "\r\n\t" or not _breaks_line(c))
    return "".join(kept).rstrip().lstrip("\r\n")


def isolate(text: str) -> str:
    """`text` so that its direction doesn't reorder what stands around it, for sentences and subject lines.

    Unicode's own isolates do it (UAX #9), and only a text that is written right to left gets them.
    """
    if text.isascii() or not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text):
        return text
    return f"{_FIRST_STRONG_ISOLATE}{clean_line(text)}{_POP_ISOLATE}"


def _visible(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    kept = [c for i, c in enumerate(composed) if not _is_invisible(c) or _is_needed(composed, i)]
    # Characters can be composed now that the invisible ones between them are gone.
    return unicodedata.normalize("NFC", "".join(kept))


def _breaks_line(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")


@cache
def _is_invisible(character: str) -> bool:
    # Cs: half of a character, which no database stores. NUL: PostgreSQL stores none.
    if unicodedata.category(character) in ("Cf", "Cs") or character == "\x00":
        return True
    return any(first <= ord(character) <= last for first, last in _INVISIBLE_RANGES)


def _is_needed(text: str, i: int) -> bool:
    """Whether the invisible character at `i` is part of an emoji, or of a word in a script that joins letters."""
    before, after = text[i - 1 : i], text[i + 1 : i + 2]
    if text[i] == _EMOJI_STYLE:
        return bool(before) and (_is_symbol(before) or before in "0123456789#*")
    if text[i] not in _JOINERS or not before or not after:
        return False
    if text[i] == "\u200d" and (_is_symbol(before) or before == _EMOJI_STYLE) and _is_symbol(after):
        return True
    return ord(before) in _JOINING_SCRIPTS and ord(after) in _JOINING_SCRIPTS


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) in ("So", "Sk")
