"""Rules for every random history: faults of Stripe and the network, crashes, webhooks and the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask.testing import FlaskClient
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from werkzeug.test import TestResponse

from storefront import db
from storefront.models import Merchant, Offer, Order
from tests.money.buyer import signed_in_owner
from tests.money.counter_checks import counter_differences
from tests.money.customer_checks import customer_differences
from tests.money.figure_checks import figure_differences
from tests.money.in_process_shop import InProcessShop

MINUTE, HOUR, DAY = 60, 3600, 86400
# Steps of time after which a shop without faults has completed everything: minutes, hours, days.
DRAIN_STEPS = (*[MINUTE] * 4, *[HOUR] * 8, *[DAY] * 3)
# Index from the newest; the newest is chosen most often.
which = st.sampled_from([0, 0, 0, 0, 1, 2])


def reversed_(ids: list[int]) -> list[int]:
    return ids[::-1]


def newest(ids: list[int]) -> list[int]:
    return ids[-1:]


@dataclass
class Secret:
    """What the browser needs to confirm a card."""

    publishable_key: str
    client_secret: str

    @property
    def intent(self) -> str:
        return self.client_secret.split("_secret_")[0]


class CommonRules(RuleBasedStateMachine):
    """One shop with one offer. Subclasses add the rules for people."""

    merchant: Merchant
    offer: Offer

    def __init__(self, shop: InProcessShop) -> None:
        super().__init__()
        self.shop = shop
        self.secrets: list[Secret] = []
        self.visits = 0
        self.owner: FlaskClient | None = None

    @rule(
        kind=st.sampled_from(["error_before", "error_after", "drop_before", "drop_after", "status", "delay"]),
        skip=st.integers(0, 2),
        times=st.sampled_from([1, 1, 2, 2, 3, 1000]),
        status=st.sampled_from([429, 503]),
    )
    def stripe_has_a_fault(self, kind: str, skip: int, times: int, status: int) -> None:
        self.shop.control("faults", "DELETE")
        more = {"status": {"status": status}, "delay": {"seconds": 30}}.get(kind, {})
        self.shop.control("faults", kind=kind, skip=skip, times=times, **more)

    @rule()
    def stripe_recovers(self) -> None:
        self.shop.control("faults", "DELETE")

    @rule(points=st.integers(1, 25))
    def the_pending_crash_is_armed(self, points: int) -> None:
        self.shop.crash_injector.arm(points)

    @rule(mode=st.sampled_from(["normal", "drop", "duplicate", "reverse"]))
    def webhooks_change_delivery_mode(self, mode: str) -> None:
        self.shop.control("deliveries/mode", mode=mode)

    @rule(order=st.sampled_from([list, reversed_, newest]), again=st.booleans())
    def webhooks_arrive(self, order: Callable[[list[int]], list[int]], again: bool) -> None:
        sent = self.shop.control("deliveries", "GET").json["data"]  # type: ignore[index]
        if sent and again:
            self.shop.control(f"events/{sent[-1]['event']}/resend")
        self.shop.deliver_webhooks(order)

    @rule()
    def the_worker_runs(self) -> None:
        self.shop.run_worker()

    @rule()
    def somebody_reconciles(self) -> None:
        self.shop.reconcile()

    # Checks for subclasses

    def counters_match_rows(self) -> None:
        """The maintained counters, the rows of customers and the dashboard's figures are right to the unit."""
        page = self.dashboard()
        with db.connection():
            wrong = [*counter_differences(), *customer_differences(), *figure_differences(page)]
        assert not wrong, wrong

    def dashboard(self) -> str:
        """The admin's first page. The owner signs in once, and again after a restore or when the session has ended."""
        with self.shop.crash_injector.suspended():
            answer = self.owner.get("/admin") if self.owner else None
            if answer is None or answer.status_code != 200:
                self.owner = signed_in_owner(self.shop)
                answer = self.owner.get("/admin")
        assert answer.status_code == 200, answer.text
        return answer.text

    # Steps for the rules of subclasses

    def something_is_sold(self) -> None:
        """A buyer buys with a good card."""
        raise NotImplementedError

    def confirm(self, which: int, card: str) -> None:
        """Confirm an intent with a card number or a saved card (`pm_…`)."""
        secret = self.secrets[-1 - which % len(self.secrets)]
        self.shop.confirm(secret.publishable_key, secret.client_secret, card)

    def answer_challenge(self, which: int, outcome: str) -> None:
        secret = self.secrets[-1 - which % len(self.secrets)]
        self.shop.control(f"challenge/{secret.intent}", client_secret=secret.client_secret, outcome=outcome)

    def open_page(self, path: str) -> TestResponse | None:
        """A buyer opens a page; None if the shop crashed."""
        return self.expect_status(self.shop.request("GET", path, follow_redirects=True), 200)

    def press(self, path: str, person: str, **more: str) -> TestResponse | None:
        """A buyer presses Pay."""
        form = {"email": f"{person.lower()}@example.com", "name": person, **more}
        # Somebody else's order may have a promo code that this buyer has used before.
        refused = (422,) if path.startswith("/orders/") and "email" not in more else ()
        answer = self.shop.request("POST", path, data=form)
        return self.keep_secret(self.expect_status(answer, 200, *refused, 429, 503))

    def keep_secret(self, answer: TestResponse | None) -> TestResponse | None:
        secret = answer.json.get("client_secret") if answer is not None and answer.is_json else None
        if secret:
            with db.connection():
                self.secrets.append(Secret(Merchant.get().publishable_key, secret))
        return answer

    def expect_status(self, answer: TestResponse | None, *statuses: int) -> TestResponse | None:
        """Check that the buyer gets no error page; None stands for a crash."""
        assert answer is None or answer.status_code in statuses, self.report(
            [f"{answer.status_code}: {answer.text[:2000]}"]
        )
        return answer

    def order(self, which: int) -> Order | None:
        """An order by its index from the newest, or None."""
        orders = self.shop.orders()
        return orders[-1 - which % len(orders)] if orders else None

    def drain(self, differences: Callable[[], list[str]]) -> None:
        """Deliver and retry everything until the records agree; fail if they never do."""
        wrong = ["nothing was looked at"]
        for seconds in DRAIN_STEPS:
            self.shop.deliver_webhooks()
            self.shop.run_worker()
            with db.connection():
                wrong = differences()
            if not wrong:
                self.counters_match_rows()
                return
            self.shop.control("advance")
            self.shop.advance_clock(seconds)
        raise AssertionError(self.report(wrong))

    def report(self, wrong: list[str]) -> str:
        """The differences, and the shop's records for debugging."""
        lines = [*wrong, *(f"crashed {crash}" for crash in self.shop.crashes)]
        with db.connection():
            for order in Order.select():
                lines.append(f"order {order.id}: {order.status} {order.amount}")
                lines += [f"  {entry.at:%d %H:%M} {entry.kind} {entry.detail}" for entry in order.timeline()]
                lines += [
                    f"  {p.id} {p.kind} {p.intent_id} {p.status} {p.amount} {p.end_reason}" for p in order.payments
                ]
                lines += [f"  refund {r.id} {r.public_id[:12]} {r.status} {r.amount}" for r in order.refunds]
        lines.append(f"now {datetime.fromtimestamp(self.shop.stripe.clock.time(), UTC):%d %H:%M}")
        return "\n".join(lines)
