"""Nothing that happens, in whatever order, loses a payment, counts it twice, or makes the shop say something untrue."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import get_state_machine_test

from tests.money.histories import Histories
from tests.money.stage import Stage, in_memory

# `make test` plays the same 300 histories every time, in two halves beside each other; `make test-long` others.
HALVES = (1, 2)
MANY = int(os.environ.get("HISTORIES", "0"))
STEPS = 20


@pytest.fixture
def stage() -> Iterator[Stage]:
    with in_memory() as stage:
        yield stage


def profile(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        print_blob=True,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("half", HALVES)
def test_money_never_lies(half: int, stage: Stage) -> None:
    play = get_state_machine_test(lambda: Histories(stage), settings=profile((MANY or 300) // len(HALVES)))
    play = play if MANY else seed(half)(play)
    play()
