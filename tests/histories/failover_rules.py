"""Rules for random histories of an offer with two payment systems, whose first account is away for a while."""

from functools import partialmethod
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RULE_MARKER, initialize, invariant, precondition, rule

from storefront import db, settings
from storefront.models import Email, EmailKind, Merchant, Offer, Order, Payment, Subscription
from storefront.worker import tasks
from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from tests.cards import ASKS, GOOD, REFUND_PENDING
from tests.factories import connect_merchant, make_offer
from tests.histories.common_rules import MINUTE, Secret
from tests.histories.payment_rules import PaymentRules
from tests.histories.withdrawal_rules import DAYS

FIRST, SECOND = accounts.OLENA, accounts.TARAS
# The rules of other histories that happen here as well. The others would leave few steps for outages.
KEPT_RULES = frozenset(
    """
    the_pending_crash_is_armed webhooks_change_delivery_mode webhooks_arrive the_worker_runs somebody_reconciles
    marko_presses_pay iryna_presses_pay somebody_presses_pay_on_the_orders_page a_card_is_typed
    the_buyer_answers_the_bank somebody_comes_back marko_types_a_card_and_leaves marko_buys the_owner_refunds
    something_happens_at_stripe the_bank_asks_about_a_payment a_part_is_refunded_at_stripe time_goes_by
    somebody_presses_pay_with_a_code somebody_withdraws
    """.split()
)


class FailoverRules(PaymentRules):
    """Every order is paid once, to the account that it names, and new orders go back to the first account."""

    compared_accounts = (FIRST, SECOND)
    outages = 0
    is_away = False

    @initialize(declines=st.sampled_from([10, 2]))
    def the_shop_opens(self, declines: int) -> None:  # type: ignore[override]
        self.merchant, self.offer = self.shop.reset(withdrawal_days=DAYS)
        self.make_codes()
        self.make_scarce(self.merchant)
        # Where each subscription was when it was first seen.
        self.began: dict[int, int] = {}
        with db.connection():
            self.second = connect_merchant(SECOND)
            monthly = make_offer(self.merchant, kind="recurring", title="Weekly letters")
            self.monthly = monthly.slug
            Offer.update(second_merchant=self.second).execute()
            # Everybody comes from one address, and what an outage leaves unpaid is no attack.
            limits = {f"checkouts_per_{name}_hour": 0 for name in ("address", "email", "shop")}
            settings.save({"order_expiry_hours": 72, "declines_per_order": declines, **limits})

    # What happens to the first account

    @rule(how=st.sampled_from([{"charges_enabled": False}, {"deauthorized": True}]), told=st.booleans())
    @precondition(lambda self: not self.is_away)
    def the_first_account_is_restricted(self, how: dict[str, object], told: bool) -> None:
        self._begin_outage()
        self.change_account(**how)
        if told:
            self._somebody_presses_pay()
            self.the_worker_watches_outages()

    @rule(kind=st.sampled_from(["drop_before", "drop_after", "error_before"]), seconds=st.sampled_from([0, 30, 90]))
    @precondition(lambda self: not self.is_away)
    def the_first_account_can_not_be_reached(self, kind: str, seconds: int) -> None:
        """Somebody presses Pay, and again after that time: more than a minute without an answer moves new orders."""
        self._begin_outage()
        self.shop.control("faults", kind=kind, account=FIRST.name.lower(), times=100_000)
        self._somebody_presses_pay()
        self.shop.advance_clock(seconds)
        self._somebody_presses_pay(anew=seconds == MINUTE / 2)

    @rule(watched=st.booleans())
    @precondition(lambda self: self.is_away)
    def the_first_account_answers_again(self, watched: bool) -> None:
        self.is_away = False
        self.shop.control("faults", "DELETE")
        self.change_account(charges_enabled=None, deauthorized=False)
        if watched:
            self.shop.advance_clock(MINUTE)
            self.the_worker_watches_outages()

    @rule()
    def the_worker_watches_outages(self) -> None:
        """The owner is told of an outage, once."""
        crashes = len(self.shop.crashes)
        self.shop.run(tasks.watch_outages)
        if len(self.shop.crashes) > crashes:
            return
        with db.connection():
            first, second = Merchant.get_by_id(self.merchant.id), Merchant.get_by_id(self.second.id)
        if first.is_unavailable and second.is_payable(self.offer.currency):
            assert first.outage_told_at, self.report(["new orders go to the second account, and the owner is not told"])

    # Subscriptions

    @rule(card=st.sampled_from([GOOD, GOOD, ASKS, REFUND_PENDING]))
    def somebody_subscribes(self, card: str) -> None:
        known = len(self.secrets)
        self._somebody_presses_pay(offer=self.monthly)
        if len(self.secrets) > known:
            self.confirm(0, card)
            self.answer_challenge(0, "authorize")
            self.somebody_comes_back(0)

    @rule(card=st.sampled_from(["succeeds", "declines", "asks"]))
    @precondition(lambda self: self.began)
    def a_period_ends(self, card: str) -> None:
        with db.connection():
            running = Subscription.select().where(Subscription.status == "active", Subscription.subscription_id != "")
            found = running.order_by(Subscription.id.desc()).first()
        if found is not None:
            self.shop.control(f"subscriptions/{found.subscription_id}/renew", card=card)

    # Checks

    @invariant()
    def everybody_is_paid_where_the_order_says(self) -> None:
        if not hasattr(self, "second"):
            return
        with db.connection():
            wrong = [*self._wrong_payments(), *self._moved_subscriptions()]
            told = Email.select().where(Email.kind == EmailKind.OWNER_SECOND_ACCOUNT).count()
        if told > self.outages:
            wrong.append(f"the owner was told {told} times of {self.outages} outages")
        assert not wrong, self.report(wrong)

    def _wrong_payments(self) -> list[str]:
        store, wrong = self.shop.stripe.store, []
        paid_at = {
            intent["id"]: account.id
            for account in self.compared_accounts
            for intent in store.all(Realm(account, livemode=False), "payment_intent")
            if intent["amount_received"]
        }
        for payment in Payment.select().where(Payment.intent_id.in_(list(paid_at))):
            if payment.merchant.stripe_account_id != paid_at[payment.intent_id]:
                wrong.append(
                    f"payment {payment.id} is of {payment.merchant.name}, the money at {paid_at[payment.intent_id]}"
                )
        for order in Order.select():
            payees = {one.merchant_id for one in order.payments if one.intent_id in paid_at}
            if payees - {order.merchant_id}:
                wrong.append(f"order {order.id} is of merchant {order.merchant_id}, and {payees} were paid")
        return wrong

    def _moved_subscriptions(self) -> list[str]:
        wrong = []
        for one in Subscription.select().where(Subscription.subscription_id != ""):
            merchant = self.began.setdefault(one.id, one.merchant_id)
            if {one.merchant_id, one.order.merchant_id} != {merchant}:
                wrong.append(f"subscription {one.id} began at {merchant}, is at {one.merchant_id}")
        return wrong

    def teardown(self) -> None:
        if not hasattr(self, "second"):
            return
        self.shop.clear_faults()
        self.the_first_account_answers_again(watched=False)
        # Stripe may call an account able to charge while it refuses charges: then ten minutes pass before the next try.
        for minutes in (1, 11, 11):
            self.shop.advance_clock(minutes * MINUTE)
            self.shop.run(tasks.watch_outages)
        with db.connection():
            first = Merchant.get_by_id(self.merchant.id)
        assert not first.is_unavailable, self.report(["new orders don’t go back to the first account"])
        self._somebody_presses_pay()
        newest = self.order(0)
        assert newest is not None and newest.merchant_id == first.id, self.report(["a new order is not at the first"])
        super().teardown()
        self.everybody_is_paid_where_the_order_says()

    # Steps

    def _somebody_presses_pay(self, anew: bool = True, offer: str = "") -> None:
        """A person who was not here before, or the last one again: one person can leave few payments unfinished."""
        self.visits += anew
        visit = f"visit-of-somebody-{self.visits}"
        self.press(f"/o/{offer or self.offer.slug}/checkout", f"Somebody{self.visits}", visit=visit, quantity="1")

    def _begin_outage(self) -> None:
        self.outages += 1
        self.is_away = True

    def keep_secret(self, answer: Any) -> Any:
        """With the key of the account that the payment is at."""
        secret = answer.json.get("client_secret") if answer is not None and answer.is_json else None
        if secret:
            with db.connection():
                payment = Payment.get(Payment.intent_id == secret.split("_secret_")[0])
                self.secrets.append(Secret(payment.merchant.publishable_key, secret))
        return answer


def _leave_out_other_rules() -> None:
    """Make plain methods of the rules of other histories."""
    for name in dir(PaymentRules):
        marked: Any = getattr(getattr(PaymentRules, name), RULE_MARKER, None)
        if marked is not None and name not in KEPT_RULES:
            setattr(FailoverRules, name, partialmethod(marked.function))


_leave_out_other_rules()
