"""What customers of the demo's offers get with their purchase: a text, a link and a file."""

from storefront import delivery
from storefront.delivery import DeliverableFields
from storefront.models import Deliverable, DeliverableKind, Offer

_SLUG = "watercolour-evening"
_LIST = b"""\
For painting at home:

- watercolour paper of 300 g, a block of 20 sheets
- one round brush, number 8, and one flat brush
- a box of twelve pans
"""


def fill() -> None:
    """Add it, unless the offer delivers something already."""
    offer = Offer.get_or_none(Offer.slug == _SLUG)
    if offer is None or Deliverable.of_offer(offer):
        return
    way = DeliverableFields(
        "How to find the studio", text="Ring the bell marked **Lumen**. The stairs are on the left."
    )
    film = DeliverableFields("Watch at home: three ways to paint a sky", url="https://videos.example.com/skies")
    delivery.add_deliverable(offer, DeliverableKind.TEXT, way)
    delivery.add_deliverable(offer, DeliverableKind.LINK, film)
    file = delivery.store_file("Paper and brushes.txt", len(_LIST), [_LIST])
    delivery.add_deliverable(offer, DeliverableKind.FILE, DeliverableFields("Paper and brushes", file=file))
