"""Events in the shape of an older API version, as `GET /v1/events` returns them to an account with such a default.

Invoices and subscriptions changed in 2025-03-31.basil, payment intents in 2022-11-15 (docs.stripe.com/upgrades).
"""

import json
from typing import Any

from stripe_simulator import indexes
from stripe_simulator.store import Json, Store, public_fields

BASIL = "2025-03-31"
WITHOUT_CHARGES = "2022-11-15"
NEW_IN_BASIL = ("parent", "payments", "confirmation_secret", "total_taxes")
# Since this version an invoice has the metadata of its subscription.
WITH_SUBSCRIPTION_DETAILS = "2023-08-16"


def render(store: Store, event: Json, version: str) -> Json:
    """Return the event with its object and previous attributes in the shape of `version`, a date."""
    data = event["data"]
    kind = data["object"]["object"]
    rendered = {"object": render_object(store, kind, data["object"], version)}
    if "previous_attributes" in data:
        rendered["previous_attributes"] = data["previous_attributes"]
    return event | {"api_version": version, "data": rendered}


def render_object(store: Store, kind: str, obj: Json, version: str) -> Json:
    if kind == "invoice" and version < BASIL:
        return invoice(store, obj, version)
    if kind == "subscription" and version < BASIL:
        return subscription(obj)
    if kind == "payment_intent" and version < WITHOUT_CHARGES:
        return payment_intent(store, obj)
    return obj


def invoice(store: Store, obj: Json, version: str) -> Json:
    """`subscription`, `payment_intent` and `charge` at the top; no `parent`."""
    details = (obj["parent"] or {}).get("subscription_details") or {}
    payment = find(store, obj["id"], "invoice_payment", "invoice")
    taxes = obj["total_taxes"]
    intent = ((payment or {}).get("payment") or {}).get("payment_intent")
    old = {name: value for name, value in obj.items() if name not in NEW_IN_BASIL}
    old |= {"subscription": details.get("subscription"), "payment_intent": intent, "paid": obj["status"] == "paid"}
    old |= {"total_tax_amounts": tax_amounts(taxes), "tax": sum(one["amount"] for one in taxes) if taxes else None}
    old["charge"] = (by_id(store, intent) or {}).get("latest_charge")
    if version >= WITH_SUBSCRIPTION_DETAILS:
        old["subscription_details"] = {"metadata": details.get("metadata")}
    old["lines"] = obj["lines"] | {"data": [line(one) for one in obj["lines"]["data"]]}
    return old


def tax_amounts(taxes: list[Json]) -> list[Json]:
    """Taxes as they were called before `taxes` and `total_taxes`."""
    return [
        {
            "amount": one["amount"],
            "inclusive": one["tax_behavior"] == "inclusive",
            "tax_rate": one["tax_rate_details"]["tax_rate"],
            "taxability_reason": one["taxability_reason"],
            "taxable_amount": one["taxable_amount"],
        }
        for one in taxes
    ]


def line(obj: Json) -> Json:
    """`subscription` and `subscription_item` at the top of an invoice's line; no `parent`."""
    details = (obj.get("parent") or {}).get("subscription_item_details") or {}
    old = {name: value for name, value in obj.items() if name not in ("parent", "pricing", "taxes")}
    return old | {
        "type": "subscription",
        "tax_amounts": tax_amounts(obj.get("taxes") or []),
        "subscription": details.get("subscription"),
        "subscription_item": details.get("subscription_item"),
        "proration": details.get("proration", False),
    }


def subscription(obj: Json) -> Json:
    """The period at the top, not at the items."""
    names = ("current_period_start", "current_period_end")
    items = obj["items"]["data"]
    period = {name: items[0][name] for name in names if items}
    data = [{name: value for name, value in item.items() if name not in names} for item in items]
    return obj | period | {"items": obj["items"] | {"data": data}}


def payment_intent(store: Store, obj: Json) -> Json:
    """A list of `charges`, not `latest_charge`."""
    old = {name: value for name, value in obj.items() if name != "latest_charge"}
    charge = by_id(store, obj["latest_charge"])
    url = f"/v1/charges?payment_intent={obj['id']}"
    charges = {"object": "list", "data": [charge] if charge else [], "has_more": False, "url": url}
    return old | {"charges": charges}


def by_id(store: Store, id_: str | None) -> Json | None:
    return one(store, "SELECT body FROM object WHERE id = ?", id_ or "")


def find(store: Store, id_: str, kind: str, field: str) -> Json | None:
    return one(
        store,
        f"SELECT body FROM object WHERE kind = '{kind}' AND {indexes.field(field)} = ? ORDER BY seq LIMIT 1",  # noqa: S608
        id_,
    )


def one(store: Store, query: str, *values: Any) -> Json | None:
    with store.lock:
        row = store.db.execute(query, values).fetchone()
    return public_fields(json.loads(row[0])) if row else None
