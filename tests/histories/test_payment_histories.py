"""Random histories of one-time purchases: no payment is lost, counted twice or shown wrongly."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import get_state_machine_test

from tests.histories.payment_rules import PaymentRules
from tests.money.in_process_mail import running_in_process_mail_server
from tests.money.in_process_shop import InProcessShop, in_process_shop

# `make test` runs the same 300 histories every time, in two parallel halves; `make test-long` runs others. SHARE is 16
# for the first sixteenth of them.
HALVES = (1, 2)
MANY = int(os.environ.get("HISTORIES", "0"))
SHARE = int(os.environ.get("HISTORIES_SHARE", "1"))
STEPS = 20


@pytest.fixture
def shop() -> Iterator[InProcessShop]:
    with running_in_process_mail_server() as mail_server, in_process_shop(mail_server) as shop:
        yield shop


def profile(examples: int) -> settings:
    return settings(
        max_examples=max(examples // SHARE, 1),
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        print_blob=True,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("half", HALVES)
def test_records_agree_with_stripe_after_random_histories_of_payments(half: int, shop: InProcessShop) -> None:
    play = get_state_machine_test(lambda: PaymentRules(shop), settings=profile((MANY or 300) // len(HALVES)))
    play = play if MANY else seed(half)(play)
    play()
