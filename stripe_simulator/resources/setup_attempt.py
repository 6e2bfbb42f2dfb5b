"""Setup attempts: what came of each try to keep a card."""

from stripe_simulator.call import Call
from stripe_simulator.ids import new_id
from stripe_simulator.resources.charge import three_d_secure
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.store import Json

KIND = "setup_attempt"
CARD_FIELDS = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")


def begin(call: Call, setup: Json, method: Json) -> None:
    """A new attempt; the intent points to it. One that still waited for the bank is abandoned."""
    before = call.store.find(call.realm, KIND, setup["latest_attempt"] or "")
    if before and before["status"] == "requires_action":
        call.save(before | {"status": "abandoned"})
    attempt = call.save(
        {
            "id": new_id("setatt", call.realm.account.id),
            "object": KIND,
            "application": None,
            "created": call.now,
            "customer": setup["customer"],
            "customer_account": None,
            "flow_directions": None,
            "livemode": call.realm.livemode,
            "on_behalf_of": None,
            "payment_method": method["id"],
            "payment_method_details": details(method),
            "setup_error": None,
            "setup_intent": setup["id"],
            "status": "processing",
            "usage": setup["usage"],
        }
    )
    setup["latest_attempt"] = attempt["id"]


def details(method: Json) -> Json:
    card = method["card"]
    own = {"network": card["brand"], "three_d_secure": None, "wallet": None}
    return {"type": "card", "card": {**{name: card[name] for name in CARD_FIELDS}, **own}}


def go_on(call: Call, setup: Json, status: str, error: Json | None = None) -> None:
    """The attempt's status follows the intent's: requires_action, succeeded or failed."""
    attempt = call.get(KIND, setup["latest_attempt"])
    if status == "succeeded" and attempt["status"] == "requires_action":
        attempt["payment_method_details"]["card"]["three_d_secure"] = {
            name: value for name, value in three_d_secure().items() if name != "exemption_indicator"
        }
    attempt.update(status=status, setup_error=error)
    call.save(attempt)


def listed(call: Call) -> Json:
    """The attempts of one setup intent; `setup_intent` is required."""
    found = matching(call.store.all(call.realm, KIND), call, "setup_intent")
    return page(call, found, "/v1/setup_attempts")
