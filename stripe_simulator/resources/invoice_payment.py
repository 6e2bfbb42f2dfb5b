"""Invoice payments: which payment intent pays which invoice. Neither of the two says so itself any more."""

from stripe_simulator.call import Call
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.store import Json

KIND = "invoice_payment"


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def listed(call: Call) -> Json:
    """Filters: invoice, status, payment[type] with payment[payment_intent], created."""
    found = matching(call.store.all(call.realm, KIND), call, "invoice", "status")
    for name, value in (call.given("payment") or {}).items():
        found = [one for one in found if one["payment"].get(name) == value]
    return page(call, found, "/v1/invoice_payments")


def of_invoice(call: Call, invoice: Json) -> Json:
    """The list that stands in an invoice when it is asked for."""
    found = [one for one in call.store.all(call.realm, KIND) if one["invoice"] == invoice["id"]]
    url = f"/v1/invoice_payments?invoice={invoice['id']}"
    return {"object": "list", "data": found[:10], "has_more": len(found) > 10, "url": url}


def confirmation_secret(call: Call, invoice: Json) -> Json | None:
    """What a browser needs to pay the invoice; nothing where nothing is due."""
    payment = call.store.find(call.realm, "payment_intent", invoice.get("_payment_intent") or "")
    return {"client_secret": payment["client_secret"], "type": "payment_intent"} if payment else None
