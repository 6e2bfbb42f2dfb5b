"""What may happen to any shop at any moment: Stripe's bad days, the network, a plug that is pulled, time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from werkzeug.test import TestResponse

from storefront import db
from storefront.models import Merchant, Offer, Order
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

    @property
    def intent(self) -> str:
        return self.client_secret.split("_secret_")[0]


class Circumstances(RuleBasedStateMachine):
    """One shop with one offer; what people do there is told by those that inherit."""

    merchant: Merchant
    offer: Offer

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.secrets: list[Secret] = []
        self.visits = 0

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

    # What those that inherit say of themselves with

    def confirm(self, which: int, card: str) -> None:
        """A card is typed where a secret is held, or one that Stripe keeps (`pm_…`) is taken."""
        secret = self.secrets[-1 - which % len(self.secrets)]
        self.stage.confirm(secret.publishable_key, secret.client_secret, card)

    def answer_the_bank(self, which: int, outcome: str) -> None:
        secret = self.secrets[-1 - which % len(self.secrets)]
        self.stage.steer(f"challenge/{secret.intent}", client_secret=secret.client_secret, outcome=outcome)

    def look(self, path: str) -> TestResponse | None:
        """A buyer opens a page; one that doesn't answer has crashed."""
        return self.calm(self.stage.ask("GET", path, follow_redirects=True), 200)

    def press(self, path: str, person: str, **more: str) -> TestResponse | None:
        """Pay, on a page that takes a card."""
        form = {"email": f"{person.lower()}@example.com", "name": person, **more}
        return self.keep_secret(self.calm(self.stage.ask("POST", path, data=form), 200, 429, 503))

    def keep_secret(self, answer: TestResponse | None) -> TestResponse | None:
        secret = answer.json.get("client_secret") if answer is not None and answer.is_json else None
        if secret:
            with db.connection():
                self.secrets.append(Secret(Merchant.get().publishable_key, secret))
        return answer

    def calm(self, answer: TestResponse | None, *statuses: int) -> TestResponse | None:
        """A buyer meets no error page; a crashed shop answers nothing."""
        assert answer is None or answer.status_code in statuses, self.told(
            [f"{answer.status_code}: {answer.text[:2000]}"]
        )
        return answer

    def order(self, which: int) -> Order | None:
        """The newest first."""
        orders = self.stage.orders()
        return orders[-1 - which % len(orders)] if orders else None

    def come_to_rest(self, wrong_at_rest: Callable[[], list[str]]) -> None:
        """Everything arrives, whatever waits is tried again, and then both books agree."""
        wrong = ["nothing was looked at"]
        for seconds in WAYS_TO_REST:
            self.stage.deliver()
            self.stage.work()
            with db.connection():
                wrong = wrong_at_rest()
            if not wrong:
                return
            self.stage.steer("advance")
            self.stage.move(seconds)
        raise AssertionError(self.told(wrong))

    def told(self, wrong: list[str]) -> str:
        """What is wrong, and what the shop's own records say of how it came."""
        lines = [*wrong, *(f"crashed {crash}" for crash in self.stage.crashes)]
        with db.connection():
            for order in Order.select():
                lines.append(f"order {order.id}: {order.status} {order.amount}")
                lines += [f"  {entry.at:%d %H:%M} {entry.kind} {entry.detail}" for entry in order.timeline()]
                lines += [
                    f"  {p.id} {p.kind} {p.intent_id} {p.status} {p.amount} {p.end_reason}" for p in order.payments
                ]
                lines += [f"  refund {r.id} {r.public_id[:12]} {r.status} {r.amount}" for r in order.refunds]
        lines.append(f"now {datetime.fromtimestamp(self.stage.stripe.clock.time(), UTC):%d %H:%M}")
        return "\n".join(lines)
