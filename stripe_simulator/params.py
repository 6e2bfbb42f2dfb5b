"""`a[b][c]=1&list[0]=x&list[]=y` as nested dictionaries and lists, the way Stripe reads a request."""

import re
from collections.abc import Iterable
from typing import Any

from stripe_simulator.errors import invalid

NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
PIECE = re.compile(r"\[([^\[\]]*)\]")


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nested parameters from form or query pairs; leaves are strings.

    Raises StripeError 400 when a name is malformed or used both as a value and as a hash.
    """
    tree: dict[str, Any] = {}
    for name, value in pairs:
        put(tree, pieces_of(name), value, name)
    return {name: with_lists(value) for name, value in tree.items()}


def pieces_of(name: str) -> list[str]:
    """`a[b][0]` → `["a", "b", "0"]`."""
    match = NAME.match(name)
    if match is None:
        raise invalid(f"Invalid parameter name: {name}", param=name)
    return [match[1], *PIECE.findall(match[2])]


def put(tree: dict[str, Any], pieces: list[str], value: str, name: str) -> None:
    """Places one value; `[]` takes the next number."""
    for piece in pieces[:-1]:
        child = tree.setdefault(numbered(tree, piece), {})
        if not isinstance(child, dict):
            raise invalid(f"Invalid parameter: {name} is used both as a value and as a hash", param=name)
        tree = child
    last = numbered(tree, pieces[-1])
    if isinstance(tree.get(last), dict):
        raise invalid(f"Invalid parameter: {name} is used both as a value and as a hash", param=name)
    tree[last] = value


def numbered(tree: dict[str, Any], piece: str) -> str:
    return piece if piece else str(len(tree))


def with_lists(value: Any) -> Any:
    """Hashes whose keys are all numbers are lists."""
    if not isinstance(value, dict):
        return value
    children = {name: with_lists(child) for name, child in value.items()}
    if children and all(name.isdigit() for name in children):
        return [children[name] for name in sorted(children, key=int)]
    return children
