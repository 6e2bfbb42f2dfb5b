"""An HTTP client for stripe-python that calls the simulator's application directly: no socket, no thread.

    simulator = create_app(post=…)
    stripe.StripeClient(key, http_client=InProcessClient(simulator))

A fault that drops the connection becomes the APIConnectionError it is over a real one.
"""

from collections.abc import Mapping
from typing import Any

import stripe
from flask import Flask

from stripe_simulator.app import DROPPED


class InProcessClient(stripe.HTTPClient):
    """Speaks to one application; the address of the request counts for nothing but its path."""

    name = "in_process"

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        """Raises stripe.APIConnectionError when the simulator dropped the connection."""
        response = self.app.test_client().open(url, method=method.upper(), headers=dict(headers or {}), data=post_data)
        if DROPPED in response.headers:
            # Like any connection that breaks: stripe-python may try again if it was told to.
            raise stripe.APIConnectionError(  # type: ignore[no-untyped-call]  # it has no annotations
                "The connection was dropped.", should_retry=True
            )
        return response.get_data(as_text=True), response.status_code, dict(response.headers)

    def close(self) -> None:
        """Nothing is open."""
