"""Rules for random histories of plan switches: what a page has shown is charged once, and access follows the plan."""

import re
from collections.abc import Iterator
from functools import partialmethod
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RULE_MARKER, initialize, precondition, rule

from storefront import db, delivery, settings
from storefront.delivery import DeliverableFields
from storefront.models import DeliverableKind, PriceOption
from storefront.offers import OptionFields
from tests.cards import ASKS, ASKS_ONCE, GOOD, SAVES_THEN_DECLINES
from tests.histories.common_rules import which
from tests.histories.subscription_rules import SubscriptionRules
from tests.histories.withdrawal_rules import DAYS
from tests.money import switch_checks

CARDS = (GOOD, GOOD, ASKS, ASKS_ONCE, SAVES_THEN_DECLINES)
LABELS = ("Basic", "Pro", "Yearly")
# The rules of other histories that happen here as well. The others would leave few steps for switches.
KEPT_RULES = frozenset(
    """
    stripe_has_a_fault stripe_recovers the_pending_crash_is_armed webhooks_change_delivery_mode webhooks_arrive
    the_worker_runs somebody_reconciles a_period_ends a_period_ends_with_webhooks something_is_done_at_stripe
    time_goes_by the_email_link_is_followed another_card_is_given the_buyer_cancels_or_keeps_it
    the_owner_changes_something somebody_subscribes somebody_presses_subscribe a_card_is_typed
    the_buyer_answers_the_bank somebody_comes_back somebody_presses_pay_on_the_orders_page somebody_withdraws
    the_owner_refunds_a_period the_saved_card_is_removed_at_stripe
    """.split()
)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class SwitchRules(SubscriptionRules):
    """An offer with three plans, each with a link of its own, and a subscriber who switches between them."""

    @initialize(
        card=st.sampled_from(CARDS),
        trial=st.sampled_from([0, 0, 0, 7]),
        plan=st.sampled_from(LABELS),
        switched=st.sampled_from(LABELS),
        interrupted=st.sampled_from([0, 0, *range(1, 20)]),
    )
    def the_shop_opens(  # type: ignore[override]
        self, card: str, trial: int, plan: str, switched: str, interrupted: int
    ) -> None:
        """Somebody has subscribed, and switches, perhaps with a crash on the way."""
        options = (
            OptionFields("options-0", "Pro", "30.00", kind="recurring", interval="week", trial_days=trial),
            OptionFields("options-1", "Yearly", "400.00", kind="recurring", interval="year", trial_days=trial),
        )
        self.merchant, self.offer = self.shop.reset(
            kind="recurring",
            interval="week",
            trial_days=trial,
            option_label="Basic",
            options=options,
            plan_switching=True,
            withdrawal_days=DAYS,
        )
        self.make_codes()
        with db.connection():
            self.plans = {one.label: one.id for one in PriceOption.of_offer(self.offer)}
            for label, option_id in self.plans.items():
                fields = DeliverableFields(label, url=f"https://example.com/{label}", option_id=option_id)
                delivery.add_deliverable(self.offer, DeliverableKind.LINK, fields)
            settings.save({"order_expiry_hours": 72})
        self.sells_plans = False
        self.shop.control("billing", afterwards="canceled", retry_days=[1, 2])
        option = str(self.plans[plan])
        self.press(f"/o/{self.offer.slug}/checkout", "Marko", visit="visit-of-Marko-0001", quantity="1", option=option)
        self.confirm(0, card)
        self.answer_challenge(0, "authorize")
        self.somebody_comes_back(0)
        self.shop.crash_injector.arm(interrupted)
        self.the_customer_switches(0, switched, "authorize")
        self.shop.crash_injector.disarm()

    @rule(which=which, plan=st.sampled_from(LABELS), bank=st.sampled_from(["authorize", "authorize", "fail", ""]))
    @precondition(lambda self: self.secrets)
    def the_customer_switches(self, which: int, plan: str, bank: str) -> None:
        """Open the page with the preview, press, and answer the bank if it asks; "" closes the browser instead."""
        page = self.own_page(which)
        if not page:
            return
        shown = self.expect_status(self.shop.request("GET", f"{page}/switch?plan={self.plans[plan]}"), 200, 303, 503)
        if shown is None or shown.status_code != 200:
            return
        form = dict(HIDDEN.findall(shown.text))
        answer = self.expect_status(self.shop.request("POST", f"{page}/switch", data=form), 303, 422, 503)
        waits = answer is not None and answer.status_code == 303 and "/pay?key=" in answer.location
        if waits and bank:
            self.the_email_link_is_followed(which, bank)

    @rule(which=which, plan=st.sampled_from(LABELS), points=st.sampled_from([0, 0, 1, 3, 5, 8, 12]))
    @precondition(lambda self: self.secrets)
    def the_owner_switches(self, which: int, plan: str, points: int) -> None:
        """On the admin's page, perhaps in a process that is killed on the way."""
        subscription = self.subscription(which)
        if subscription is None:
            return
        self.dashboard()
        address = f"/admin/subscriptions/{subscription.public_id}/plan"
        with self.shop.crash_injector.suspended():
            shown = self.shop.request("GET", f"{address}/new?plan={self.plans[plan]}", self.owner)
        if shown is None or shown.status_code != 200 or 'name="due"' not in shown.text:
            return
        if points:
            self.shop.crash_injector.arm(points)
        self.shop.request("POST", address, self.owner, data=dict(HIDDEN.findall(shown.text)))
        if points:
            self.shop.crash_injector.disarm()

    @rule(which=which, by_owner=st.booleans())
    @precondition(lambda self: self.secrets)
    def a_switch_is_undone(self, which: int, by_owner: bool) -> None:
        page, subscription = self.own_page(which), self.subscription(which)
        if subscription is None:
            return
        if not by_owner:
            self.expect_status(self.shop.request("POST", f"{page}/switch/keeping"), 303, 422, 503)
            return
        self.dashboard()
        address = f"/admin/subscriptions/{subscription.public_id}"
        with self.shop.crash_injector.suspended():
            shown = self.owner.get(address) if self.owner else None
        if shown is not None and (token := re.search(r'name="csrf_token" value="([^"]+)"', shown.text)):
            self.shop.request("POST", f"{address}/plan/keeping", self.owner, data={"csrf_token": token[1]})

    @rule(card=st.sampled_from(["", "succeeds", "declines", "asks"]))
    @precondition(lambda self: self.secrets)
    def the_period_ends_with_a_switch(self, card: str) -> None:
        """So that what is scheduled takes effect."""
        self.a_period_ends_with_webhooks(card)

    def rows_match_stripe(self) -> None:
        super().rows_match_stripe()
        self._no_difference(switch_checks.after_reconcile(self.shop.stripe.store))

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "plans"):
            self._no_difference(switch_checks.when_idle(self.shop.stripe.store))

    def _no_difference(self, found: Iterator[str]) -> None:
        with db.connection():
            wrong = list(found)
        assert not wrong, self.report(wrong)


def _leave_out_other_rules() -> None:
    """Make plain methods of the rules of other histories."""
    for name in dir(SubscriptionRules):
        marked: Any = getattr(getattr(SubscriptionRules, name), RULE_MARKER, None)
        if marked is not None and name not in KEPT_RULES:
            setattr(SwitchRules, name, partialmethod(marked.function))


_leave_out_other_rules()
