"""Addresses and shipping details, with null for missing fields."""

from typing import Any

from stripe_simulator.store import Json

ADDRESS_FIELDS = ("city", "country", "line1", "line2", "postal_code", "state")


def address(given: Json | None) -> Json:
    """Return an address with every field, null where unknown."""
    return {part: (given or {}).get(part) or None for part in ADDRESS_FIELDS}


def shipping(given: Json | None, *more: str) -> Json | None:
    """Return name, phone and address; `more` names the carrier fields of objects that have them."""
    if given is None:
        return None
    plain: dict[str, Any] = {name: given.get(name) or None for name in ("name", "phone", *more)}
    return {"address": address(given.get("address")), **plain}
