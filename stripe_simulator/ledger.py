"""Totals of all money received, refunded and disputed, for comparison with a shop's own totals."""

from collections import defaultdict

from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from stripe_simulator.store import Json, Store, public_fields

# Dispute statuses in which the buyer's bank holds the money.
WITHDRAWN = ("needs_response", "under_review", "lost")


def entries(store: Store) -> list[Json]:
    """Return one entry per account and mode with payments; amounts in minor units of each payment's currency:

    `{"account", "name", "livemode", "payments": [{"payment_intent", "status", "currency", "metadata", "amount",
    "amount_received", "amount_refunded", "amount_refund_pending", "amount_disputed"}]}`, oldest payment first.
    An invoice's payment also has "invoice", "subscription" and "subscription_metadata".
    """
    with store.transaction():
        found = [
            {
                "account": account.id,
                "name": account.name,
                "livemode": livemode,
                "payments": payment_entries(store, Realm(account, livemode)),
            }
            for account in accounts.ACCOUNTS
            for livemode in (False, True)
        ]
    return [one for one in found if one["payments"]]


def balances(store: Store) -> list[Json]:
    """Return one entry per account and mode with a balance: `{"account", "livemode", "currency", "transactions",
    "payouts"}`, both oldest first. A transaction has its `payout`, "" while none contains it. Amounts in minor units.
    """
    with store.transaction():
        found = [
            {
                "account": account.id,
                "livemode": livemode,
                "currency": account.currency,
                "transactions": [
                    public_fields(one) | {"payout": one["_payout"]}
                    for one in reversed(store.all(Realm(account, livemode), "balance_transaction"))
                ],
                "payouts": list(reversed(store.all(Realm(account, livemode), "payout"))),
            }
            for account in accounts.ACCOUNTS
            for livemode in (False, True)
        ]
    return [one for one in found if one["transactions"]]


def payment_entries(store: Store, realm: Realm) -> list[Json]:
    refunded = sums_by_payment(store, realm, "refund", ("succeeded",))
    pending = sums_by_payment(store, realm, "refund", ("pending",))
    dispute_reason = sums_by_payment(store, realm, "dispute", WITHDRAWN)
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
            "amount_disputed": dispute_reason[one["id"]],
        }
        | invoice_fields(store, realm, one)
        for one in reversed(store.all(realm, "payment_intent"))
    ]


def invoice_fields(store: Store, realm: Realm, payment: Json) -> Json:
    """Return the invoice and subscription of a payment; the payment's own metadata are empty."""
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


def sums_by_payment(store: Store, realm: Realm, kind: str, statuses: tuple[str, ...]) -> dict[str, int]:
    """Sum the refunds or disputes in these statuses per payment intent, in minor units."""
    found: dict[str, int] = defaultdict(int)
    for one in store.all(realm, kind):
        if one["status"] in statuses:
            found[one["payment_intent"]] += one["amount"]
    return found
