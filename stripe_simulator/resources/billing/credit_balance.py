"""The customer's credit balance: what a change gives back is in it, and the next invoice takes it.

Source: docs.stripe.com/billing/customer/balance. A negative `balance` is a credit of the customer.
"""

from stripe_simulator.api.call import Call
from stripe_simulator.store import Json


def show(call: Call, invoice: Json) -> Json:
    """Set what is due after the balance, without a change of the balance: drafts and previews."""
    starting = call.get("customer", invoice["customer"])["balance"]
    due = max(invoice["total"] + starting, 0)
    invoice.update(starting_balance=starting, amount_due=due, amount_remaining=due)
    return invoice


def take(call: Call, invoice: Json) -> None:
    """Take what is there for the invoice, or add what the invoice gives back."""
    show(call, invoice)
    customer = call.get("customer", invoice["customer"])
    customer["balance"] = min(invoice["total"] + customer["balance"], 0)
    invoice["ending_balance"] = customer["balance"]
    call.save(customer)


def give_back(call: Call, invoice: Json) -> None:
    """Return what a void invoice has taken."""
    taken = invoice["starting_balance"] - (invoice["ending_balance"] or 0)
    if taken:
        customer = call.get("customer", invoice["customer"])
        customer["balance"] += taken
        call.save(customer)
