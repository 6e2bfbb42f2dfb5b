"""Texts for people are written so that Babel can extract them."""

import ast
from collections.abc import Iterator

from tests.architecture.source import files, tree

MARKS = {"_", "_l", "N_", "gettext", "ngettext", "lazy_gettext"}


def hidden_words(module: ast.Module) -> Iterator[str]:
    """Translated texts inside f-strings, which Babel does not extract."""
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
            yield from (
                ast.unparse(call) for call in calls if isinstance(call.func, ast.Name) and call.func.id in MARKS
            )


def test_no_translated_text_is_inside_an_f_string() -> None:
    assert {str(path): found for path in files("storefront") if (found := list(hidden_words(tree(path))))} == {}


def test_the_check_finds_a_text_in_an_f_string() -> None:
    assert list(hidden_words(ast.parse("""words = f"{start} {_('and more')}\""""))) == ["_('and more')"]
