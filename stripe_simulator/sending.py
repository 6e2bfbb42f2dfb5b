"""One webhook request: signed, and sent no further than this machine's own network.

Signature: `Stripe-Signature: t=<seconds>,v1=<HMAC-SHA256 of "t.body" with the endpoint's secret>`
(docs.stripe.com/webhooks/signatures).
"""

import hashlib
import hmac
import ipaddress
import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import requests

from stripe_simulator.store import Json

PATIENCE = 10


def send(event: Json, endpoint: Json) -> Json:
    """One POST. What came of it: `{"at", "url", "status" or None, "error" or None}`; redirects don't count."""
    attempt: Json = {"at": round(time.time(), 3), "url": endpoint["url"], "status": None, "error": None}
    if not is_near(urlsplit(endpoint["url"]).hostname or ""):
        return {**attempt, "error": "the simulator never sends anything beyond this machine's own network"}
    body = json.dumps({**event, "api_version": endpoint["api_version"] or event["api_version"]}, indent=2)
    session = requests.Session()
    # A proxy of the environment would carry the event off this machine.
    session.trust_env = False
    try:
        response = session.post(
            endpoint["url"],
            data=body.encode(),
            headers=headers_for(body, endpoint["_secret"]),
            timeout=PATIENCE,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        return {**attempt, "error": type(error).__name__}
    return {**attempt, "status": response.status_code}


def headers_for(body: str, secret: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(body, secret, int(time.time())),
    }


def signature(body: str, secret: str, at: int) -> str:
    """The `Stripe-Signature` header's value."""
    signed = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def is_near(host: str) -> bool:
    """Whether a host is this machine or its own network: nothing is ever sent to the internet."""
    try:
        found: list[Any] = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    addresses = [ipaddress.ip_address(one[4][0]) for one in found]
    return bool(addresses) and all(one.is_loopback or one.is_private for one in addresses)
