"""What differs for the order of a payment request: its offer is the one that all of them share, and has no merchant."""

from typing import Any

from storefront.db import db
from storefront.models.base import Record
from storefront.models.merchants.merchant import Merchant
from storefront.models.offers.offer import Offer, OfferObstacle, charge_obstacle
from storefront.models.orders.order_status import OrderStatus

# How the visit keys of such orders begin. The checkout refuses one that a browser has made up.
REQUEST_KEY = "request-"


class OfRequest(Record):
    """The columns are those of the order."""

    offer: Offer
    merchant: Merchant
    merchant_id: int
    visit_key: str
    currency: str
    language: str
    requests: Any  # the request of the order, as a query

    @property
    def is_request(self) -> bool:
        """Whether it is the order of a payment request."""
        return self.visit_key.startswith(REQUEST_KEY)

    @property
    def payee(self) -> Merchant | None:
        """Who is paid if somebody pays it now: the merchant of its offer, who may be another one than when it began.

        If its offer has two merchants, an order whose customer may have begun to pay stays with its own.
        """
        if self.is_request:
            return self.merchant
        payee = self.offer.payee
        moves = payee is not None and payee.id != self.merchant_id and self.offer.has_merchant(self.merchant_id)
        return self.merchant if moves and self.has_open_intent() else payee

    def has_open_intent(self) -> bool:
        """Whether the client secret of its present payment may have left the server: its intent is known."""
        return bool(
            db.execute_sql(
                "SELECT 1 FROM payment WHERE ended_at IS NULL AND intent_id IS NOT NULL"  # noqa: S608
                f" AND order_id = {db.param}",
                (self.id,),
            ).fetchone()
        )

    @property
    def title_language(self) -> str:
        """The language of its title."""
        return self.language if self.is_request else self.offer.language

    def payment_obstacle(self) -> OfferObstacle | None:
        """Why it can't be charged, whatever the order's own status is."""
        return charge_obstacle(self.payee, self.currency)

    def mark_request(self, status: OrderStatus) -> None:
        """Its request follows the new status of the order. Call it in the transaction of the order.

        A payment makes it paid, even if it was canceled or had expired; with a failed order nobody can pay it any more.
        """
        if not self.is_request or status not in (OrderStatus.PAID, OrderStatus.FAILED):
            return
        # PaymentRequest, whose module needs that of orders.
        asked = self.requests.model
        is_it = asked.id == int(self.visit_key.removeprefix(REQUEST_KEY))
        if status == OrderStatus.FAILED:
            is_it &= asked.state == "open"
        asked.update(state=str(status), next_reminder_at=None, order=self.id).where(is_it).execute()
