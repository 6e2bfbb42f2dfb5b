"""Invoice payments: which payment intent pays which invoice. The invoice and the intent no longer say so themselves."""

from stripe_simulator.api.call import Call
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.store import Json

KIND = "invoice_payment"


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def list_all(call: Call) -> Json:
    """Filters: invoice, status, payment[type] with payment[payment_intent], created."""
    payment = {f"payment.{name}": value for name, value in (call.param("payment") or {}).items()}
    return paginate_stored(call, KIND, "/v1/invoice_payments", "invoice", "status", equal=payment)


def list_of_invoice(call: Call, invoice: Json) -> Json:
    """Return the list of payments that an expanded invoice contains."""
    found = call.store.where(call.realm, KIND, "invoice", invoice["id"])
    url = f"/v1/invoice_payments?invoice={invoice['id']}"
    return {"object": "list", "data": found[:10], "has_more": len(found) > 10, "url": url}


def confirmation_secret(call: Call, invoice: Json) -> Json | None:
    """Return the secret that lets a browser pay the invoice, or None if nothing is due."""
    payment = call.store.find(call.realm, "payment_intent", invoice.get("_payment_intent") or "")
    return {"client_secret": payment["client_secret"], "type": "payment_intent"} if payment else None
