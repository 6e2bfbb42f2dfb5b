"""What the simulated Stripe itself has of Olena's subscriptions, read behind its API's back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from stripe_simulator.store import Store

Json = dict[str, Any]
# It has begun and not ended, a trial whose card was never given apart.
RUNNING = frozenset({"active", "past_due", "unpaid", "paused"})


@dataclass(frozen=True)
class AtStripe:
    """Objects as Stripe has them, by their ids, oldest first."""

    subscriptions: dict[str, Json]
    invoices: dict[str, Json]
    intents: dict[str, Json]
    cards: dict[str, Json]

    @classmethod
    def of(cls, store: Store) -> "AtStripe":
        realm = Realm(accounts.OLENA, livemode=False)
        kinds = ("subscription", "invoice", "payment_intent", "payment_method")
        return cls(*({one["id"]: one for one in reversed(store.all(realm, kind))} for kind in kinds))

    def invoices_of(self, subscription: Json) -> Iterator[Json]:
        for invoice in self.invoices.values():
            if invoice["parent"]["subscription_details"]["subscription"] == subscription["id"]:
                yield invoice

    def delivers(self, subscription: Json) -> bool:
        """Whether its buyer has what was bought: it runs, and if it is a trial, a card was given."""
        trial = subscription["status"] == "trialing" and bool(subscription["default_payment_method"])
        return trial or subscription["status"] in RUNNING

    def needs(self, subscription: Json, invoice: Json) -> str:
        """What the customer has to do: "authentication" (the bank asks), "card" (another one), "" nothing."""
        ended = subscription["status"] in ("canceled", "incomplete_expired")
        asked_back = subscription["cancellation_details"]["reason"] == "cancellation_requested"
        # Of a plan that came to its end the last instalment may be open; nothing else is owed after the end.
        owed = not ended or ("schedule" in subscription and bool(subscription["schedule"]) and not asked_back)
        if invoice["status"] != "open" or invoice["billing_reason"] == "subscription_create" or not owed:
            return ""
        intent = self.intents[invoice["_payment_intent"]]
        failed = (intent["last_payment_error"] or {}).get("code")
        if intent["status"] == "requires_action":
            return "authentication"
        if intent["status"] != "requires_payment_method" or not invoice["attempted"]:
            return ""
        return "authentication" if failed == "payment_intent_authentication_failure" else "card"
