"""Names that tests and programs for developers use of other modules exist. Type checks skip these files."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from tests.architecture import source

UNCHECKED = ("benchmarks", "soak", "tests", "tools")
OWN = (*UNCHECKED, "demo", "storefront", "stripe_simulator")


def test_imported_names_and_their_attributes_exist() -> None:
    assert [problem for file in source.files(*UNCHECKED) for problem in unknown_names(file)] == []


def unknown_names(file: Path) -> Iterator[str]:
    """Each imported name of our own that its module doesn't have, and each such attribute of a class or module."""
    nodes = list(ast.walk(source.tree(file)))
    imported: dict[str, object] = {}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OWN:
            for alias in node.names:
                try:
                    imported[alias.asname or alias.name] = value_of(str(node.module), alias.name)
                except ImportError:
                    yield f"{file}:{node.lineno} {node.module}.{alias.name}"
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            value = imported.get(node.value.id)
            if isinstance(value, type | ModuleType) and not hasattr(value, node.attr):
                yield f"{file}:{node.lineno} {node.value.id}.{node.attr}"


def value_of(module: str, name: str) -> object:
    """What `from module import name` gives. Raises ImportError."""
    found = importlib.import_module(module)
    return getattr(found, name) if hasattr(found, name) else importlib.import_module(f"{module}.{name}")
