"""Calls of the simulator's control endpoints."""

from typing import Any

import requests

from tests.simulator.shop import Shop


def post_control(shop: Shop, control: str, expected: int = 200, **body: Any) -> dict[str, Any]:
    """Send JSON to `POST /simulator/<control>`, check the status and return the response."""
    response = requests.post(f"{shop.url}/simulator/{control}", json=body, timeout=20)
    assert response.status_code == expected, response.text
    return dict(response.json())


def advance(shop: Shop) -> list[str]:
    """Run all delayed actions; return their names."""
    return [one["what"] for one in post_control(shop, "advance")["happened"]]


def ledger_totals(shop: Shop) -> dict[str, tuple[int, int, int]]:
    """Return received, refunded and disputed amounts per payment intent of this account and mode."""
    rows = requests.get(f"{shop.url}/simulator/ledger", timeout=20).json()["data"]
    own = [one for one in rows if (one["account"], one["livemode"]) == (shop.account.id, shop.mode == "live")]
    return {
        one["payment_intent"]: (one["amount_received"], one["amount_refunded"], one["amount_disputed"])
        for row in own
        for one in row["payments"]
    }
