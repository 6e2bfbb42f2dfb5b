"""A program of the owner's on this machine, which the shop may reach."""

from collections.abc import Iterator

import pytest

from tests.other_program import OtherProgram, running_program


@pytest.fixture
def program() -> Iterator[OtherProgram]:
    with running_program() as running:
        yield running


@pytest.fixture
def environment(environment: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    return {**environment, "WEBHOOK_ALLOW_NETWORKS": "127.0.0.0/8", **getattr(request, "param", {})}
