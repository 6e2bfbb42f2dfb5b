"""Random histories of a shop: what buyers, the owner, banks, the network and time do, in any order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from werkzeug.test import TestResponse

from storefront import db, refunds, settings, standing
from storefront.errors import FieldErrors, StripeError
from storefront.models import Merchant, Offer, Order
from storefront.models.order import PAYABLE
from tests.money import books
from tests.money.stage import Stage

GOOD, DECLINED, POOR, ASKS, ASKS_THEN_DECLINED = (
    "4242424242424242",
    "4000000000000002",
    "4000000000009995",
    "4000002760003184",
    "4000008400001629",
)
REFUND_FAILS, REFUND_PENDING, DISPUTED = "4000000000005126", "4000000000007726", "4000000000000259"
SLOW_BANK_SAYS_YES, SLOW_BANK_SAYS_NO = "4000009990000104", "4000009990000203"
CARDS = (
    *(GOOD, DECLINED, POOR, ASKS, ASKS_THEN_DECLINED, REFUND_FAILS, REFUND_PENDING, DISPUTED),
    *(SLOW_BANK_SAYS_YES, SLOW_BANK_SAYS_NO),
)
MINUTE, HOUR, DAY = 60, 3600, 86400
# A shop that is asked again after all is well has nothing under way after so many minutes, hours and days.
WAYS_TO_REST = (*[MINUTE] * 4, *[HOUR] * 8, *[DAY] * 3)
# The newest is met most often.
which = st.sampled_from([0, 0, 0, 0, 1, 2])


def reversed_(ids: list[int]) -> list[int]:
    return ids[::-1]


def newest(ids: list[int]) -> list[int]:
    return ids[-1:]


@dataclass
class Secret:
    """What a browser holds while its buyer types a card."""

    publishable_key: str
    client_secret: str


class Histories(RuleBasedStateMachine):
    """Every rule is something that happens; every check compares two books (see books.py)."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.secrets: list[Secret] = []
        self.visits = 0

    @initialize(
        letter=st.sampled_from([15, 0]),
        expiry=st.sampled_from([72, 72, 72, 72, 1, 0]),
        declines=st.sampled_from([10, 2]),
    )
    def the_shop_opens(self, letter: int, expiry: int, declines: int) -> None:
        self.merchant, self.offer = self.stage.begin()
        with db.connection():
            limits = {"declines_per_order": declines}
            settings.save({"letter_after_minutes": letter, "order_expiry_hours": expiry, **limits})

    # What buyers do

    @rule(quantity=st.sampled_from([1, 1, 2]))
    def marko_presses_pay(self, quantity: int) -> None:
        self._press_in_the_shop("Marko", quantity)

    @rule(anew=st.booleans())
    def iryna_presses_pay(self, anew: bool) -> None:
        if anew:
            self.visits += 1
        self._press_in_the_shop("Iryna", 1)

    @rule(which=which)
    @precondition(lambda self: self.secrets)
    def somebody_presses_pay_on_the_orders_page(self, which: int) -> None:
        order = self._order(which)
        if order is not None:
            self._press(f"/orders/{order.token}/pay", "Marko")

    @rule(which=which, card=st.sampled_from(CARDS))
    @precondition(lambda self: self.secrets)
    def a_card_is_typed(self, which: int, card: str) -> None:
        secret = self._secret(which)
        self.stage.confirm(secret.publishable_key, secret.client_secret, card)

    @rule(which=which, outcome=st.sampled_from(["authorize", "fail", "close"]))
    @precondition(lambda self: self.secrets)
    def the_buyer_answers_the_bank(self, which: int, outcome: str) -> None:
        secret = self._secret(which).client_secret
        self.stage.steer(f"challenge/{secret.split('_secret_')[0]}", client_secret=secret, outcome=outcome)

    @rule(which=which)
    @precondition(lambda self: self.secrets)
    def somebody_comes_back(self, which: int) -> None:
        order = self._order(which)
        if order is not None:
            self._calm(self.stage.ask("GET", f"/orders/{order.token}", follow_redirects=True), 200)

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
        """The way most people go."""
        self.marko_presses_pay(1)
        if self.secrets:
            self.a_card_is_typed(0, card)
            self.the_buyer_answers_the_bank(0, "authorize")
            self.somebody_comes_back(0)

    # What the owner does, and what is done behind the shop's back

    @rule(amount=st.sampled_from([1999, 2999, 500]))
    def the_price_changes(self, amount: int) -> None:
        self.stage.run(Offer.update(amount=amount).where(Offer.id == self.offer.id).execute)

    @rule(which=which, part=st.sampled_from([1, 1, 2, 3]))
    @precondition(lambda self: self.secrets)
    def the_owner_refunds(self, which: int, part: int) -> None:
        order = self._order(which)
        if order is None or not standing.left_to_refund(order):
            return
        amount = max(1, standing.left_to_refund(order) // part)

        def refund() -> None:
            try:
                refunds.request(order, amount, "requested_by_customer", f"press-{order.id}-{len(order.refunds)}")
            except (FieldErrors, StripeError):
                # Refused in words, or it stands in its table.
                return

        self.stage.run(refund)

    @rule(which=which, control=st.sampled_from(["refunds", "refunds", "disputes", "advance"]))
    @precondition(lambda self: self.secrets)
    def something_happens_at_stripe(self, which: int, control: str) -> None:
        order = self._order(which)
        for payment in order.payments if order is not None else ():
            self.stage.steer(control, payment_intent=payment.intent_id)

    @rule(which=which)
    @precondition(lambda self: self.secrets)
    def a_part_is_refunded_at_stripe(self, which: int) -> None:
        order = self._order(which)
        for payment in order.payments if order is not None else ():
            self.stage.steer("refunds", payment_intent=payment.intent_id, amount=payment.amount // 3)

    # What Stripe, the network and the machine do

    @rule(
        kind=st.sampled_from(["error_before", "error_after", "drop_before", "drop_after", "status", "delay"]),
        skip=st.integers(0, 2),
        times=st.sampled_from([1, 1, 2, 2, 3, 1000]),
        status=st.sampled_from([429, 503]),
    )
    def stripe_has_a_bad_moment(self, kind: str, skip: int, times: int, status: int) -> None:
        self.stage.steer("faults", "DELETE")
        more = {"status": {"status": status}, "delay": {"seconds": 30}}.get(kind, {})
        self.stage.steer("faults", kind=kind, skip=skip, times=times, **more)

    @rule()
    def stripe_is_well(self) -> None:
        self.stage.steer("faults", "DELETE")

    @rule(points=st.integers(1, 25))
    def the_plug_will_be_pulled(self, points: int) -> None:
        self.stage.fuse.light(points)

    @rule(mode=st.sampled_from(["normal", "drop", "duplicate", "reverse"]))
    def webhooks_travel_differently(self, mode: str) -> None:
        self.stage.steer("deliveries/mode", mode=mode)

    @rule(order=st.sampled_from([list, reversed_, newest]), again=st.booleans())
    def webhooks_arrive(self, order: Callable[[list[int]], list[int]], again: bool) -> None:
        sent = self.stage.steer("deliveries", "GET").json["data"]  # type: ignore[index]
        if sent and again:
            self.stage.steer(f"events/{sent[-1]['event']}/resend")
        self.stage.deliver(order)

    @rule()
    def the_worker_works(self) -> None:
        self.stage.work()

    @rule()
    def somebody_reconciles(self) -> None:
        self.stage.reconcile()

    @rule(seconds=st.sampled_from([MINUTE, MINUTE, 20 * MINUTE, 2 * HOUR, 25 * HOUR, 4 * DAY]))
    def time_goes_by(self, seconds: int) -> None:
        self.stage.move(seconds)

    # What must be so

    @invariant()
    def the_shop_says_nothing_untrue(self) -> None:
        with db.connection():
            wrong = books.always(self.stage.book())
        assert not wrong, self._told(wrong)

    def teardown(self) -> None:
        if not hasattr(self, "offer"):
            return
        self.stage.heal()
        report = self.stage.reconcile()
        assert report is not None
        with db.connection():
            wrong = [*report.unanswered, *books.after_reconcile(self.stage.book())]
        assert not wrong, self._told(wrong)
        self.stage.steer("advance")
        self.stage.reconcile()
        for order in self.stage.orders():
            self.must_be_final_or_payable(order)
        self.come_to_rest()

    def must_be_final_or_payable(self, order: Order) -> None:
        """An unpaid order takes a good card from its own page, and is paid."""
        if order.status not in PAYABLE:
            return
        answer = self._press(f"/orders/{order.token}/pay", "Marko")
        assert answer is not None
        # Whoever has met the limit of declines within the hour is asked for a proof of work; everybody else may pay.
        assert answer.status_code == 200, answer.text
        secret = answer.json.get("client_secret")  # type: ignore[union-attr]
        if secret:
            self.stage.confirm(self.merchant.publishable_key, secret, GOOD)
        self._calm(self.stage.ask("GET", f"/orders/{order.token}", follow_redirects=True), 200)
        with db.connection():
            fresh = Order.get_by_id(order.id)
        assert fresh.is_settled, self._told([f"order {order.id} was paid with a good card and is {fresh.status}"])

    def come_to_rest(self) -> None:
        """Everything arrives, whatever waits is tried again, and then both books agree."""
        wrong = ["nothing was looked at"]
        for seconds in WAYS_TO_REST:
            self.stage.deliver()
            self.stage.work()
            self.stage.steer("advance")
            self.stage.move(seconds)
            with db.connection():
                wrong = books.at_rest(self.stage.book())
            if not wrong:
                return
        raise AssertionError(self._told(wrong))

    def _press_in_the_shop(self, person: str, quantity: int) -> None:
        visit = f"visit-of-{person}-{self.visits}"
        self._press(f"/o/{self.offer.slug}/checkout", person, visit=visit, quantity=str(quantity))

    def _press(self, path: str, person: str, **more: str) -> TestResponse | None:
        form = {"email": f"{person.lower()}@example.com", "name": person, **more}
        answer = self.stage.ask("POST", path, data=form)
        self._calm(answer, 200, 429, 503)
        secret = answer.json.get("client_secret") if answer is not None and answer.is_json else None
        if secret:
            with db.connection():
                merchant = Merchant.get()
            self.secrets.append(Secret(merchant.publishable_key, secret))
        return answer

    def _calm(self, answer: TestResponse | None, *statuses: int) -> None:
        """A buyer meets no error page; a crashed shop answers nothing."""
        assert answer is None or answer.status_code in statuses, f"{answer.status_code}: {answer.text[:2000]}"

    def _secret(self, which: int) -> Secret:
        return self.secrets[-1 - which % len(self.secrets)]

    def _order(self, which: int) -> Order | None:
        """The newest first."""
        orders = self.stage.orders()
        return orders[-1 - which % len(orders)] if orders else None

    def _told(self, wrong: list[str]) -> str:
        """What is wrong, and what the shop's own records say of how it came."""
        lines = [*wrong, *(f"crashed {crash}" for crash in self.stage.crashes)]
        with db.connection():
            for order in Order.select():
                lines.append(f"order {order.id}: {order.status} {order.amount}")
                lines += [f"  {entry.at:%d %H:%M} {entry.kind} {entry.detail}" for entry in order.timeline()]
                lines += [f"  {p.id} {p.intent_id} {p.status} {p.amount} {p.end_reason}" for p in order.payments]
                lines += [f"  refund {r.id} {r.public_id[:12]} {r.status} {r.amount}" for r in order.refunds]
        lines.append(f"now {datetime.fromtimestamp(self.stage.stripe.clock.time(), UTC):%d %H:%M}")
        return "\n".join(lines)
