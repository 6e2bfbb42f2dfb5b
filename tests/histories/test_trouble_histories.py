"""Random histories in which the disk is full or the database away: money is equal on both sides at rest."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import seed
from hypothesis.stateful import get_state_machine_test

from tests.histories.payment_rules import PaymentRules
from tests.histories.subscription_rules import SubscriptionRules
from tests.histories.test_payment_histories import profile
from tests.histories.trouble_rules import TroubleRules
from tests.money.in_process_mail import running_in_process_mail_server
from tests.money.in_process_shop import InProcessShop, in_process_shop

MANY = int(os.environ.get("HISTORIES", "0"))


class TroubledPayments(TroubleRules, PaymentRules):
    """Histories of one-time purchases."""


class TroubledSubscriptions(TroubleRules, SubscriptionRules):
    """Histories of subscriptions."""


@pytest.fixture
def shop() -> Iterator[InProcessShop]:
    with running_in_process_mail_server() as mail_server, in_process_shop(mail_server) as shop:
        yield shop


@pytest.mark.parametrize(("machine", "examples"), [(TroubledPayments, 15), (TroubledSubscriptions, 4)])
def test_records_agree_with_stripe_after_trouble(
    machine: type[TroubledPayments | TroubledSubscriptions], examples: int, shop: InProcessShop
) -> None:
    play = get_state_machine_test(lambda: machine(shop), settings=profile(MANY or examples))
    play = play if MANY else seed(5)(play)
    play()
