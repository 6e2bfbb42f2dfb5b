"""Olena's subscriptions and related objects in the simulator's store, read without its API."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from stripe_simulator.store import Store

Json = dict[str, Any]
# Statuses of a subscription that delivers; a trial needs a saved card, too.
RUNNING = frozenset({"active", "past_due", "unpaid", "paused"})


@dataclass(frozen=True)
class StripeObjects:
    """Objects at Stripe by ID, oldest first."""

    subscriptions: dict[str, Json]
    invoices: dict[str, Json]
    intents: dict[str, Json]
    cards: dict[str, Json]
    discounts: dict[str, Json]

    @classmethod
    def of(cls, store: Store, *of: accounts.Account) -> "StripeObjects":
        """Those of these accounts in test mode; by default Olena's."""
        realms = [Realm(account, livemode=False) for account in of or (accounts.OLENA,)]
        kinds = ("subscription", "invoice", "payment_intent", "payment_method", "discount")
        found = {kind: [one for realm in realms for one in reversed(store.all(realm, kind))] for kind in kinds}
        return cls(*({one["id"]: one for one in found[kind]} for kind in kinds))

    def discount_of(self, subscription: Json) -> int:
        """What is taken off each later invoice."""
        return self._taken_off(subscription, "forever")

    def next_discount_of(self, subscription: Json) -> int:
        """What is taken off the next invoice alone."""
        return self._taken_off(subscription, "once")

    def _taken_off(self, subscription: Json, duration: str) -> int:
        coupons = [self.discounts[one]["_coupon"] for one in subscription["discounts"]]
        return sum(coupon["amount_off"] for coupon in coupons if coupon["duration"] == duration)

    def invoices_of(self, subscription: Json) -> list[Json]:
        return self._invoices_by_subscription[subscription["id"]]

    @cached_property
    def _invoices_by_subscription(self) -> defaultdict[str, list[Json]]:
        found = defaultdict[str, list[Json]](list)
        for invoice in self.invoices.values():
            found[self.subscription_of(invoice)].append(invoice)
        return found

    def subscription_of(self, invoice: Json) -> str:
        """The ID of an invoice's subscription."""
        return str(invoice["parent"]["subscription_details"]["subscription"])

    def delivers(self, subscription: Json) -> bool:
        """Whether the buyer gets what they bought: it is active, or a trial with a saved card."""
        has_card = bool(subscription["default_payment_method"])
        if subscription["pending_setup_intent"] and not has_card:
            return False
        return (subscription["status"] == "trialing" and has_card) or subscription["status"] in RUNNING

    def needs(self, subscription: Json, invoice: Json) -> str:
        """What the customer must do: "authentication" (3-D Secure), "card" (use another one), or "" (nothing)."""
        ended = subscription["status"] in ("canceled", "incomplete_expired")
        asked_back = subscription["cancellation_details"]["reason"] == "cancellation_requested"
        # The last installment of a finished plan may be open; nothing else is owed after the end.
        owed = not ended or ("schedule" in subscription and bool(subscription["schedule"]) and not asked_back)
        if invoice["status"] != "open" or invoice["billing_reason"] == "subscription_create" or not owed:
            return ""
        intent = self.intents[invoice["_payment_intent"]]
        failed = (intent["last_payment_error"] or {}).get("code")
        waits_for_bank = intent["status"] == "requires_action"
        if not waits_for_bank and (intent["status"] != "requires_payment_method" or not invoice["attempted"]):
            return ""
        asks_bank = waits_for_bank or failed == "payment_intent_authentication_failure"
        # A card that was removed can't be confirmed any more.
        return "authentication" if asks_bank and subscription["default_payment_method"] else "card"
