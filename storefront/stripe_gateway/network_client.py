"""Sends requests to Stripe over the network."""

from typing import Any
from urllib.parse import urlsplit

import requests
import stripe

from storefront.db import db


class NetworkClient(stripe.RequestsClient):
    """A thread that waits for Stripe has no connection to the database: other threads need it meanwhile.

    The next query takes one again.
    """

    def request(self, *arguments: Any, **options: Any) -> Any:
        """Send one request. Raises stripe.APIConnectionError."""
        db.close()
        if getattr(self._thread_local, "session", None) is None:
            self._thread_local.session = _Session()
        return super().request(*arguments, **options)


class _Session(requests.Session):
    """Reads the proxies of the environment once for each host. Otherwise that takes a tenth of each call."""

    def __init__(self) -> None:
        super().__init__()
        self._settings: dict[tuple[str, str], Any] = {}

    def merge_environment_settings(self, url: Any, *options: Any) -> Any:
        """The settings for a request to this URL. The library's calls differ in nothing else that matters here."""
        host = urlsplit(str(url))[:2]
        if host not in self._settings:
            self._settings[host] = super().merge_environment_settings(url, *options)
        # The session changes what it gets.
        return self._settings[host].copy()
