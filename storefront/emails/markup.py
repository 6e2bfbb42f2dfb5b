"""Markdown in emails as HTML."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})


def to_html(text: str) -> Markup:
    """The text as safe HTML."""
    return Markup(nh3.clean(_markdown.render(text)))  # noqa: S704 - nh3 has just cleaned it
