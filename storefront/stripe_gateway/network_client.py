"""Sends requests to Stripe over the network."""

from typing import Any

import stripe

from storefront.db import db


class NetworkClient(stripe.RequestsClient):
    """A thread that waits for Stripe has no connection to the database: other threads need it meanwhile.

    The next query takes one again.
    """

    def request(self, *arguments: Any, **options: Any) -> Any:
        """Send one request. Raises stripe.APIConnectionError."""
        db.close()
        return super().request(*arguments, **options)
