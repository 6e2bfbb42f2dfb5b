"""Addresses and shipping details, complete with what wasn't given."""

from typing import Any

from stripe_simulator.store import Json

PARTS = ("city", "country", "line1", "line2", "postal_code", "state")


def address(given: Json | None) -> Json:
    """Every part of an address, null where it is unknown."""
    return {part: (given or {}).get(part) or None for part in PARTS}


def shipping(given: Json | None, *more: str) -> Json | None:
    """Name, phone and address; `more` names the carrier's fields, where an object has them."""
    if given is None:
        return None
    plain: dict[str, Any] = {name: given.get(name) or None for name in ("name", "phone", *more)}
    return {"address": address(given.get("address")), **plain}
