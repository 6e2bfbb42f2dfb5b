"""Markdown in emails as HTML."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})
# The first text compiles the rules, and another thread could use them half compiled: it would raise, or miss some.
_markdown.render("text")


def to_html(text: str) -> Markup:
    """The text as safe HTML."""
    return Markup(nh3.clean(_markdown.render(text)))  # noqa: S704 - nh3 has just cleaned it
