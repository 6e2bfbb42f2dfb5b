"""Signatures of webhooks as Standard Webhooks defines them: github.com/standard-webhooks/standard-webhooks."""

import base64
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
# Of the recommended 24 to 64 bytes.
_SECRET_BYTES = 32


def new_secret() -> str:
    """A signing secret for one endpoint."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(event_id: str, timestamp: int, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """The headers of a delivery. `timestamp` is in seconds since 1970. There is a signature for each of the secrets."""
    signatures = " ".join(f"v1,{_signature(key, event_id, timestamp, body)}" for key in keys)
    return {"webhook-id": event_id, "webhook-timestamp": str(timestamp), "webhook-signature": signatures}


def _signature(key: str, event_id: str, timestamp: int, body: bytes) -> str:
    signed = b".".join((event_id.encode(), str(timestamp).encode(), body))
    digest = hmac.digest(base64.b64decode(key.removeprefix(PREFIX)), signed, "sha256")
    return base64.b64encode(digest).decode()
