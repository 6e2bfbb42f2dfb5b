"""Random histories of a shop that is paid again and again: subscriptions, trials, plans, and what becomes of them."""

import re

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from storefront import db, emails, settings, subscriptions, worker
from storefront.models import PAYABLE_STATUSES, Invoice, Offer, Order, Payment, Subscription
from tests.money import books, owner, subscription_books
from tests.money.circumstances import (
    ASKS,
    DAY,
    DECLINED,
    DISPUTED,
    GOOD,
    HOUR,
    MINUTE,
    POOR,
    REFUND_PENDING,
    SLOW_BANK_SAYS_NO,
    SLOW_BANK_SAYS_YES,
    Circumstances,
    which,
)

ASKS_FIRST, SAVES_THEN_DECLINES = "4000002500003155", "4000000000000341"
KEPT = (GOOD, ASKS, ASKS_FIRST, SAVES_THEN_DECLINES, REFUND_PENDING, DISPUTED)
CARDS = (*KEPT, DECLINED, POOR, SLOW_BANK_SAYS_YES, SLOW_BANK_SAYS_NO)
TERMS = (
    {"kind": "recurring", "interval": "week"},
    {"kind": "recurring", "interval": "month", "cancellation": "now"},
    {"kind": "recurring", "interval": "week", "trial_days": 7},
    {"kind": "plan", "interval": "week", "instalments": 3},
)


class RecurringHistories(Circumstances):
    """The same shop under the same circumstances, with one offer that recurs (see subscription_books.py)."""

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
        """In most histories somebody has subscribed already, in the second press perhaps, and a renewal came."""
        self.merchant, self.offer = self.stage.begin(**terms)
        self.stage.steer("billing", afterwards=afterwards, retry_days=[1, 2])
        with db.connection():
            settings.save({"order_expiry_hours": expiry})
        if card:
            self.stage.fuse.light(interrupted)
            self.somebody_subscribes(card, "Marko")
            self.stage.fuse.put_out()
        if self.stage.crashes:
            self.somebody_subscribes(card, "Marko")
        if card and renewal:
            self.a_period_ends_and_is_told_of(renewal)

    # What buyers do

    @rule(card=st.sampled_from(KEPT), person=st.sampled_from(["Marko", "Marko", "Iryna"]))
    def somebody_subscribes(self, card: str, person: str) -> None:
        """The way most people go."""
        self.somebody_presses_subscribe(person)
        if self.secrets:
            self.confirm(0, card)
            self.answer_the_bank(0, "authorize")
            self.somebody_comes_back(0)

    @rule(person=st.sampled_from(["Marko", "Iryna"]))
    def somebody_presses_subscribe(self, person: str) -> None:
        self.press(f"/o/{self.offer.slug}/checkout", person, visit=f"visit-of-{person}-0001", quantity="1")

    @rule(which=which)
    @precondition(lambda self: self.secrets)
    def somebody_presses_pay_on_the_orders_page(self, which: int) -> None:
        """The first payment, or what a renewal waits for."""
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
        self.answer_the_bank(which, outcome)

    @rule(which=which)
    @precondition(lambda self: self.secrets)
    def somebody_comes_back(self, which: int) -> None:
        order = self.order(which)
        if order is not None:
            self.look(f"/orders/{order.token}")

    @rule(which=which, outcome=st.sampled_from(["authorize", "fail", "close"]))
    @precondition(lambda self: self.secrets)
    def the_letters_link_is_followed(self, which: int, outcome: str) -> None:
        """The saved card is confirmed at its bank."""
        subscription = self.subscription(which)
        if subscription is not None and self.link_of_letter(subscription):
            self.confirm(0, subscription.card_id)
            self.answer_the_bank(0, outcome)

    @rule(which=which, card=st.sampled_from([GOOD, ASKS, DECLINED, SAVES_THEN_DECLINES]), back=st.booleans())
    @precondition(lambda self: self.secrets)
    def another_card_is_given(self, which: int, card: str, back: bool) -> None:
        """On the customer's own page; who doesn't come `back` has closed it meanwhile."""
        page = self.own_page(which)
        if not page:
            return
        answer = self.calm(self.stage.ask("POST", f"{page}/card/setup"), 200, 422, 503)
        held = len(self.secrets)
        self.keep_secret(answer)
        if len(self.secrets) > held:
            self.confirm(0, card)
            self.answer_the_bank(0, "authorize")
            if back:
                form = {"setup_intent": self.secrets[-1].intent}
                self.calm(self.stage.ask("POST", f"{page}/card", data=form), 200, 422, 503)

    @rule(which=which, action=st.sampled_from(["cancellation", "cancellation", "continuation"]))
    @precondition(lambda self: self.secrets)
    def the_buyer_cancels_or_keeps_it(self, which: int, action: str) -> None:
        """The button of a page that asks first, as that page has it."""
        page = self.own_page(which)
        shown = self.look(f"{page}/{action}") if page else None
        if shown is None:
            return
        button = re.search(r'name="way" value="(\w+)"', shown.text)
        form = {"way": button[1]} if button else {}
        self.calm(self.stage.ask("POST", f"{page}/{action}", data=form, follow_redirects=True), 200, 503)

    # What the owner does

    @rule(which=which, what=st.sampled_from(sorted(owner.ACTIONS)))
    @precondition(lambda self: self.secrets)
    def the_owner_changes_something(self, which: int, what: str) -> None:
        """What is refused is said in words on that page."""
        subscription = self.subscription(which)
        if subscription is not None:
            self.stage.run(lambda: owner.does(what, subscription))

    @rule(amount=st.sampled_from([1999, 2999, 500]), for_all=st.booleans())
    def the_owner_changes_the_price(self, amount: int, for_all: bool) -> None:
        """Of the offer, for those to come; or for all that run too."""
        self.stage.run(Offer.update(amount=amount).where(Offer.id == self.offer.id).execute)
        if for_all:
            self.stage.run(lambda: owner.changes_all_prices(amount))

    @rule(which=which, part=st.sampled_from([1, 1, 3]))
    @precondition(lambda self: self.secrets)
    def the_owner_refunds_a_period(self, which: int, part: int) -> None:
        self.stage.run(lambda: owner.refunds_a_period(which, part))

    # What is done behind the shop's back

    @rule(which=which, card=st.sampled_from(["", "", "succeeds", "declines", "asks"]))
    @precondition(lambda self: self.secrets)
    def a_period_ends(self, which: int, card: str) -> None:
        """Its card does as it always did, or as its bank pleases from now on."""
        subscription = self.subscription(which)
        if subscription is not None:
            self.has_a_worker(subscription)
            more = {"card": card} if card else {}
            self.stage.steer(f"subscriptions/{subscription.subscription_id}/renew", **more)

    @rule(card=st.sampled_from(["", "succeeds", "declines", "asks"]))
    @precondition(lambda self: self.secrets)
    def a_period_ends_and_is_told_of(self, card: str) -> None:
        """The way most renewals go."""
        self.a_period_ends(0, card)
        self.stage.deliver()
        self.stage.work()

    @rule(which=which, what=st.sampled_from(["cancel", "cancel", "pause", "end", "void", "write off", "pay", "charge"]))
    @precondition(lambda self: self.secrets)
    def something_is_done_at_stripe(self, which: int, what: str) -> None:
        subscription = self.subscription(which)
        if subscription is None:
            return
        path = f"subscriptions/{subscription.subscription_id}"
        if what == "cancel":
            self.stage.dashboard("DELETE", path)
        elif what == "pause":
            self.stage.dashboard("POST", path, **{"pause_collection[behavior]": "void"})
        elif what == "end":
            self.stage.dashboard("POST", path, cancel_at_period_end="true")
        else:
            verb = {"write off": "mark_uncollectible", "charge": "pay"}.get(what, what)
            if what == "charge":
                self.stage.steer(f"subscriptions/{subscription.subscription_id}/card", card="succeeds")
            with db.connection():
                invoices = [one.invoice_id for one in Invoice.of(subscription) if not one.is_first]
            for id_ in invoices[:1]:
                self.stage.dashboard("POST", f"invoices/{id_}/{verb}")

    @rule(which=which, control=st.sampled_from(["refunds", "disputes", "advance"]))
    @precondition(lambda self: self.secrets)
    def money_goes_back_at_stripe(self, which: int, control: str) -> None:
        with db.connection():
            paid = [one.intent_id for one in Payment.select().order_by(-Payment.id) if one.kind != "setup"]
        for intent in paid[which : which + 1]:
            self.stage.steer(control, payment_intent=intent)

    @rule(seconds=st.sampled_from([MINUTE, 20 * MINUTE, 2 * HOUR, 23 * HOUR + MINUTE, 2 * DAY, 8 * DAY]))
    def time_goes_by(self, seconds: int) -> None:
        if seconds >= DAY:
            with db.connection():
                plans = list(Subscription.select().where(Subscription.instalments > 0))
            for plan in plans:
                self.has_a_worker(plan)
        self.stage.move(seconds)

    @rule(
        points=st.integers(1, 6),
        what=st.sampled_from(["reconcile", "press", "renew", "cancel", "webhooks", "pay"]),
        who=st.sampled_from(["a worker", "a buyer", "whoever comes"]),
    )
    @precondition(lambda self: self.secrets)
    def somebody_is_overtaken(self, points: int, what: str, who: str) -> None:
        """While one process waits for Stripe another one does this, and hears of it first."""
        self.stage.meanwhile(points, lambda: self._meanwhile(what))
        if who == "a worker":
            self.stage.reconcile()
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
            self.stage.deliver()
            self.stage.work()
        if what != "webhooks":
            self.stage.run(lambda: worker.reconcile(everything=True))

    # What must be so

    @invariant()
    def the_shop_says_nothing_untrue(self) -> None:
        with db.connection():
            wrong = [*books.always(self.stage.book()), *subscription_books.always(self.stage.at_stripe())]
        assert not wrong, self.told(wrong)

    @rule()
    def somebody_reconciles(self) -> None:
        """Whoever was answered about everything knows what Stripe knows."""
        interruptions = self.stage.line.meanwhile.happened
        report = self.stage.reconcile()
        if report is not None and not report.unanswered and interruptions == self.stage.line.meanwhile.happened:
            self.our_rows_say_what_stripe_says()

    def our_rows_say_what_stripe_says(self) -> None:
        with db.connection():
            wrong = [
                *books.after_reconcile(self.stage.book()),
                *subscription_books.after_reconcile(self.stage.at_stripe()),
            ]
        assert not wrong, self.told(wrong)

    def teardown(self) -> None:
        if not hasattr(self, "offer"):
            return
        self.stage.heal()
        report = self.stage.reconcile()
        assert report is not None and not report.unanswered, self.told(report.unanswered if report else [])
        self.our_rows_say_what_stripe_says()
        self.stage.steer("advance")
        # Whoever was declined too often may try again after an hour.
        self.stage.move(HOUR)
        self.stage.reconcile()
        for order in self.stage.orders():
            self.must_be_payable(order)
            self.what_waits_must_be_payable(order)
        self.come_to_rest(
            lambda: [
                *books.at_rest(self.stage.book()),
                *subscription_books.at_rest(self.stage.at_stripe(), self.stage.book()),
                *subscription_books.orders_stand_by_themselves(self.stage.book()),
            ]
        )

    def must_be_payable(self, order: Order) -> None:
        """An unpaid order takes a good card from its own page, begins its subscription, and is paid."""
        if order.status not in PAYABLE_STATUSES:
            return
        answer = self.press(f"/orders/{order.token}/pay", "Marko")
        assert answer is not None and answer.status_code == 200, self.told([answer.text if answer else "crashed"])
        if answer.json.get("client_secret"):  # type: ignore[union-attr]
            self.confirm(0, GOOD)
        self.look(f"/orders/{order.token}")
        with db.connection():
            fresh = Order.get_by_id(order.id)
        assert fresh.is_settled, self.told([f"order {order.id} was paid with a good card and is {fresh.status}"])

    def what_waits_must_be_payable(self, order: Order) -> None:
        """Whatever has stopped is recovered by its customer with a good card, from the letter's link."""
        with db.connection():
            held = subscriptions.subscription_of_order(order)
        if held is None or held.waiting is None:
            return
        followed = self.link_of_letter(held.subscription)
        assert followed, self.told([f"nothing can be paid for subscription {held.subscription.id}"])
        self.confirm(0, GOOD)
        self.look(f"/orders/{order.token}")
        with db.connection():
            invoice = Invoice.get_by_id(held.waiting.id)
        assert invoice.status == "paid", self.told(
            [f"invoice {invoice.id} was paid with a good card: {invoice.status}"]
        )

    # How they do it

    def link_of_letter(self, subscription: Subscription) -> bool:
        """Follow the link, as far as to where the saved card could be confirmed: whether anything waits there."""
        with db.connection():
            token, key = subscription.order.token, emails.make_pay_key(subscription.order)
        self.look(f"/orders/{token}/pay?key={key}")
        held = len(self.secrets)
        self.press(f"/orders/{token}/pay?key={key}", "Marko")
        return len(self.secrets) > held

    def own_page(self, which: int) -> str:
        subscription = self.subscription(which)
        if subscription is None:
            return ""
        with db.connection():
            token = emails.make_account_token(subscription.order.email)
        return f"/my/{token}/subscriptions/{subscription.public_id}"

    def has_a_worker(self, plan: Subscription) -> None:
        """A period has many minutes: a plan gets its schedule long before the second instalment is due."""
        if plan.instalments and not plan.schedule_id:
            self.stage.heal()
            self.stage.reconcile()

    def subscription(self, which: int) -> Subscription | None:
        """One that Stripe has, the newest first."""
        with db.connection():
            found = list(
                Subscription.select().where(Subscription.subscription_id.is_null(False)).order_by(Subscription.id)
            )
        return found[-1 - which % len(found)] if found else None

    def told(self, wrong: list[str]) -> str:
        lines = [super().told(wrong)]
        with db.connection():
            for one in Subscription.select():
                ours = f"{one.status} {one.end_reason} until {one.period_end} unwanted={one.unwanted} of order"
                lines.append(f"subscription {one.id} {one.subscription_id} {ours} {one.order_id}")
                lines += [f"  {i.id} {i.invoice_id} {i.status} {i.reason} needs={i.needs}" for i in Invoice.of(one)]
                lines += [f"  {letter.id} {letter.kind} {letter.state} {letter.due_at}" for letter in one.letters]
        for id_, one in self.stage.at_stripe().subscriptions.items():
            lines.append(f"{id_} {one['status']} {one['metadata'].get('order')}")
        return "\n".join(lines)
