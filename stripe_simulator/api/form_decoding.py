"""Decodes `a[b][c]=1&list[0]=x&list[]=y` into nested dictionaries and lists, as Stripe does."""

import re
from collections.abc import Iterable
from typing import Any

from stripe_simulator.errors import invalid

NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
SEGMENT = re.compile(r"\[([^\[\]]*)\]")


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return nested parameters from form or query pairs; leaf values are strings.

    Raises StripeError 400 when a name is malformed or used both as a value and as a hash.
    """
    tree: dict[str, Any] = {}
    for name, value in pairs:
        set_value(tree, split_name(name), value, name)
    return {name: convert_lists(value) for name, value in tree.items()}


def split_name(name: str) -> list[str]:
    """Split `a[b][0]` into `["a", "b", "0"]`."""
    match = NAME.match(name)
    if match is None:
        raise invalid(f"Invalid parameter name: {name}", param=name)
    return [match[1], *SEGMENT.findall(match[2])]


def set_value(tree: dict[str, Any], segments: list[str], value: str, name: str) -> None:
    """Store one value in the tree; `[]` takes the next index."""
    for segment in segments[:-1]:
        child = tree.setdefault(index_for(tree, segment), {})
        if not isinstance(child, dict):
            raise invalid(f"Invalid parameter: {name} is used both as a value and as a hash", param=name)
        tree = child
    last = index_for(tree, segments[-1])
    if isinstance(tree.get(last), dict):
        raise invalid(f"Invalid parameter: {name} is used both as a value and as a hash", param=name)
    tree[last] = value


def index_for(tree: dict[str, Any], segment: str) -> str:
    return segment if segment else str(len(tree))


def convert_lists(value: Any) -> Any:
    """Convert hashes whose keys are all numbers into lists."""
    if not isinstance(value, dict):
        return value
    children = {name: convert_lists(child) for name, child in value.items()}
    if children and all(name.isdigit() for name in children):
        return [children[name] for name in sorted(children, key=int)]
    return children
