"""Rules for random histories of one-time purchases: actions of buyers, the owner and banks in any order."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from storefront import db, payments, settings
from storefront.errors import FieldErrors, StripeError
from storefront.models import PAYABLE_STATUSES, Offer, Order, Payment
from stripe_simulator import accounts
from stripe_simulator.accounts import Account
from tests.cards import (
    ASKS,
    ASKS_THEN_DECLINES,
    DECLINED,
    DISPUTED,
    GOOD,
    INSUFFICIENT_FUNDS,
    REFUND_FAILS,
    REFUND_PENDING,
    SLOW_DECLINES,
    SLOW_SUCCEEDS,
)
from tests.histories.choice_rules import ChoiceRules
from tests.histories.code_rules import CodeRules
from tests.histories.common_rules import DAY, HOUR, MINUTE, which
from tests.histories.connection_rules import ConnectionRules
from tests.histories.delivery_rules import DeliveryRules
from tests.histories.email_rules import EmailRules
from tests.histories.request_rules import RequestRules
from tests.histories.stock_rules import StockRules
from tests.histories.wallet_rules import WalletRules
from tests.histories.withdrawal_rules import DAYS, WithdrawalRules
from tests.money import balance_checks, payment_checks, refund_checks, withdrawal_checks
from tests.proofs_of_work import solve

CARDS = (
    *(GOOD, DECLINED, INSUFFICIENT_FUNDS, ASKS, ASKS_THEN_DECLINES, REFUND_FAILS, REFUND_PENDING, DISPUTED),
    *(SLOW_SUCCEEDS, SLOW_DECLINES),
)


class PaymentRules(
    EmailRules,
    ConnectionRules,
    WithdrawalRules,
    CodeRules,
    ChoiceRules,
    StockRules,
    RequestRules,
    DeliveryRules,
    WalletRules,
):
    """Each rule is an event; the checks compare the shop with the ledger (see tests/money/payment_checks.py)."""

    # Whose money is compared.
    compared_accounts: tuple[Account, ...] = (accounts.OLENA,)

    @initialize(
        letter=st.sampled_from([15, 0]),
        expiry=st.sampled_from([72, 72, 72, 72, 1, 0]),
        declines=st.sampled_from([10, 2]),
    )
    def the_shop_opens(self, letter: int, expiry: int, declines: int) -> None:
        self.merchant, self.offer = self.shop.reset(withdrawal_days=DAYS)
        self.make_codes()
        self.make_choices(self.merchant)
        self.make_deliverables(self.offer)
        self.make_scarce(self.merchant)
        with db.connection():
            limits = {"declines_per_order": declines}
            settings.save({"letter_after_minutes": letter, "order_expiry_hours": expiry, **limits})

    # What buyers do

    @rule(quantity=st.sampled_from([1, 1, 2]))
    def marko_presses_pay(self, quantity: int) -> None:
        self._press_on_offer_page("Marko", quantity)

    @rule(anew=st.booleans())
    def iryna_presses_pay(self, anew: bool) -> None:
        if anew:
            self.visits += 1
        self._press_on_offer_page("Iryna", 1)

    @rule(which=which)
    @precondition(lambda self: self.secrets)
    def somebody_presses_pay_on_the_orders_page(self, which: int) -> None:
        order = self.order(which)
        if order is not None:
            self.press(f"/orders/{order.token}/pay", "Marko")

    @rule(which=which, card=st.sampled_from(CARDS))
    @precondition(lambda self: self.secrets)
    def a_card_is_typed(self, which: int, card: str) -> None:
        self.confirm(which, card)

    @rule(which=which, outcome=st.sampled_from(["authorize", "fail", "close"]))
    @precondition(lambda self: self.secrets)
    def the_buyer_answers_the_bank(self, which: int, outcome: str) -> None:
        self.answer_challenge(which, outcome)

    @rule(which=which)
    @precondition(lambda self: self.secrets)
    def somebody_comes_back(self, which: int) -> None:
        order = self.order(which)
        if order is not None:
            self.open_page(f"/orders/{order.token}")

    @rule(card=st.sampled_from(CARDS), quantity=st.sampled_from([1, 2]))
    def marko_types_a_card_and_leaves(self, card: str, quantity: int) -> None:
        self.marko_presses_pay(quantity)
        if self.secrets:
            self.a_card_is_typed(0, card)

    @rule(amount=st.sampled_from([1999, 2999, 500]))
    def marko_reloads_and_finds_another_price(self, amount: int) -> None:
        self.the_price_changes(amount)
        self.marko_presses_pay(1)

    @rule(card=st.sampled_from([GOOD, ASKS, REFUND_FAILS, REFUND_PENDING]))
    def marko_buys(self, card: str) -> None:
        """The most common sequence."""
        self.marko_presses_pay(1)
        if self.secrets:
            self.a_card_is_typed(0, card)
            self.the_buyer_answers_the_bank(0, "authorize")
            self.somebody_comes_back(0)

    # What the owner does, and what happens at Stripe

    @rule(amount=st.sampled_from([1999, 2999, 500]))
    def the_price_changes(self, amount: int) -> None:
        self.shop.run(Offer.update(amount=amount).where(Offer.id == self.offer.id).execute)

    @rule(which=which, part=st.sampled_from([1, 1, 2, 3]), of_line=st.booleans())
    @precondition(lambda self: self.secrets)
    def the_owner_refunds(self, which: int, part: int, of_line: bool = False) -> None:
        """A part of what is left: of the whole order, or of one of its items, which the credit note names then."""
        order = self.order(which)
        if order is None or not payments.refundable(order):
            return
        left, line = payments.refundable(order), None
        if of_line and (lines := payments.refundable_lines(order, order.refunds)):
            line = max(lines)
            left = min(left, lines[line].amount)
        amount = max(1, left // part)

        def refund() -> None:
            try:
                key = f"press-{order.id}-{len(order.refunds)}"
                payments.request_refund(order, amount, "requested_by_customer", key, line=line)
            except (FieldErrors, StripeError):
                # The page would show the refusal, or the worker completes the refund.
                return

        self.shop.run(refund)

    @rule(which=which, control=st.sampled_from(["refunds", "refunds", "disputes", "advance"]))
    @precondition(lambda self: self.secrets)
    def something_happens_at_stripe(self, which: int, control: str) -> None:
        order = self.order(which)
        for payment in order.payments if order is not None else ():
            self.shop.control(control, payment_intent=payment.intent_id)

    @rule(
        which=which,
        stages=st.sampled_from([[], ["chargeback"], ["chargeback", "lost"], ["closed"], ["lost"], ["won"]]),
        in_time=st.booleans(),
    )
    @precondition(lambda self: self.secrets)
    def the_bank_asks_about_a_payment(self, which: int, stages: list[str], in_time: bool) -> None:
        """A dispute begins as an inquiry. With `in_time` the shop hears of each stage before the next one."""
        order = self.order(which)
        for payment in order.payments if order is not None else ():
            self.shop.control("disputes", payment_intent=payment.intent_id, inquiry=True)
            for stage in stages:
                if in_time:
                    self.shop.deliver_webhooks()
                    self.shop.run_worker()
                self.shop.control("disputes/stage", payment_intent=payment.intent_id, stage=stage)

    @rule(which=which)
    @precondition(lambda self: self.secrets)
    def a_part_is_refunded_at_stripe(self, which: int) -> None:
        order = self.order(which)
        for payment in order.payments if order is not None else ():
            self.shop.control("refunds", payment_intent=payment.intent_id, amount=payment.amount // 3)

    @rule(
        card=st.sampled_from([REFUND_PENDING, REFUND_PENDING, REFUND_FAILS]),
        part=st.sampled_from([1, 3]),
        points=st.sampled_from([1, 1, 2]),
    )
    @precondition(lambda self: self.secrets)
    def the_answer_to_a_refund_is_overtaken(self, card: str, part: int, points: int) -> None:
        """While the shop waits for Stripe's answer, the bank decides and the event about it is handled."""

        def decide() -> None:
            self.shop.control("advance")
            self.shop.deliver_webhooks()
            self.shop.run_worker()

        self.something_is_sold(card)
        self.shop.schedule_concurrent(points, decide)
        self.the_owner_refunds(0, part)

    @rule(seconds=st.sampled_from([MINUTE, MINUTE, 20 * MINUTE, 2 * HOUR, 25 * HOUR, 4 * DAY]))
    def time_goes_by(self, seconds: int) -> None:
        self.shop.advance_clock(seconds)

    # Steps for the rules about the connection

    def ensure_payment(self) -> None:
        if not any(payments.refundable(order) for order in self.shop.orders()):
            self.something_is_sold()
        self.shop.run_worker()

    def something_is_sold(self, card: str = GOOD) -> None:
        self.iryna_presses_pay(anew=True)
        self.a_card_is_typed(0, card)
        self.somebody_comes_back(0)

    def something_new_at_stripe(self) -> Callable[[], list[str]] | None:
        """A part of a payment is refunded at Stripe."""
        with db.connection():
            paid = Payment.select().where(Payment.status == "succeeded", Payment.amount > 0)
            payment = paid.order_by(Payment.id.desc()).first()
        if (
            payment is None
            or self.shop.control("refunds", payment_intent=payment.intent_id, amount=100).status_code != 201
        ):
            return None
        return lambda: refund_checks.refunds_known(self.shop.at_stripe("refund"))

    def a_refund_is_requested(self) -> None:
        for index, order in enumerate(self.shop.orders()[::-1]):
            if payments.refundable(order):
                return self.the_owner_refunds(index, 3)
        return None

    def somebody_tries_to_pay(self) -> bool:
        self.visits += 1
        form = {
            "email": "iryna@example.com",
            "name": "Iryna",
            "visit": f"visit-of-Iryna-{self.visits}",
            "quantity": "1",
        }
        answer = self.shop.request("POST", f"/o/{self.offer.slug}/checkout", data=form)
        shown = self.expect_status(answer, 200, 409, 422, 503)
        return shown is not None and shown.status_code != 200

    # Checks

    @invariant()
    def the_shop_says_nothing_untrue(self) -> None:
        with db.connection():
            wrong = payment_checks.always(self.shop.ledger())
        assert not wrong, self.report(wrong)

    def teardown(self) -> None:
        if not hasattr(self, "offer"):
            return
        self.shop.clear_faults()
        self.email_works_again()
        self.counters_match_rows()
        report = self.shop.reconcile()
        assert report is not None
        with db.connection():
            wrong = [*report.failures, *payment_checks.after_reconcile(self.shop.ledger())]
        assert not wrong, self.report(wrong)
        self.shop.control("advance")
        self.shop.reconcile()
        for order in self.shop.orders():
            # Holds of the last pieces must end by themselves.
            if order.offer_id != self.scarce.id:
                self.must_be_final_or_payable(order)
        self.drain(
            lambda: [
                *payment_checks.when_idle(self.shop.ledger()),
                *refund_checks.when_idle(
                    self.shop.at_stripe("refund", *self.compared_accounts),
                    self.shop.at_stripe("dispute", *self.compared_accounts),
                ),
                *withdrawal_checks.when_idle(self.shop.stripe_objects(*self.compared_accounts)),
                *balance_checks.when_idle(self.shop.stripe.store),
                *self.email_differences(),
                *self.stock_differences(),
            ]
        )

    def must_be_final_or_payable(self, order: Order) -> None:
        """An unpaid order can be paid with a good card on its page."""
        if order.status not in PAYABLE_STATUSES:
            return
        # One visit can press ten times in ten minutes.
        self.shop.advance_clock(11 * MINUTE)
        known = {"email": order.email, "name": order.name} if order.email else {}
        answer = self.press(f"/orders/{order.token}/pay", "Marko", **known)
        assert answer is not None
        # Beyond the limit of declines, and to hold the last pieces longer. The page does the work by itself.
        challenge = (answer.json or {}).get("challenge")
        if challenge:
            answer = self.press(f"/orders/{order.token}/pay", "Marko", **known, proof=solve(challenge))
            assert answer is not None
        assert answer.status_code == 200, answer.text
        secret = answer.json.get("client_secret")  # type: ignore[union-attr]
        if secret:
            self.confirm(0, GOOD)
        self.open_page(f"/orders/{order.token}")
        with db.connection():
            fresh = Order.get_by_id(order.id)
        assert fresh.is_settled, self.report([f"order {order.id} was paid with a good card and is {fresh.status}"])

    def _press_on_offer_page(self, person: str, quantity: int) -> None:
        visit = f"visit-of-{person}-{self.visits}"
        self.press(f"/o/{self.offer.slug}/checkout", person, visit=visit, quantity=str(quantity))
