"""Deliver signed webhook events to the shop, as Stripe does."""

import json
import time

import stripe
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.models import Merchant


def deliver_event(
    client: FlaskClient, merchant: Merchant, event: dict[str, object], secret: str | None = None, age: int = 0
) -> TestResponse:
    """Post the event to the merchant's webhook; `age` is the signature's age in seconds."""
    return deliver_payload(client, merchant, json.dumps(event), secret, age)


def deliver_payload(
    client: FlaskClient, merchant: Merchant, payload: str, secret: str | None = None, age: int = 0
) -> TestResponse:
    """Post any text to the merchant's webhook, signed."""
    at = int(time.time()) - age
    signature = stripe.WebhookSignature._compute_signature(f"{at}.{payload}", secret or merchant.webhook_secret)
    return client.post(
        f"/webhooks/stripe/{merchant.public_id}",
        data=payload,
        headers={"Stripe-Signature": f"t={at},v1={signature}", "Sec-Fetch-Site": "cross-site"},
    )


def payment_intent_event(intent_id: str, kind: str = "payment_intent.succeeded", **metadata: str) -> dict[str, object]:
    """An event about a payment intent; the shop reads the intent's id and metadata from it, nothing else."""
    about = {"id": intent_id, "object": "payment_intent", "metadata": metadata}
    created = int(time.time())
    return {"id": f"evt_{intent_id}", "type": kind, "livemode": False, "created": created, "data": {"object": about}}
