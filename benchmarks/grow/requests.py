"""Rows of payment requests: those that nobody has paid yet. One that is paid is an order like any other."""

from datetime import datetime, timedelta

from benchmarks.grow.catalog import SoldOffer
from benchmarks.grow.people import Person
from benchmarks.grow.tables import Rows, stamp
from storefront.models import PaymentRequest

# There is a request for one order in so many.
REQUEST_EVERY = 20
_LIFETIME = timedelta(days=14)
_CANCELED_EVERY = 10


class RequestRows:
    """Makes rows of payment requests."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.count = 0
        self.rows = Rows(
            PaymentRequest,
            "token merchant_id mode title title_folded amount currency name name_folded email email_folded language"
            " state created_at expires_at",
        )

    def add(self, token: str, offer: SoldOffer, buyer: Person, created: datetime) -> None:
        """Add a request that was not paid."""
        self.count += 1
        expires = created + _LIFETIME
        state = "open" if expires > self.until else "expired"
        if self.count % _CANCELED_EVERY == 0:
            state = "canceled"
        asked = token, offer.merchant_id, "test", offer.title, offer.title.casefold(), offer.amount, offer.currency
        whom = buyer.name, buyer.name_folded, buyer.email, buyer.email, buyer.language
        self.rows.add((*asked, *whom, state, stamp(created), stamp(expires)))
