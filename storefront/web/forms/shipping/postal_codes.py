"""The form of postal codes, by country. Source: the formats of the Universal Postal Union (upu.int)."""

import re

# {country: (pattern of the code without spaces and hyphens, upper case; an example for the message)}
_DIGITS = {
    3: "IS LS OM",
    4: "AT AU BE BG CH CY DK GE HU LI LU LV MD NO NZ PH SI TN ZA AL AM BD",
    5: "BA DE DZ EE EG ES FI FR HR ID IT JO KR KW LT MA MC ME MK MX MY PK RS SA SM TH TR UA VA UY",
    6: "BY CN IN KZ KG RO RU SG UZ VN NG",
    7: "IL JP CL",
}
FORMATS: dict[str, tuple[str, str]] = {
    **{
        country: (f"[0-9]{{{length}}}", "1234567"[:length])
        for length, countries in _DIGITS.items()
        for country in countries.split()
    },
    "BR": ("[0-9]{8}", "01310-100"),
    "CA": ("[A-Z][0-9][A-Z][0-9][A-Z][0-9]", "K1A 0B1"),
    "CZ": ("[0-9]{5}", "110 00"),
    "GB": ("[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}", "SW1A 1AA"),
    "GR": ("[0-9]{5}", "104 31"),
    "JP": ("[0-9]{7}", "100-0001"),
    "NL": ("[0-9]{4}[A-Z]{2}", "1012 AB"),
    "PL": ("[0-9]{5}", "00-001"),
    "PT": ("[0-9]{7}", "1000-001"),
    "SE": ("[0-9]{5}", "111 29"),
    "SK": ("[0-9]{5}", "811 01"),
    "UA": ("[0-9]{5}", "01001"),
    "US": ("[0-9]{5}(?:[0-9]{4})?", "94103"),
}
MAX_CODE = 20
_OTHER = re.compile(r"[A-Z0-9][A-Z0-9 .-]*")


def needs_postal_code(country: str) -> bool:
    """Whether addresses there have a postal code, as far as it is known."""
    return country in FORMATS


def example_of(country: str) -> str:
    """A postal code of the country, for a message."""
    return FORMATS[country][1]


def is_postal_code(typed: str, country: str) -> bool:
    """Whether the text has the form of the country's postal codes. Letters before it (D-10115, LV-1010) are allowed."""
    upper = typed.upper()
    known = FORMATS.get(country)
    if known is None:
        return len(typed) <= MAX_CODE and bool(_OTHER.fullmatch(upper))
    compact = re.sub(r"[ \u00a0-]", "", upper)
    return any(re.fullmatch(known[0], code, re.ASCII) for code in (compact, re.sub(r"^[A-Z]{1,2}", "", compact)))
