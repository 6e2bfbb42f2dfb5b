"""The invoice of a subscription's period, while it is a draft."""

from stripe_simulator import currencies, events
from stripe_simulator.call import Call
from stripe_simulator.ids import new_id
from stripe_simulator.store import Json

KIND = "invoice"


def of_subscription(call: Call, subscription: Json, reason: str, previous: tuple[int, int]) -> Json:
    """A draft for the items' current periods, emitted as `invoice.created`.

    `reason` is Stripe's `billing_reason`; `previous` is the period that has just ended, which the invoice itself names.
    """
    invoice = blank(call, subscription, reason, previous)
    trial = subscription["status"] == "trialing"
    lines = [line(call, invoice, item, trial=trial) for item in subscription["items"]["data"]]
    invoice["lines"]["data"] = lines
    total = sum(one["amount"] for one in lines)
    totals = ("amount_due", "amount_remaining", "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax")
    invoice.update(dict.fromkeys(totals, total))
    events.emit(call, "invoice.created", call.save(invoice))
    return invoice


def blank(call: Call, subscription: Json, reason: str, previous: tuple[int, int]) -> Json:
    id_ = new_id("in", call.realm.account.id)
    return {
        "id": id_,
        "object": KIND,
        **of_customer(call, subscription["customer"]),
        **nothing_yet(),
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


def of_customer(call: Call, id_: str) -> Json:
    """The customer's own data, as it is now."""
    customer = call.get("customer", id_)
    return {
        "customer": id_,
        "customer_account": None,
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [],
    } | {f"customer_{name}": customer[name] for name in ("address", "email", "name", "phone")}


def nothing_yet() -> Json:
    """What a draft doesn't have."""
    empty = """account_tax_ids application automatically_finalizes_at custom_fields default_payment_method
        default_source description due_date effective_at ending_balance footer from_invoice
        hosted_invoice_url invoice_pdf last_finalization_error latest_revision next_payment_attempt
        number on_behalf_of receipt_number rendering shipping_cost shipping_details
        statement_descriptor webhooks_delivered_at""".split()
    zero = """amount_overpaid amount_paid amount_shipping attempt_count post_payment_credit_notes_amount
        pre_payment_credit_notes_amount starting_balance""".split()
    lists = """default_tax_rates discounts total_discount_amounts total_pretax_credit_amounts total_taxes""".split()
    moments = ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
    return {
        **dict.fromkeys(empty),
        **dict.fromkeys(zero, 0),
        **{name: [] for name in lists},
        "attempted": False,
        "status": "draft",
        "status_transitions": dict.fromkeys(moments),
    }


def line(call: Call, invoice: Json, item: Json, *, trial: bool) -> Json:
    """One item for its current period; a trial costs nothing."""
    price, quantity = item["price"], item["quantity"]
    amount = 0 if trial else price["unit_amount"] * quantity
    return {
        "id": new_id("il", call.realm.account.id),
        "object": "line_item",
        "amount": amount,
        "currency": invoice["currency"],
        "description": described(call, price, quantity, trial=trial),
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
    }


def described(call: Call, price: Json, quantity: int, *, trial: bool) -> str:
    """`1 × Course (at €19.90 / month)`: the words Stripe makes for a line."""
    found = call.store.find(call.realm, "product", price["product"])
    name = found["name"] if found else price["product"]
    if trial:
        return f"Trial period for {name}"
    each = currencies.in_words(price["unit_amount"], price["currency"]).split()[0]
    recurring = price["recurring"]
    count = recurring["interval_count"]
    every = f"/ {recurring['interval']}" if count == 1 else f"every {count} {recurring['interval']}s"
    return f"{quantity} × {name} (at {each} {every})"
