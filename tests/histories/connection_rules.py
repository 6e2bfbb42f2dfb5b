"""Rules for random histories: webhook endpoints that are gone, wrong clocks, permissions, restricted accounts."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import db
from storefront.models import Email, EmailState, Merchant, Refund, now
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.histories.common_rules import HOUR, MINUTE, CommonRules

# The worker looks for news that was not delivered each minute, and at the endpoint each hour.
NEWS_STEPS = (2 * MINUTE, HOUR, HOUR, HOUR)
# So many runs of the worker, and how often each refused refund is repeated in them at most.
REPETITIONS, MOST_REPETITIONS = 6, 3
REFUSALS = ("owner_permission_missing", "owner_charges_refused", "owner_access_lost")


class ConnectionRules(CommonRules):
    """What changes at Stripe's account or on the shop's machine must not make the shop blind or silent."""

    @rule(
        way=st.sampled_from(["dropped", "deleted", "disabled", "moved"]), clock_error=st.sampled_from([0, 0, 44, -30])
    )
    @precondition(lambda self: self.secrets)
    def news_is_not_delivered(self, way: str, clock_error: int) -> None:
        """It is known within hours. Before, the shop's clock was wrong by this many hours, and is right again."""
        self.shop.clear_faults()
        self.ensure_payment()
        if clock_error:
            self.shop.clock_error = clock_error * HOUR
            self.shop.run_worker()
            self.shop.clock_error = 0
        self.lose_deliveries(way)
        unknown = self.something_new_at_stripe()
        self.shop.control("deliveries/mode", mode="normal")
        if unknown is None:
            return
        for wait in NEWS_STEPS:
            self.shop.advance_clock(wait)
            self.shop.run_worker()
            self.shop.run_hourly_jobs()
            with db.connection():
                wrong = unknown()
            if not wrong:
                break
        assert not wrong, self.report([f"after hours without deliveries ({way}, clock {clock_error} h)", *wrong])
        self.endpoint_is_shown_truly()

    def ensure_payment(self) -> None:
        """Make sure that something was bought, and that the worker has handled it."""
        raise NotImplementedError

    def something_new_at_stripe(self) -> Callable[[], list[str]] | None:
        """Make something happen at Stripe. Return a function that lists what the shop does not know of it yet."""
        raise NotImplementedError

    def lose_deliveries(self, way: str) -> None:
        with db.connection():
            endpoint = Merchant.get().webhook_endpoint_id
        path = f"webhook_endpoints/{endpoint}"
        if way == "deleted":
            self.shop.dashboard("DELETE", path)
        elif way == "disabled":
            self.shop.dashboard("POST", path, disabled="true")
        elif way == "moved":
            self.shop.dashboard("POST", path, url="https://copy.example.com/webhook")
        else:
            self.shop.control("deliveries/mode", mode="drop")

    def endpoint_is_shown_truly(self) -> None:
        """The shop says that its endpoint is registered only if Stripe has it, enabled and with this shop's URL."""
        with db.connection():
            merchant = Merchant.get()
        theirs = self.shop.at_stripe("webhook_endpoint").get(merchant.webhook_endpoint_id or "")
        works = theirs is not None and (theirs["status"], theirs["url"]) == ("enabled", merchant.webhook_url)
        said = not merchant.webhook_problem and not merchant.endpoint_problem
        assert works or not said, self.report([f"the endpoint is said to be registered, Stripe has {theirs}"])

    @rule(hours=st.sampled_from([44, 2, -1, -30]))
    @precondition(lambda self: self.secrets)
    def the_clock_is_wrong_for_a_while(self, hours: int) -> None:
        """Something is sold meanwhile. The emails about it are due when the clock is right again."""
        self.shop.clear_faults()
        self.shop.clock_error = hours * HOUR
        self.shop.run_worker()
        self.something_is_sold()
        self.shop.clock_error = 0
        self.shop.run_worker()
        with db.connection():
            immediate = Email.kind.in_(["receipt", "owner_sale", "trial_started", "owner_trial"])
            late = list(Email.select().where(Email.state == EmailState.WAITING, immediate, Email.attempts == 0))
        assert not late, self.report([f"email {one.id} ({one.kind}) waits until {one.due_at}" for one in late])

    @rule(lacks=st.sampled_from([{"lacks": ["charge_write"]}, {"deauthorized": True}]))
    @precondition(lambda self: self.secrets)
    def a_permission_is_withdrawn_for_hours(self, lacks: dict[str, object]) -> None:
        """The owner tries a refund and is told once; the call is repeated rarely until the permission is back."""
        self.shop.clear_faults()
        self.ensure_payment()
        self.change_account(**lacks)
        self.a_refund_is_requested()
        told = []
        for _ in range(2):
            self.shop.run_worker()
            told.append(self.refusals_told())
            self.shop.advance_clock(10 * MINUTE)
        asked = self.refunds_asked()
        for _ in range(REPETITIONS):
            self.shop.run(tasks.reconcile_job)
            self.shop.advance_clock(2 * MINUTE)
        asked = self.refunds_asked() - asked
        with db.connection():
            waiting = Refund.select().where(Refund.status == "").count()
        self.change_account(lacks=[], deauthorized=False)
        assert asked <= MOST_REPETITIONS * waiting, self.report([f"a refused refund was repeated {asked} times"])
        assert told[0] or not waiting, self.report(["a refund is refused, and the owner was not told"])
        assert told[0] == told[1], self.report([f"the owner was told {told} times of one refusal"])
        # A refused call is repeated at least every six hours.
        self.shop.advance_clock(7 * HOUR)
        self.shop.run_worker()

    def a_refund_is_requested(self) -> None:
        """The owner refunds a part of a payment, if there is one."""
        raise NotImplementedError

    @rule()
    @precondition(lambda self: self.secrets)
    def the_account_is_restricted_for_hours(self) -> None:
        """A buyer presses Pay meanwhile. The owner is told, and afterwards the shop sells again."""
        self.shop.clear_faults()
        self.change_account(charges_enabled=False)
        refused = self.somebody_tries_to_pay()
        self.shop.run_worker()
        self.change_account(charges_enabled=None)
        assert self.refusals_told() or not refused, self.report(
            ["the account is restricted, and the owner was not told"]
        )
        for _ in range(2):
            self.shop.advance_clock(HOUR)
            self.shop.run_hourly_jobs()

    def somebody_tries_to_pay(self) -> bool:
        """Press Pay; return whether it was refused."""
        raise NotImplementedError

    # Steps

    def change_account(self, **changes: object) -> None:
        self.shop.control(f"accounts/{accounts.OLENA.id}", **changes)

    def refusals_told(self) -> int:
        """How many emails told the owner today that Stripe refuses something: at most one for each reason."""
        with db.connection():
            today = Email.created_at >= now() - timedelta(days=1)
            return Email.select().where(Email.kind.in_(REFUSALS), today).count()

    def refunds_asked(self) -> int:
        """How often the shop asked Stripe for a refund."""
        asked = self.shop.stripe.request_log.list_all()
        return sum((entry["method"], entry["path"]) == ("POST", "/v1/refunds") for entry in asked)
