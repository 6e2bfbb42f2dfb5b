"""The money the simulated Stripe took and gave back: what a shop's own sums are compared with."""

from collections import defaultdict

from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from stripe_simulator.store import Json, Store

# While a dispute is in one of these the money is with the buyer's bank.
WITHDRAWN = ("needs_response", "under_review", "lost")


def of(store: Store) -> list[Json]:
    """One entry per account and mode that has payments; amounts in minor units of each payment's currency:

    `{"account", "name", "livemode", "payments": [{"payment_intent", "status", "currency", "metadata", "amount",
    "amount_received", "amount_refunded", "amount_refund_pending", "amount_disputed"}]}`, oldest payment first.
    A payment of an invoice has "invoice", "subscription" and "subscription_metadata" too.
    """
    with store.transaction():
        found = [
            {
                "account": account.id,
                "name": account.name,
                "livemode": livemode,
                "payments": payments(store, Realm(account, livemode)),
            }
            for account in accounts.ACCOUNTS
            for livemode in (False, True)
        ]
    return [one for one in found if one["payments"]]


def payments(store: Store, realm: Realm) -> list[Json]:
    refunded = sums(store, realm, "refund", ("succeeded",))
    pending = sums(store, realm, "refund", ("pending",))
    disputed = sums(store, realm, "dispute", WITHDRAWN)
    return [
        {
            "payment_intent": one["id"],
            "status": one["status"],
            "currency": one["currency"],
            "metadata": one["metadata"],
            "amount": one["amount"],
            "amount_received": one["amount_received"],
            "amount_refunded": refunded[one["id"]],
            "amount_refund_pending": pending[one["id"]],
            "amount_disputed": disputed[one["id"]],
        }
        | of_invoice(store, realm, one)
        for one in reversed(store.all(realm, "payment_intent"))
    ]


def of_invoice(store: Store, realm: Realm, payment: Json) -> Json:
    """What an invoice's payment is for: its own metadata are empty."""
    invoice = store.find(realm, "invoice", payment.get("_invoice") or "")
    if invoice is None:
        return {}
    subscription_id = invoice["parent"]["subscription_details"]["subscription"]
    subscription = store.find(realm, "subscription", subscription_id) or {"metadata": {}}
    return {
        "invoice": invoice["id"],
        "subscription": subscription_id,
        "subscription_metadata": subscription["metadata"],
    }


def sums(store: Store, realm: Realm, kind: str, statuses: tuple[str, ...]) -> dict[str, int]:
    """Amounts of refunds or disputes in these statuses, per payment intent."""
    found: dict[str, int] = defaultdict(int)
    for one in store.all(realm, kind):
        if one["status"] in statuses:
            found[one["payment_intent"]] += one["amount"]
    return found
