"""Creates the draft invoice of a subscription's billing period."""

from stripe_simulator import currencies
from stripe_simulator.api.call import Call
from stripe_simulator.ids import new_id
from stripe_simulator.resources.billing import discount, invoice_extras, invoice_tax
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = "invoice"


def create_draft(call: Call, subscription: Json, reason: str, previous: tuple[int, int]) -> Json:
    """Create a draft for the items' current periods, less discounts, with taxes, and emit `invoice.created`.

    `reason` is Stripe's `billing_reason`; `previous` is the period that has just ended, which Stripe shows on the
    invoice.
    """
    invoice = build(call, subscription, reason, previous)
    trial = subscription["status"] == "trialing"
    lines = [line_item(call, invoice, item, trial=trial) for item in subscription["items"]["data"]]
    if reason == "subscription_create":
        lines += invoice_extras.lines(call, invoice, subscription)
    invoice["lines"]["data"] = lines
    invoice["subtotal"] = sum(one["amount"] for one in lines)
    total = invoice_tax.apply(invoice, subscription, discount.apply(call, subscription, invoice))
    invoice.update(dict.fromkeys(("amount_due", "amount_remaining", "total"), total))
    events.emit(call, "invoice.created", call.save(invoice))
    return invoice


def build(call: Call, subscription: Json, reason: str, previous: tuple[int, int]) -> Json:
    id_ = new_id("in", call.realm.account.id)
    return {
        "id": id_,
        "object": KIND,
        **customer_fields(call, subscription["customer"]),
        **empty_fields(),
        "account_country": call.realm.account.country,
        "account_name": call.realm.account.name,
        "auto_advance": True,
        "automatic_tax": dict.fromkeys(["disabled_reason", "liability", "provider", "status"]) | {"enabled": False},
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": call.now,
        "currency": subscription["currency"],
        "issuer": {"type": "self"},
        "lines": {"object": "list", "data": [], "has_more": False, "url": f"/v1/invoices/{id_}/lines"},
        "livemode": call.realm.livemode,
        "metadata": {},
        "parent": {
            "quote_details": None,
            "subscription_details": {"metadata": subscription["metadata"], "subscription": subscription["id"]},
            "type": "subscription_details",
        },
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": subscription["payment_settings"]["payment_method_types"],
        },
        "period_start": previous[0],
        "period_end": previous[1],
        "test_clock": call.test_clock,
    }


def customer_fields(call: Call, id_: str) -> Json:
    """Copy the customer's current data to the invoice."""
    customer = call.get("customer", id_)
    return {
        "customer": id_,
        "customer_account": None,
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [],
    } | {f"customer_{name}": customer[name] for name in ("address", "email", "name", "phone")}


def empty_fields() -> Json:
    """Return the fields that are empty on a draft."""
    empty = """account_tax_ids application automatically_finalizes_at custom_fields default_payment_method
        default_source description due_date effective_at ending_balance footer from_invoice
        hosted_invoice_url invoice_pdf last_finalization_error latest_revision next_payment_attempt
        number on_behalf_of receipt_number rendering shipping_cost shipping_details
        statement_descriptor webhooks_delivered_at""".split()
    zero = """amount_overpaid amount_paid amount_shipping attempt_count post_payment_credit_notes_amount
        pre_payment_credit_notes_amount starting_balance""".split()
    lists = """default_tax_rates discounts total_discount_amounts total_pretax_credit_amounts total_taxes""".split()
    transitions = ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
    return {
        **dict.fromkeys(empty),
        **dict.fromkeys(zero, 0),
        **{name: [] for name in lists},
        "attempted": False,
        "status": "draft",
        "status_transitions": dict.fromkeys(transitions),
    }


def line_item(call: Call, invoice: Json, item: Json, *, trial: bool) -> Json:
    """Return the line for one item and its current period; a trial, tiered and metered items are free."""
    price, quantity = item["price"], item.get("quantity", 0)
    amount = 0 if trial else (price["unit_amount"] or 0) * quantity
    return {
        "id": new_id("il", call.realm.account.id),
        "object": "line_item",
        "amount": amount,
        "currency": invoice["currency"],
        "description": line_description(call, price, quantity, trial=trial),
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice["id"],
        "livemode": call.realm.livemode,
        "metadata": invoice["parent"]["subscription_details"]["metadata"],
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": item["subscription"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"start": item["current_period_start"], "end": item["current_period_end"]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": "0" if trial else price["unit_amount_decimal"],
        },
        "quantity": quantity,
        "subtotal": amount,
        "taxes": [],
        "_tax_rates": item["tax_rates"],
    }


def line_description(call: Call, price: Json, quantity: int, *, trial: bool) -> str:
    """Return Stripe's description of a line: `1 × Course (at €19.90 / month)`."""
    found = call.store.find(call.realm, "product", price["product"])
    name = found["name"] if found else price["product"]
    if trial:
        return f"Trial period for {name}"
    each = currencies.format_amount(price["unit_amount"] or 0, price["currency"]).split()[0]
    recurring = price["recurring"]
    count = recurring["interval_count"]
    every = f"/ {recurring['interval']}" if count == 1 else f"every {count} {recurring['interval']}s"
    return f"{quantity} × {name} (at {each} {every})"
