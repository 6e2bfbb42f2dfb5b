"""The kinds of letters: the shop's own words for each, where its button leads, and when it is still true."""

from storefront.emails.kinds import buyers, orders, owners, renewals, subscriptions
from storefront.emails.kinds.kind import Kind

# As the owner's pages show them.
KIND_GROUPS: dict[str, dict[str, Kind]] = {
    "orders": orders.KINDS,
    "subscriptions": subscriptions.KINDS,
    "renewals": renewals.KINDS,
    "buyers": buyers.KINDS,
    "owners": owners.KINDS,
}
KINDS: dict[str, Kind] = {name: kind for group in KIND_GROUPS.values() for name, kind in group.items()}

__all__ = ["KINDS", "KIND_GROUPS", "Kind"]
