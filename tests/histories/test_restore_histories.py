"""Random histories in which an older backup is restored and reconciled: money is equal on both sides at rest."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import seed
from hypothesis.stateful import get_state_machine_test

from tests.cards import GOOD
from tests.histories.payment_rules import PaymentRules
from tests.histories.restore_rules import RestoreRules
from tests.histories.subscription_rules import SubscriptionRules
from tests.histories.test_payment_histories import profile
from tests.money.in_process_mail import running_in_process_mail_server
from tests.money.in_process_shop import InProcessShop, in_process_shop

MANY = int(os.environ.get("HISTORIES", "0"))


class RestoredPayments(RestoreRules, PaymentRules):
    """Histories of one-time purchases with restores."""


class RestoredSubscriptions(RestoreRules, SubscriptionRules):
    """Histories of subscriptions with restores."""

    buyers = 0

    def something_is_sold(self) -> None:
        """A customer subscribes whom the shop does not know."""
        self.buyers += 1
        self.somebody_subscribes(GOOD, f"Olha-{self.buyers}")


@pytest.fixture
def shop() -> Iterator[InProcessShop]:
    with running_in_process_mail_server() as mail_server, in_process_shop(mail_server) as shop:
        yield shop


# A history takes one to two seconds of processor time.
@pytest.mark.parametrize(("machine", "examples"), [(RestoredPayments, 12), (RestoredSubscriptions, 5)])
def test_records_agree_with_stripe_after_restores(
    machine: type[RestoredPayments | RestoredSubscriptions], examples: int, shop: InProcessShop
) -> None:
    play = get_state_machine_test(lambda: machine(shop), settings=profile(MANY or examples))
    play = play if MANY else seed(3)(play)
    play()
