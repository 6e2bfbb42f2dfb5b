"""Rules for random histories: an older backup is restored, and reconciled. Money is equal on both sides at rest."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from storefront import db
from storefront.models import Payment
from tests.histories.common_rules import HOUR, MINUTE, CommonRules
from tests.money.database_copy import DatabaseCopy


class RestoreRules(CommonRules):
    """In each history a backup is made and later restored once, between any two steps. What Stripe has stays."""

    steps = 0
    backup: DatabaseCopy | None = None
    is_restored = False

    @initialize(
        backup_at=st.integers(1, 8),
        steps_between=st.integers(0, 8),
        lost=st.sampled_from(["", "refunds", "disputes"]),
        wait=st.sampled_from([0, MINUTE, HOUR]),
        sells=st.sampled_from(["before the restore", "before the restore", "after the restore", ""]),
    )
    def a_restore_is_planned(self, backup_at: int, steps_between: int, lost: str, wait: int, sells: str) -> None:
        """What is `lost` comes right before the restore. `sells` says when something is sold before reconciling."""
        self.backup_at, self.restore_at = backup_at, backup_at + steps_between
        self.lost, self.wait, self.sells = lost, wait, sells

    @invariant()
    def the_planned_restore_comes(self) -> None:
        self.steps += 1
        if self.steps == self.backup_at:
            self.back_up()
        if self.steps == self.restore_at:
            self.restore()

    def teardown(self) -> None:
        if hasattr(self, "backup_at") and hasattr(self, "offer"):
            if self.backup is None:
                self.back_up()
            if not self.is_restored:
                self.restore()
        super().teardown()

    def back_up(self) -> None:
        if self.lost:
            self.sell()
            self.shop.run_worker()
        with self.shop.crash_injector.suspended(), db.connection():
            self.backup = DatabaseCopy.take()

    def restore(self) -> None:
        """Restore the backup and reconcile, with whatever faults the history has set."""
        assert self.backup is not None
        self.is_restored = True
        if self.sells == "before the restore":
            self.sell()
        with db.connection():
            paid = Payment.select().where(Payment.succeeded(), Payment.amount > 0).order_by(Payment.id.desc()).first()
        if self.lost and paid is not None:
            self.shop.control(self.lost, payment_intent=paid.intent_id)
            self.shop.deliver_webhooks()
            self.shop.run_worker()
        self.shop.restart()
        with self.shop.crash_injector.suspended(), db.connection():
            self.backup.restore()
        self.shop.advance_clock(self.wait)
        if self.sells == "after the restore":
            self.sell()
        self.shop.reconcile()

    def sell(self) -> None:
        """Something is sold. No fault keeps the customer from paying."""
        self.shop.clear_faults()
        self.something_is_sold()
