"""A webhook endpoint for tests: stores deliveries and responds as configured."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import stripe

from tests.http_server import serving
from tests.simulator.shop import assert_stripe_shape

TIMEOUT = 15


@dataclass
class Receiver:
    """`answers` are the statuses for the next deliveries; 200 when none are left."""

    url: str
    answers: deque[int] = field(default_factory=deque)
    deliveries: list[tuple[bytes, str]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def receive(self, body: bytes, signature: str) -> int:
        with self.changed:
            self.deliveries.append((body, signature))
            self.changed.notify_all()
            return self.answers.popleft() if self.answers else 200

    def wait_for(self, condition: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """Wait until the received events fulfil the condition, and return them."""
        with self.changed:
            arrived = self.changed.wait_for(lambda: condition(self.events()), TIMEOUT)
            assert arrived, f"only {[event['type'] for event in self.events()]} arrived"
            return self.events()

    def wait_for_type(self, type_: str, times: int = 1) -> list[dict[str, Any]]:
        found = self.wait_for(lambda events: sum(one["type"] == type_ for one in events) >= times)
        return [one for one in found if one["type"] == type_]

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body, _ in self.deliveries]

    def verified_events(self, secret: str) -> list[Any]:
        """Return all events after checking signatures with stripe-python, and shapes."""
        for event in self.events():
            assert_stripe_shape(event)
        return [stripe.Webhook.construct_event(body, header, secret) for body, header in self.deliveries]


@contextmanager
def listening() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(receiver.receive(body, self.headers["Stripe-Signature"]))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with serving(Handler) as port:
        receiver = Receiver(f"http://127.0.0.1:{port}/webhooks")
        yield receiver
