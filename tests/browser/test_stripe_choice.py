"""`make test-live` without test keys reports it and runs no test."""

import os
import subprocess
import sys

import pytest

from tests.browser.stripe_choice import KEYS
from tests.processes import ROOT


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "need test keys: set STRIPE_TEST_PUBLISHABLE_KEY and STRIPE_TEST_SECRET_KEY"),
        ({"STRIPE_TEST_PUBLISHABLE_KEY": "pk_test_x"}, "need test keys: set STRIPE_TEST_SECRET_KEY"),
        (dict.fromkeys(KEYS, "rk_live_x"), "the stories never touch live money"),
    ],
)
def test_without_test_keys_no_test_runs(keys: dict[str, str], words: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in KEYS}
    command = [sys.executable, "-m", "pytest", "-m", "live", "--collect-only", "tests/browser"]
    environment |= {"STORIES_STRIPE": "real", **keys}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode not in (0, 5) and words in done.stdout + done.stderr
