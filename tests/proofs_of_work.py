"""Solves the shop's challenges as a browser does."""

import base64
import json
from typing import Any

from altcha import Challenge, derive_key_pbkdf2, solve_challenge


def solve(challenge: dict[str, Any]) -> str:
    """The proof of work, as the form field `proof`."""
    solution = solve_challenge(Challenge.from_dict(challenge), derive_key_pbkdf2)
    assert solution
    return base64.b64encode(json.dumps({"challenge": challenge, "solution": solution.to_dict()}).encode()).decode()
