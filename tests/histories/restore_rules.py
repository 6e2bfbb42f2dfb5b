"""Rules for random histories: an older backup is restored, and reconciled. Money is equal on both sides at rest."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import db
from tests.histories.common_rules import HOUR, MINUTE, CommonRules
from tests.money.database_copy import DatabaseCopy


class RestoreRules(CommonRules):
    """The shop's database may be replaced by an older one at any time; what Stripe has stays."""

    backup: DatabaseCopy | None = None

    @rule()
    def a_backup_is_made(self) -> None:
        with db.connection():
            self.backup = DatabaseCopy.take()

    @rule(wait=st.sampled_from([0, MINUTE, HOUR]))
    def something_is_sold_after_the_backup(self, wait: int) -> None:
        """The most common sequence."""
        self.a_backup_is_made()
        self.something_is_sold()
        if self.secrets:
            self.the_backup_is_restored_and_reconciled(wait, sells_before=False)

    @rule(wait=st.sampled_from([0, MINUTE, HOUR]), sells_before=st.booleans())
    @precondition(lambda self: self.backup is not None and self.secrets)
    def the_backup_is_restored_and_reconciled(self, wait: int, sells_before: bool) -> None:
        """The same backup may be restored more than once. Something may be sold before anybody reconciles."""
        assert self.backup is not None
        self.shop.restart()
        with db.connection():
            self.backup.restore()
        self.shop.advance_clock(wait)
        if sells_before:
            self.something_is_sold()
        self.shop.reconcile()
