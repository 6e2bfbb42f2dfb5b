"""The simulator's controls, as tests press them."""

from typing import Any

import requests

from tests.simulator.shop import Shop


def steer(shop: Shop, control: str, expected: int = 200, **body: Any) -> dict[str, Any]:
    """`POST /simulator/<control>` with JSON; the answer."""
    response = requests.post(f"{shop.url}/simulator/{control}", json=body, timeout=20)
    assert response.status_code == expected, response.text
    return dict(response.json())


def advance(shop: Shop) -> list[str]:
    """Lets what would happen later happen; what it was."""
    return [one["what"] for one in steer(shop, "advance")["happened"]]


def money(shop: Shop) -> dict[str, tuple[int, int, int]]:
    """Payment intent → received, refunded, disputed, of this account and mode."""
    rows = requests.get(f"{shop.url}/simulator/ledger", timeout=20).json()["data"]
    own = [one for one in rows if (one["account"], one["livemode"]) == (shop.account.id, shop.mode == "live")]
    return {
        one["payment_intent"]: (one["amount_received"], one["amount_refunded"], one["amount_disputed"])
        for row in own
        for one in row["payments"]
    }
