"""Sends one signed webhook request, only within this machine's own network.

Signature: `Stripe-Signature: t=<seconds>,v1=<HMAC-SHA256 of "t.body" with the endpoint's secret>`
(docs.stripe.com/webhooks/signatures).
"""

import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests

from stripe_simulator.clock import Clock
from stripe_simulator.store import Json

TIMEOUT = 10
# Sends one POST: address, headers, body → status. A caller without sockets passes its own function, which raises
# NotSent for a request that got no response.
Post = Callable[[str, dict[str, str], bytes], int]


class NotSent(Exception):
    """A webhook request got no response; the message says why."""


def send(event: Json, endpoint: Json, clock: Clock, post: Post) -> Json:
    """Send one delivery. Return `{"at", "url", "status" or None, "error" or None}`."""
    attempt: Json = {"at": round(clock.time(), 3), "url": endpoint["url"], "status": None, "error": None}
    body = json.dumps({**event, "api_version": endpoint["api_version"] or event.get("api_version")}, indent=2)
    try:
        status = post(endpoint["url"], headers_for(body, endpoint["_secret"], clock.delivery_time()), body.encode())
    except NotSent as error:
        return {**attempt, "error": str(error)}
    return {**attempt, "status": status}


def post_locally(url: str, headers: dict[str, str], body: bytes) -> int:
    """Send a POST within this machine's own network. Redirects are not followed."""
    if not is_local(urlsplit(url).hostname or ""):
        raise NotSent("the simulator never sends anything beyond this machine's own network")
    session = requests.Session()
    # A proxy from the environment would send the event off this machine.
    session.trust_env = False
    try:
        response = session.post(url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise NotSent(type(error).__name__) from None
    return response.status_code


def headers_for(body: str, secret: str, now: int) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(body, secret, now),
    }


def signature(body: str, secret: str, at: int) -> str:
    """Return the value of the `Stripe-Signature` header."""
    signed = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def is_local(host: str) -> bool:
    """Whether a host is this machine or in its own network."""
    try:
        found: list[Any] = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    addresses = [ipaddress.ip_address(one[4][0]) for one in found]
    return bool(addresses) and all(one.is_loopback or one.is_private for one in addresses)
