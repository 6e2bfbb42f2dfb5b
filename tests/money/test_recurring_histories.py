"""The same of what is paid again and again: nothing is charged twice, asked for in vain, or said that isn't so."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import seed
from hypothesis.stateful import get_state_machine_test

from tests.money.recurring_histories import RecurringHistories
from tests.money.stage import Stage, in_memory
from tests.money.test_histories import HALVES, profile

MANY = int(os.environ.get("HISTORIES", "0"))


@pytest.fixture
def stage() -> Iterator[Stage]:
    with in_memory() as stage:
        yield stage


@pytest.mark.parametrize("half", HALVES)
def test_subscriptions_never_lie(half: int, stage: Stage) -> None:
    play = get_state_machine_test(lambda: RecurringHistories(stage), settings=profile((MANY or 140) // len(HALVES)))
    play = play if MANY else seed(half)(play)
    play()
