"""What the page of an offer shows of the things that it delivers."""

from typing import Any

from storefront.models import BillingKind, Deliverable, DeliverableKind, Offer, PriceOption, keys_by_state


def delivery_section(offer: Offer) -> dict[str, Any]:
    """The variables of the section."""
    rows = Deliverable.of_offer(offer)
    lists = [row.id for row in rows if row.kind == DeliverableKind.KEYS]
    options = PriceOption.of_offer(offer) if offer.option_count else []
    return {
        "deliverables": rows,
        "key_counts": keys_by_state(lists) if lists else {},
        "option_labels": {option.id: option.label for option in options},
        "recurs": offer.kind != BillingKind.ONE_OFF or any(option.kind != BillingKind.ONE_OFF for option in options),
    }
