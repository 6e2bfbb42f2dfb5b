"""Rules for what people change in Stripe's dashboard without the shop: items, invoices, cards, schedules."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.histories.common_rules import which
from tests.histories.subscription_stripe_rules import SubscriptionStripeRules

CHANGED_ITEMS: tuple[list[dict[str, object]], ...] = (
    [{"unit_amount": 4999}],
    [{"quantity": 3}],
    [{"interval": "month", "interval_count": 3}],
    [{}, {"unit_amount": 700}],
    [{"usage_type": "metered"}],
)


class DashboardRules(SubscriptionStripeRules):
    """What the shop has promised or shows, and only Stripe holds."""

    @rule(which=which, items=st.sampled_from(CHANGED_ITEMS))
    @precondition(lambda self: self.secrets)
    def the_items_are_changed_at_stripe(self, which: int, items: list[dict[str, object]]) -> None:
        """Stripe changes nothing about a subscription that has ended."""
        subscription = self.subscription(which)
        if subscription is None:
            return
        theirs = self.shop.stripe_objects().subscriptions[subscription.subscription_id]
        if theirs["status"] not in ("canceled", "incomplete_expired"):
            self.shop.control(f"subscriptions/{subscription.subscription_id}/items", items=items)

    @rule(which=which, first=st.booleans(), ends=st.sampled_from(["", "declines"]))
    @precondition(lambda self: self.secrets)
    def an_invoice_is_paid_outside_of_stripe(self, which: int, first: bool, ends: str) -> None:
        """The newest open invoice; with `ends`, a declined renewal comes before it. `first` allows a first invoice."""
        if ends:
            self.a_period_ends(which, ends)
        subscription = self.subscription(which)
        theirs = self.shop.stripe_objects()
        for invoice in reversed(theirs.invoices.values()) if subscription is not None else ():
            mine = theirs.subscription_of(invoice) == subscription.subscription_id  # type: ignore[union-attr]
            allowed = first or invoice["billing_reason"] != "subscription_create"
            if mine and allowed and invoice["status"] == "open":
                self.shop.dashboard("POST", f"invoices/{invoice['id']}/pay", paid_out_of_band="true")
                return

    @rule(which=which, renews=st.booleans())
    @precondition(lambda self: self.secrets)
    def the_saved_card_is_removed_at_stripe(self, which: int, renews: bool) -> None:
        subscription = self.subscription(which)
        if subscription is None:
            return
        card = self.shop.stripe_objects().subscriptions[subscription.subscription_id]["default_payment_method"]
        if card:
            self.shop.dashboard("POST", f"payment_methods/{card}/detach")
        if renews:
            self.a_period_ends(which, "")

    @rule(control=st.sampled_from(["refunds", "disputes"]), broken=st.booleans())
    @precondition(lambda self: self.secrets)
    def a_renewal_that_the_shop_does_not_know_is_refunded(self, control: str, broken: bool) -> None:
        """With `broken`, Stripe fails while the shop handles the events."""
        subscription = self.subscription(0)
        if subscription is None:
            return
        self.a_period_ends(0, "succeeds")
        stripe = self.shop.stripe_objects()
        theirs = stripe.subscriptions[subscription.subscription_id]
        for invoice in list(stripe.invoices_of(theirs))[-1:]:
            # An invoice of 0, as of a metered item without usage, has no payment.
            self.shop.control(control, payment_intent=invoice.get("_payment_intent", ""))
        if broken:
            self.shop.control("faults", kind="error_before", path="/v1/subscriptions/*", times=1000)
        self.shop.deliver_webhooks()
        self.shop.run_worker()
        self.shop.control("faults", "DELETE")

    @rule(
        how=st.sampled_from(["release", "release", "keep its end", "edit", "cancel"]),
        renewals=st.sampled_from([0, 3, 3]),
    )
    @precondition(lambda self: self.secrets and self.sells_plans)
    def the_schedule_of_a_plan_is_changed_at_stripe(self, how: str, renewals: int) -> None:
        """The shop hears of it before the next installment, as it has days for that."""
        subscription = self.subscription(0)
        if subscription is None:
            return
        self.ensure_schedule(subscription)
        schedule = self.shop.stripe_objects().subscriptions[subscription.subscription_id]["schedule"]
        path, form = {
            "release": ("/release", {}),
            "keep its end": ("/release", {"preserve_cancel_date": "true"}),
            "edit": ("", {"end_behavior": "release"}),
            "cancel": ("/cancel", {}),
        }[how]
        self.shop.dashboard("POST", f"subscription_schedules/{schedule}{path}", **form)
        self.shop.clear_faults()
        self.shop.deliver_webhooks()
        self.shop.run_worker()
        self.shop.reconcile()
        for _ in range(renewals):
            self.a_period_ends_with_webhooks("")
