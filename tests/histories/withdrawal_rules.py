"""Rules about the law, for every random history: buyers withdraw from contracts and cancel without signing in."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from storefront import db
from storefront.models import Refund
from tests.histories.common_rules import CommonRules, which
from tests.money import withdrawal_checks

# Offers of these histories have the right of withdrawal.
DAYS = 14


class WithdrawalRules(CommonRules):
    """See tests/money/withdrawal_checks.py."""

    @rule(which=which, presses=st.sampled_from([1, 1, 2]), interrupted=st.sampled_from([0, 0, 1, 2, 4, 8]))
    @precondition(lambda self: self.secrets)
    def somebody_withdraws(self, which: int, presses: int, interrupted: int) -> None:
        """Open the first step and confirm, perhaps twice, perhaps with a crash. Nothing is refunded by itself."""
        order = self.order(which)
        if order is None:
            return
        with db.connection():
            before = Refund.select().count()
        page = f"/orders/{order.token}/withdraw"
        self.open_page(page)
        if interrupted:
            self.shop.crash_injector.arm(interrupted)
        for _press in range(presses):
            answer = self.shop.request("POST", page, data={"reason": "It doesn’t fit."}, follow_redirects=True)
            self.expect_status(answer, 200, 409, 503)
        if interrupted:
            self.shop.crash_injector.disarm()
        with db.connection():
            assert Refund.select().count() == before, self.report(["the withdrawal was refunded by itself"])

    @rule(which=which, wanted=st.sampled_from(["ordinary", "ordinary", "immediate"]))
    @precondition(lambda self: self.secrets)
    def somebody_cancels_without_signing_in(self, which: int, wanted: str) -> None:
        order = self.order(which)
        if order is None:
            return
        form = {"number": str(order.number), "email": order.email, "wanted": wanted, "reason": "It never came."}
        self.expect_status(self.shop.request("POST", "/cancel", data=form), 200, 429, 503)

    @invariant()
    def withdrawals_are_told_once(self) -> None:
        if not hasattr(self, "offer"):
            return
        with db.connection():
            wrong = withdrawal_checks.always()
        assert not wrong, self.report(wrong)
