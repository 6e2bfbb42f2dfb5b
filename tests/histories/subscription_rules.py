"""Rules for random histories of subscriptions, trials and payment plans."""

import re
from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from storefront import db, delivery, settings, subscriptions, worker
from storefront.delivery import DeliverableFields
from storefront.models import PAYABLE_STATUSES, DeliverableKind, Invoice, Offer, Order, Subscription
from tests.cards import (
    ASKS,
    ASKS_ONCE,
    DECLINED,
    DISPUTED,
    GOOD,
    INSUFFICIENT_FUNDS,
    REFUND_PENDING,
    SAVES_THEN_DECLINES,
    SLOW_DECLINES,
    SLOW_SUCCEEDS,
)
from tests.histories import owner_actions
from tests.histories.choice_rules import ChoiceRules
from tests.histories.code_rules import CodeRules
from tests.histories.common_rules import HOUR, which
from tests.histories.connection_rules import ConnectionRules
from tests.histories.dashboard_rules import DashboardRules
from tests.histories.email_rules import EmailRules
from tests.histories.wallet_rules import WalletRules
from tests.histories.withdrawal_rules import DAYS, WithdrawalRules
from tests.money import (
    balance_checks,
    delivery_checks,
    payment_checks,
    refund_checks,
    subscription_checks,
    withdrawal_checks,
)

KEPT = (GOOD, ASKS, ASKS_ONCE, SAVES_THEN_DECLINES, REFUND_PENDING, DISPUTED)
CARDS = (*KEPT, DECLINED, INSUFFICIENT_FUNDS, SLOW_SUCCEEDS, SLOW_DECLINES)
TERMS = (
    {"kind": "recurring", "interval": "week"},
    {"kind": "recurring", "interval": "month", "cancellation": "now"},
    {"kind": "recurring", "interval": "week", "trial_days": 7},
    {"kind": "plan", "interval": "week", "instalments": 3},
)


class SubscriptionRules(
    DashboardRules, EmailRules, ConnectionRules, WithdrawalRules, CodeRules, ChoiceRules, WalletRules
):
    """The common rules with a recurring offer (see tests/money/subscription_checks.py)."""

    @initialize(
        terms=st.sampled_from(TERMS),
        afterwards=st.sampled_from(["canceled", "unpaid", "past_due"]),
        expiry=st.sampled_from([72, 72, 72, 1]),
        card=st.sampled_from([*KEPT, ""]),
        interrupted=st.one_of(st.just(0), st.integers(1, 30)),
        renewal=st.sampled_from(["", "succeeds", "asks", "declines"]),
    )
    def the_shop_opens(
        self, terms: dict[str, object], afterwards: str, expiry: int, card: str, interrupted: int, renewal: str
    ) -> None:
        """In most histories a buyer has subscribed, perhaps after a crash, and a renewal has happened."""
        self.merchant, self.offer = self.shop.reset(**terms, withdrawal_days=DAYS)
        self.make_codes()
        self.make_choices(self.merchant, **terms)
        with db.connection():
            recordings = DeliverableFields("Recordings", url="https://example.com/recordings")
            delivery.add_deliverable(self.offer, DeliverableKind.LINK, recordings)
        self.sells_plans = terms["kind"] == "plan"
        self.shop.control("billing", afterwards=afterwards, retry_days=[1, 2])
        with db.connection():
            settings.save({"order_expiry_hours": expiry})
        if card:
            self.shop.crash_injector.arm(interrupted)
            self.somebody_subscribes(card, "Marko")
            self.shop.crash_injector.disarm()
        if self.shop.crashes:
            self.somebody_subscribes(card, "Marko")
        if card and renewal:
            self.a_period_ends_with_webhooks(renewal)

    # What buyers do

    @rule(card=st.sampled_from(KEPT), person=st.sampled_from(["Marko", "Marko", "Iryna"]))
    def somebody_subscribes(self, card: str, person: str) -> None:
        """The most common sequence."""
        self.somebody_presses_subscribe(person)
        if self.secrets:
            self.confirm(0, card)
            self.answer_challenge(0, "authorize")
            self.somebody_comes_back(0)

    @rule(person=st.sampled_from(["Marko", "Iryna"]))
    def somebody_presses_subscribe(self, person: str) -> None:
        self.press(f"/o/{self.offer.slug}/checkout", person, visit=f"visit-of-{person}-0001", quantity="1")

    @rule(which=which)
    @precondition(lambda self: self.secrets)
    def somebody_presses_pay_on_the_orders_page(self, which: int) -> None:
        """Pay the first payment or an open renewal."""
        order = self.order(which)
        if order is not None:
            self.press(f"/orders/{order.token}/pay", "Marko")

    @rule(which=which, card=st.sampled_from(CARDS))
    @precondition(lambda self: self.secrets)
    def a_card_is_typed(self, which: int, card: str) -> None:
        self.confirm(which, card)

    @rule(which=which, outcome=st.sampled_from(["authorize", "authorize", "fail", "close"]))
    @precondition(lambda self: self.secrets)
    def the_buyer_answers_the_bank(self, which: int, outcome: str) -> None:
        self.answer_challenge(which, outcome)

    @rule(which=which)
    @precondition(lambda self: self.secrets)
    def somebody_comes_back(self, which: int) -> None:
        order = self.order(which)
        if order is not None:
            self.open_page(f"/orders/{order.token}")

    @rule(which=which, outcome=st.sampled_from(["authorize", "fail", "close"]))
    @precondition(lambda self: self.secrets)
    def the_email_link_is_followed(self, which: int, outcome: str) -> None:
        """Confirm the saved card."""
        subscription = self.subscription(which)
        if subscription is not None and self.follow_email_link(subscription):
            self.confirm(0, subscription.card_id)
            self.answer_challenge(0, outcome)

    @rule(which=which, card=st.sampled_from([GOOD, ASKS, DECLINED, SAVES_THEN_DECLINES]), back=st.booleans())
    @precondition(lambda self: self.secrets)
    def another_card_is_given(self, which: int, card: str, back: bool) -> None:
        """Change the card on the customer's page; without `back` the browser is closed before it returns."""
        page = self.own_page(which)
        if not page:
            return
        answer = self.expect_status(self.shop.request("POST", f"{page}/card/setup"), 200, 422, 503)
        held = len(self.secrets)
        self.keep_secret(answer)
        if len(self.secrets) > held:
            self.confirm(0, card)
            self.answer_challenge(0, "authorize")
            if back:
                form = {"setup_intent": self.secrets[-1].intent}
                self.expect_status(self.shop.request("POST", f"{page}/card", data=form), 200, 422, 503)

    @rule(which=which, action=st.sampled_from(["cancellation", "cancellation", "continuation"]))
    @precondition(lambda self: self.secrets)
    def the_buyer_cancels_or_keeps_it(self, which: int, action: str) -> None:
        """Press the button of the confirmation page."""
        page = self.own_page(which)
        shown = self.open_page(f"{page}/{action}") if page else None
        if shown is None:
            return
        button = re.search(r'name="way" value="(\w+)"', shown.text)
        form = {"way": button[1]} if button else {}
        self.expect_status(self.shop.request("POST", f"{page}/{action}", data=form, follow_redirects=True), 200, 503)

    # What the owner does

    @rule(which=which, what=st.sampled_from(sorted(owner_actions.ACTIONS)))
    @precondition(lambda self: self.secrets)
    def the_owner_changes_something(self, which: int, what: str) -> None:
        """Refusals are ignored: the page would show them."""
        subscription = self.subscription(which)
        if subscription is not None:
            self.shop.run(lambda: owner_actions.run_action(what, subscription))

    @rule(amount=st.sampled_from([1999, 2999, 500]), for_all=st.booleans())
    def the_owner_changes_the_price(self, amount: int, for_all: bool) -> None:
        """Change the offer's price, for new buyers or for existing subscriptions, too."""
        self.shop.run(Offer.update(amount=amount).where(Offer.id == self.offer.id).execute)
        if for_all:
            self.shop.run(lambda: owner_actions.change_all_prices(amount))

    @rule(which=which, part=st.sampled_from([1, 1, 3]))
    @precondition(lambda self: self.secrets)
    def the_owner_refunds_a_period(self, which: int, part: int) -> None:
        self.shop.run(lambda: owner_actions.refund_payment(which, part))

    # What other processes do

    @rule(
        points=st.integers(1, 6),
        what=st.sampled_from(["reconcile", "press", "renew", "cancel", "webhooks", "pay"]),
        who=st.sampled_from(["a worker", "a buyer", "whoever comes"]),
    )
    @precondition(lambda self: self.secrets)
    def somebody_else_acts_first(self, points: int, what: str, who: str) -> None:
        """While one process waits for Stripe, another one acts and stores the result first."""
        self.shop.schedule_concurrent(points, lambda: self._meanwhile(what))
        if who == "a worker":
            self.shop.reconcile()
        elif who == "a buyer":
            self.somebody_presses_pay_on_the_orders_page(0)

    def _meanwhile(self, what: str) -> None:
        if what == "press":
            self.somebody_presses_subscribe("Marko")
        elif what == "renew":
            self.a_period_ends(0, "")
        elif what == "cancel":
            self.the_owner_changes_something(0, "cancels now")
        elif what == "pay":
            self.somebody_presses_pay_on_the_orders_page(0)
            self.confirm(0, GOOD)
        elif what == "webhooks":
            self.shop.deliver_webhooks()
            self.shop.run_worker()
        if what != "webhooks":
            self.shop.run(lambda: worker.reconcile(everything=True))

    # Steps for the rules about the connection

    def ensure_payment(self) -> None:
        if self.subscription(0) is None:
            self.something_is_sold()
        self.shop.run_worker()

    def something_is_sold(self) -> None:
        self.somebody_subscribes(GOOD, "Marko")

    def something_new_at_stripe(self) -> Callable[[], list[str]] | None:
        """A renewal fails."""
        subscription = self.subscription(0)
        if subscription is None:
            return None
        self.a_period_ends(0, "declines")

        def unknown() -> list[str]:
            stripe = self.shop.stripe_objects()
            theirs = stripe.subscriptions[subscription.subscription_id]
            fresh = Subscription.get_by_id(subscription.id)
            return subscription_checks.invoice_differences(stripe, fresh, theirs)

        return unknown

    def a_refund_is_requested(self) -> None:
        self.the_owner_refunds_a_period(0, 3)

    def somebody_tries_to_pay(self) -> bool:
        form = {"email": "iryna@example.com", "name": "Iryna", "visit": "visit-of-Iryna-0002", "quantity": "1"}
        answer = self.shop.request("POST", f"/o/{self.offer.slug}/checkout", data=form)
        shown = self.expect_status(answer, 200, 409, 422, 503)
        return shown is not None and shown.status_code != 200

    # Checks

    @invariant()
    def the_shop_says_nothing_untrue(self) -> None:
        with db.connection():
            wrong = [
                *payment_checks.always(self.shop.ledger()),
                *subscription_checks.always(self.shop.stripe_objects()),
                *delivery_checks.access_of_subscribers(),
            ]
        assert not wrong, self.report(wrong)

    @rule()
    def somebody_reconciles(self) -> None:
        """After a complete reconciliation the rows match Stripe."""
        interruptions = self.shop.stripe_client.concurrent.times_run
        report = self.shop.reconcile()
        if report is not None and not report.failures and interruptions == self.shop.stripe_client.concurrent.times_run:
            self.rows_match_stripe()

    def rows_match_stripe(self) -> None:
        with db.connection():
            wrong = [
                *payment_checks.after_reconcile(self.shop.ledger()),
                *subscription_checks.after_reconcile(self.shop.stripe_objects()),
            ]
        assert not wrong, self.report(wrong)

    def teardown(self) -> None:
        if not hasattr(self, "offer"):
            return
        self.shop.clear_faults()
        self.email_works_again()
        self.counters_match_rows()
        report = self.shop.reconcile()
        assert report is not None and not report.failures, self.report(report.failures if report else [])
        self.rows_match_stripe()
        self.shop.control("advance")
        # The limit on declines ends after an hour.
        self.shop.advance_clock(HOUR)
        self.shop.reconcile()
        for order in self.shop.orders():
            self.must_be_payable(order)
            self.open_renewal_must_be_payable(order)
        self.drain(
            lambda: [
                *payment_checks.when_idle(self.shop.ledger()),
                *subscription_checks.when_idle(self.shop.stripe_objects(), self.shop.ledger()),
                *subscription_checks.orders_ignore_renewals(self.shop.ledger()),
                *refund_checks.when_idle(self.shop.at_stripe("refund"), self.shop.at_stripe("dispute")),
                *withdrawal_checks.when_idle(self.shop.stripe_objects()),
                *balance_checks.when_idle(self.shop.stripe.store),
                *self.email_differences(),
            ]
        )

    def must_be_payable(self, order: Order) -> None:
        """An unpaid order can be paid with a good card on its page, which starts its subscription."""
        if order.status not in PAYABLE_STATUSES:
            return
        answer = self.press(f"/orders/{order.token}/pay", "Marko")
        assert answer is not None and answer.status_code == 200, self.report([answer.text if answer else "crashed"])
        if answer.json.get("client_secret"):  # type: ignore[union-attr]
            self.confirm(0, GOOD)
        self.open_page(f"/orders/{order.token}")
        with db.connection():
            fresh = Order.get_by_id(order.id)
        assert fresh.is_settled, self.report([f"order {order.id} was paid with a good card and is {fresh.status}"])

    def open_renewal_must_be_payable(self, order: Order) -> None:
        """An open renewal can be paid with a good card from the email's link."""
        with db.connection():
            held = subscriptions.subscription_of_order(order)
        if held is None or held.waiting is None:
            return
        followed = self.follow_email_link(held.subscription)
        assert followed, self.report([f"nothing can be paid for subscription {held.subscription.id}"])
        self.confirm(0, GOOD)
        self.open_page(f"/orders/{order.token}")
        with db.connection():
            invoice = Invoice.get_by_id(held.waiting.id)
        assert invoice.status == "paid", self.report(
            [f"invoice {invoice.id} was paid with a good card: {invoice.status}"]
        )
