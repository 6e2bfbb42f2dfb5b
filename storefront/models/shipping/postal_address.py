"""How an address is written on a parcel. Which parts stand in which order follows from the country.

Source: the formats of the Universal Postal Union (upu.int, Postal addressing systems).
"""

from collections.abc import Mapping

# "City Region Postal code" in one line, or the postal code in a line of its own below the city.
CODE_AFTER_REGION = frozenset("US CA AU BR MX CO ID IN TH NZ SA TW ZA PR".split())
CODE_BELOW_CITY = frozenset("GB UA IE RU BY KZ UZ GG JE IM".split())


def address_lines(parts: Mapping[str, str], country: str) -> list[str]:
    """The lines of an address without the name and the country; `parts` as in `Shipment`."""
    street = [parts.get("line1", ""), parts.get("line2", "")]
    city, region, code = (parts.get(name, "") for name in ("city", "region", "postal_code"))
    if country in CODE_AFTER_REGION:
        place = [" ".join(filter(None, (city, region, code)))]
    elif country in CODE_BELOW_CITY:
        place = [city, region, code]
    else:
        place = [" ".join(filter(None, (code, city))), region]
    return [line for line in (*street, *place) if line]
