"""Countries by their ISO 3166 code, with their names from CLDR."""

from functools import cache

from babel import Locale

# Two letters in CLDR that are no country or territory of ISO 3166: groups, places within others, and codes for tests.
_OTHERS = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())


@cache
def country_names(language: str) -> dict[str, str]:
    """{code: name} in the language, by name."""
    names = {
        code: name
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _OTHERS
    }
    return dict(sorted(names.items(), key=lambda pair: _sort_key(pair[1], language)))


def country_name(code: str, language: str) -> str:
    """The country's name; the code itself for one that is not known."""
    return country_names(language).get(code, code)


def _sort_key(name: str, language: str) -> str:
    """Åland stands among the A, and Ukrainian and Russian letters in the order of their alphabets."""
    plain = name.casefold().replace("å", "a").replace("ç", "c").replace("é", "e").replace("ô", "o")
    if language != "uk":
        return plain.replace("ё", "е")
    alphabet = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
    return "".join(chr(0x430 + alphabet.index(letter)) if letter in alphabet else letter for letter in plain)
