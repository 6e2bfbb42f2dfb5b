"""Rules for what happens to subscriptions at Stripe."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import db
from storefront.models import Invoice, Payment, Subscription
from tests.histories.common_rules import DAY, HOUR, MINUTE, which
from tests.histories.subscription_steps import SubscriptionSteps


class SubscriptionStripeRules(SubscriptionSteps):
    """Periods end, money goes back, and people cancel or pay in Stripe's dashboard."""

    @rule(which=which, card=st.sampled_from(["", "", "succeeds", "declines", "asks"]))
    @precondition(lambda self: self.secrets)
    def a_period_ends(self, which: int, card: str) -> None:
        """Begin the next period; `card` changes what the card does from now on."""
        subscription = self.subscription(which)
        if subscription is not None:
            self.ensure_schedule(subscription)
            more = {"card": card} if card else {}
            self.shop.control(f"subscriptions/{subscription.subscription_id}/renew", **more)

    @rule(card=st.sampled_from(["", "succeeds", "declines", "asks"]))
    @precondition(lambda self: self.secrets)
    def a_period_ends_with_webhooks(self, card: str) -> None:
        """The most common sequence for a renewal."""
        self.a_period_ends(0, card)
        self.shop.deliver_webhooks()
        self.shop.run_worker()

    @rule(which=which, what=st.sampled_from(["cancel", "cancel", "pause", "end", "void", "write off", "pay", "charge"]))
    @precondition(lambda self: self.secrets)
    def something_is_done_at_stripe(self, which: int, what: str) -> None:
        subscription = self.subscription(which)
        if subscription is None:
            return
        path = f"subscriptions/{subscription.subscription_id}"
        if what == "cancel":
            self.shop.dashboard("DELETE", path)
        elif what == "pause":
            self.shop.dashboard("POST", path, **{"pause_collection[behavior]": "void"})
        elif what == "end":
            self.shop.dashboard("POST", path, cancel_at_period_end="true")
        else:
            verb = {"write off": "mark_uncollectible", "charge": "pay"}.get(what, what)
            if what == "charge":
                self.shop.control(f"subscriptions/{subscription.subscription_id}/card", card="succeeds")
            with db.connection():
                invoices = [one.invoice_id for one in Invoice.all_of(subscription) if not one.is_first]
            for id_ in invoices[:1]:
                self.shop.dashboard("POST", f"invoices/{id_}/{verb}")

    @rule(which=which, control=st.sampled_from(["refunds", "disputes", "advance"]))
    @precondition(lambda self: self.secrets)
    def money_goes_back_at_stripe(self, which: int, control: str) -> None:
        with db.connection():
            paid = [one.intent_id for one in Payment.select().order_by(-Payment.id) if one.kind != "setup"]
        for intent in paid[which : which + 1]:
            self.shop.control(control, payment_intent=intent)

    @rule(seconds=st.sampled_from([MINUTE, 20 * MINUTE, 2 * HOUR, 23 * HOUR + MINUTE, 2 * DAY, 8 * DAY]))
    def time_goes_by(self, seconds: int) -> None:
        if seconds >= DAY:
            with db.connection():
                plans = list(Subscription.select().where(Subscription.instalments > 0))
            for plan in plans:
                self.ensure_schedule(plan)
        self.shop.advance_clock(seconds)
