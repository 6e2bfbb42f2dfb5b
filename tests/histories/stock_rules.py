"""Rules about a stock and its waiting list, for random histories.

Never more is sold than there is, every hold ends, and those who wait are written to when pieces are back.
"""

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from storefront import db, offers
from storefront.models import PAYABLE_STATUSES, SOLD_STATUSES, Email, EmailKind, Merchant, Offer, Order, WaitingCustomer
from tests.cards import ASKS, DECLINED, GOOD, SLOW_SUCCEEDS
from tests.factories import make_offer
from tests.histories.code_rules import NAMES
from tests.histories.common_rules import CommonRules

PEOPLE = ("Marko", "Iryna", "Lesia")


class StockRules(CommonRules):
    """Call `make_scarce` when the shop opens."""

    def make_scarce(self, merchant: Merchant) -> None:
        """An offer of which there are three pieces."""
        self.pieces, self.scarce_visits = 3, 0
        self.joined: Counter[str] = Counter()
        with db.connection():
            self.scarce: Offer = make_offer(
                merchant, "8.00", slug="scarce", stock=self.pieces, waiting_list=True, max_quantity=2
            )

    @rule(
        person=st.sampled_from(PEOPLE),
        quantity=st.sampled_from(["1", "1", "2"]),
        code=st.sampled_from(["", "", "", *NAMES]),
        card=st.sampled_from(["", "", GOOD, GOOD, ASKS, DECLINED, SLOW_SUCCEEDS]),
        anew=st.booleans(),
        interrupted=st.sampled_from([0, 0, 0, 1, 3, 6, 9]),
    )
    def somebody_wants_some_of_the_last_pieces(
        self, person: str, quantity: str, code: str, card: str, anew: bool, interrupted: int
    ) -> None:
        """Press Pay, perhaps with a crash, and leave, or type a card. With a code of 100 % nothing is paid."""
        self.scarce_visits += anew
        form = {
            "email": f"{person.lower()}@example.com",
            "name": person,
            "visit": f"visit-for-the-last-of-{person}-{self.scarce_visits}",
            "quantity": quantity,
            "code": code,
        }
        if interrupted:
            self.shop.crash_injector.arm(interrupted)
        answer = self.shop.request("POST", "/o/scarce/checkout", data=form)
        if interrupted:
            self.shop.crash_injector.disarm()
        answer = self.keep_secret(self.expect_status(answer, 200, 409, 422, 429, 503))
        if card and answer is not None and answer.is_json and "client_secret" in (answer.json or {}):
            self.confirm(0, card)

    @rule(person=st.sampled_from(PEOPLE))
    def somebody_waits_for_the_next_pieces(self, person: str) -> None:
        form = {"email": f"{person.lower()}@example.com"}
        answer = self.shop.request("POST", "/o/scarce/waiting-list", data=form)
        # A crash may come before or after the address was stored.
        if self.expect_status(answer, 200, 429, 503) is None or answer.status_code == 200:  # type: ignore[union-attr]
            self.joined[form["email"]] += 1

    @rule(more=st.sampled_from([1, 2]))
    def the_owner_adds_pieces(self, more: int) -> None:
        self.pieces += more
        with self.shop.crash_injector.suspended(), db.connection():
            Offer.update(stock=self.pieces).where(Offer.id == self.scarce.id).execute()

    @invariant()
    def never_more_is_sold_than_there_was(self) -> None:
        if not hasattr(self, "scarce"):
            return
        with db.connection():
            orders = list(Order.select().where(Order.offer == self.scarce))
            seen = {order.id: {entry.kind for entry in order.timeline()} for order in orders}
            told = Counter(email.recipient for email in Email.select().where(Email.kind == EmailKind.BACK_IN_STOCK))
        # What is paid when nothing is left is refunded at once, and said.
        kept = [order for order in orders if order.status in SOLD_STATUSES and "sold_out" not in seen[order.id]]
        units = sum(order.quantity for order in kept)
        held = sum(order.quantity for order in orders if order.status in PAYABLE_STATUSES)
        wrong = [] if units <= self.pieces else [f"{units} pieces of {self.pieces} are sold"]
        # A payment that comes after its hold has ended may take a piece that somebody else holds.
        if units + held > self.pieces and not any("paid_late" in kinds for kinds in seen.values()):
            wrong.append(f"{units} pieces of {self.pieces} are sold and {held} are held")
        wrong += [f"{email} was told {told[email]} times" for email in told if told[email] > self.joined[email]]
        assert not wrong, self.report(wrong)

    def stock_differences(self) -> list[str]:
        """What is wrong once everything was handled and time has passed: holds that don't end, people who wait."""
        with db.connection():
            holding = Order.select().where(Order.offer == self.scarce, Order.status.in_(list(PAYABLE_STATUSES)))
            wrong = [f"order {order.id} still holds {order.quantity} pieces" for order in holding]
            with db.db.atomic():
                free = offers.lock_free_pieces(Offer.get_by_id(self.scarce.id)) or 0
            waiting = WaitingCustomer.number_of(self.scarce)
        return wrong + ([f"{waiting} people wait, and {free} pieces are free"] if waiting and free else [])
