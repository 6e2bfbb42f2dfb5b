"""Rules for random histories: the disk is full, or the database is away. Money is equal on both sides at rest."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.cards import ASKS, GOOD
from tests.histories.common_rules import CommonRules
from tests.money.database_trouble import database_is_away, writes_fail
from tests.money.in_process_shop import InProcessShop

FORM = {"email": "olha@example.com", "name": "Olha", "quantity": "1"}


class TroubleRules(CommonRules):
    """Whatever people, Stripe and jobs do meanwhile, nobody sees an error page, and nothing is lost or doubled."""

    presses = 0

    @rule(sells_before=st.booleans(), card=st.sampled_from([GOOD, GOOD, ASKS]), works=st.booleans())
    def the_disk_is_full(self, sells_before: bool, card: str, works: bool) -> None:
        self._meet(writes_fail, sells_before, card, works)

    @rule(sells_before=st.booleans(), card=st.sampled_from([GOOD, GOOD, ASKS]), works=st.booleans())
    def the_database_is_away(self, sells_before: bool, card: str, works: bool) -> None:
        self._meet(database_is_away, sells_before, card, works)

    def _meet(
        self,
        trouble: Callable[[InProcessShop], AbstractContextManager[None]],
        sells_before: bool,
        card: str,
        works: bool,
    ) -> None:
        """A buyer who pressed Pay before types a card and comes back, others press Pay, webhooks arrive."""
        if sells_before:
            self.something_is_sold()
        tokens = [order.token for order in self.shop.orders()[-2:]]
        self.presses += 1
        with trouble(self.shop):
            if self.secrets:
                self.confirm(0, card)
            for token in tokens:
                returned = self.shop.request("GET", f"/orders/{token}", follow_redirects=True)
                self._expect(returned, 200, 503)
                self._expect(self.shop.request("POST", f"/orders/{token}/pay", data=FORM), 200, 422, 429, 503)
            visit = f"visit-in-trouble-{self.presses}"
            pressed = self.shop.request("POST", f"/o/{self.offer.slug}/checkout", data={**FORM, "visit": visit})
            self._expect(pressed, 503)
            self.shop.deliver_webhooks()
            if works:
                self.shop.run_worker()
                self.shop.reconcile()

    def _expect(self, answer: object, *statuses: int) -> None:
        status = getattr(answer, "status_code", None)
        assert status is None or status in statuses, getattr(answer, "text", "")[:2000]
