"""Setup attempts: the result of each attempt to save a card."""

from stripe_simulator.api.call import Call
from stripe_simulator.ids import new_id
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.resources.payments.charge import three_d_secure
from stripe_simulator.store import Json

KIND = "setup_attempt"
CARD_FIELDS = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")


def begin(call: Call, setup: Json, method: Json) -> None:
    """Create an attempt and link it to the intent. An earlier one that waits for the bank is abandoned."""
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
            "payment_method_details": payment_method_details(method),
            "setup_error": None,
            "setup_intent": setup["id"],
            "status": "processing",
            "usage": setup["usage"],
        }
    )
    setup["latest_attempt"] = attempt["id"]


def payment_method_details(method: Json) -> Json:
    if method["type"] == "link":
        return {"type": "link", "link": {}}
    card = method["card"]
    own = {"network": card["brand"], "three_d_secure": None, "wallet": None}
    return {"type": "card", "card": {**{name: card[name] for name in CARD_FIELDS}, **own}}


def update_status(call: Call, setup: Json, status: str, error: Json | None = None) -> None:
    """Set the attempt's status: requires_action, succeeded or failed."""
    attempt = call.get(KIND, setup["latest_attempt"])
    details = attempt["payment_method_details"]
    if status == "succeeded" and attempt["status"] == "requires_action" and "card" in details:
        details["card"]["three_d_secure"] = {
            name: value for name, value in three_d_secure().items() if name != "exemption_indicator"
        }
    attempt.update(status=status, setup_error=error)
    call.save(attempt)


def list_all(call: Call) -> Json:
    """List the attempts of one setup intent; `setup_intent` is required."""
    return paginate_stored(call, KIND, "/v1/setup_attempts", "setup_intent")
