"""Where the customer of an order came from: the campaign in the page's address, and the page with the link.

And whether they still go on to the owner's own page after the payment.
"""

import json

from peewee import BooleanField, TextField

from storefront.models.base import Record

# Parameters of addresses in campaigns, as Google Analytics and others name them.
UTM_NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id")
ARRIVAL_NAMES = ("referrer", *UTM_NAMES)


class Arrival(Record):
    """`came_from` is JSON, with those of `ARRIVAL_NAMES` that the browser sent; "" for none. Anybody can send anything:
    these are texts to show, never links to follow.
    """

    came_from = TextField(default="")
    redirects = BooleanField(default=False)  # the first page of the paid order leads to the offer's `redirect_url`

    def claim_redirect(self) -> bool:
        """Whether this is the time to redirect the customer: once, also with two requests at the same time."""
        own = type(self)
        claimed = self.redirects and own.update(redirects=False).where(own.id == self.id, own.redirects).execute()
        return bool(claimed)

    @property
    def arrival(self) -> dict[str, str]:
        """{name: value}, in the order of `ARRIVAL_NAMES`."""
        found = json.loads(self.came_from) if self.came_from else {}
        return {name: str(found[name]) for name in ARRIVAL_NAMES if found.get(name)}


def arrival_column(arrival: dict[str, str]) -> dict[str, object]:
    """The column of a new order; without one if nothing is known, so that a later press forgets nothing."""
    return {"came_from": json.dumps(arrival, ensure_ascii=False)} if arrival else {}
