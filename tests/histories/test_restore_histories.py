"""Random histories in which an older backup is restored and reconciled: money is equal on both sides at rest."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import seed
from hypothesis.stateful import get_state_machine_test

from tests.histories.payment_rules import PaymentRules
from tests.histories.restore_rules import RestoreRules
from tests.histories.test_payment_histories import profile
from tests.money.in_process_mail import running_in_process_mail_server
from tests.money.in_process_shop import InProcessShop, in_process_shop

MANY = int(os.environ.get("HISTORIES", "0"))
# Each takes about a second of processor time.
EXAMPLES = 12


class RestoredPayments(RestoreRules, PaymentRules):
    """Histories of one-time purchases with restores."""


@pytest.fixture
def shop() -> Iterator[InProcessShop]:
    with running_in_process_mail_server() as mail_server, in_process_shop(mail_server) as shop:
        yield shop


def test_records_agree_with_stripe_after_restores(shop: InProcessShop) -> None:
    play = get_state_machine_test(lambda: RestoredPayments(shop), settings=profile(MANY or EXAMPLES))
    play = play if MANY else seed(3)(play)
    play()
