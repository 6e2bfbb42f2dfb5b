"""Random histories of subscriptions: nothing is charged twice, requested without need or shown wrongly."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import seed
from hypothesis.stateful import get_state_machine_test

from tests.histories.subscription_rules import SubscriptionRules
from tests.histories.test_payment_histories import HALVES, profile
from tests.money.in_process_mail import running_in_process_mail_server
from tests.money.in_process_shop import InProcessShop, in_process_shop

MANY = int(os.environ.get("HISTORIES", "0"))


@pytest.fixture
def shop() -> Iterator[InProcessShop]:
    with running_in_process_mail_server() as mail_server, in_process_shop(mail_server) as shop:
        yield shop


@pytest.mark.parametrize("half", HALVES)
def test_records_agree_with_stripe_after_random_histories_of_subscriptions(half: int, shop: InProcessShop) -> None:
    play = get_state_machine_test(lambda: SubscriptionRules(shop), settings=profile((MANY or 140) // len(HALVES)))
    play = play if MANY else seed(half)(play)
    play()
