"""One-off lines of a subscription's first invoice: `add_invoice_items`."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.ids import new_id, random_characters
from stripe_simulator.resources.billing import tax_rate
from stripe_simulator.store import Json

KNOWN = frozenset({"price_data", "quantity", "tax_rates"})
KNOWN_PRICE = frozenset({"currency", "product", "unit_amount"})


def check(call: Call, currency: str) -> None:
    """Check the parameter before anything is created. Raises StripeError 400."""
    for index, given in enumerate(call.params.get("add_invoice_items") or []):
        param = f"add_invoice_items[{index}]"
        price = given.get("price_data") or {}
        for name in sorted((given.keys() - KNOWN) | (price.keys() - KNOWN_PRICE)):
            raise invalid(f"The simulator does not know what {param}[{name}] does yet.", param=f"{param}[{name}]")
        call.get("product", price.get("product", ""), param=f"{param}[price_data][product]")
        if str(price.get("currency", "")).lower() != currency:
            message = "The currency of an invoice item must be that of the subscription."
            raise invalid(message, param=f"{param}[price_data][currency]")
        if not isinstance(price.get("unit_amount"), int) or price["unit_amount"] < 0:
            raise invalid("Invalid non-negative integer", param=f"{param}[price_data][unit_amount]")
        tax_rate.requested(call, given.get("tax_rates"), [], f"{param}[tax_rates]")


def lines(call: Call, invoice: Json, subscription: Json) -> list[Json]:
    """Return a line for each."""
    return [_line(call, invoice, subscription, given) for given in call.params.get("add_invoice_items") or []]


def _line(call: Call, invoice: Json, subscription: Json, given: Json) -> Json:
    price, quantity = given["price_data"], given.get("quantity", 1)
    amount = price["unit_amount"] * quantity
    return {
        "id": new_id("il", call.realm.account.id),
        "object": "line_item",
        "amount": amount,
        "currency": invoice["currency"],
        "description": call.get("product", price["product"])["name"],
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice["id"],
        "livemode": call.realm.livemode,
        "metadata": {},
        "parent": {
            "invoice_item_details": {
                "invoice_item": f"ii_{random_characters(24)}",
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": subscription["id"],
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        },
        "period": {"start": call.now, "end": call.now},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": f"price_{random_characters(24)}", "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": quantity,
        "subtotal": amount,
        "taxes": [],
        "_tax_rates": tax_rate.requested(call, given.get("tax_rates"), [], "add_invoice_items[tax_rates]"),
    }
