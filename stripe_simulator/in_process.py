"""An HTTP client for stripe-python that calls the simulator's application directly, without a socket or thread.

    simulator = create_app(post=…)
    stripe.StripeClient(key, http_client=InProcessClient(simulator))

A fault that drops the connection raises APIConnectionError, as over a real connection.
"""

from collections.abc import Mapping
from typing import Any

import stripe
from flask import Flask
from requests.structures import CaseInsensitiveDict

from stripe_simulator.app import DROPPED_HEADER


class InProcessClient(stripe.HTTPClient):
    """Sends requests to one application. Only the path of the request's address is used."""

    name = "in_process"

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        """Raises stripe.APIConnectionError when the simulator dropped the connection."""
        response = self.app.test_client().open(url, method=method.upper(), headers=dict(headers or {}), data=post_data)
        if DROPPED_HEADER in response.headers:
            # As with any connection error, stripe-python may retry if it is configured to.
            raise stripe.APIConnectionError(  # type: ignore[no-untyped-call]  # it has no annotations
                "The connection was dropped.", should_retry=True
            )
        return response.get_data(as_text=True), response.status_code, CaseInsensitiveDict(response.headers.items())

    def close(self) -> None:
        """Nothing to close."""
