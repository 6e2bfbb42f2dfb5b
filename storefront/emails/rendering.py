"""A letter as people read it: subject, plain text and HTML, in its own language."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup

from storefront import i18n
from storefront.emails import custom_texts, signed_links
from storefront.emails.kinds import KINDS, placeholders
from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import Email

ROOT = Path(__file__).resolve().parents[2]
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})


@dataclass(frozen=True)
class RenderedEmail:
    """What is put into a message."""

    subject: str
    text: str
    html: str


def render(letter: Email, language: str) -> RenderedEmail:
    """The letter with the owner's words where there are some, else the shop's own in `language` (uk, en, ru)."""
    link = signed_links.link_url(KINDS[letter.kind].link, letter, language)
    values = placeholders.values(letter, language) | {"shop": signed_links.shop_host(), "link": link}
    return _page(letter.kind, language, current_text(letter.kind, language), values)


def preview(kind: str, language: str) -> RenderedEmail:
    """What such a letter looks like with the present words, about an order that isn't there."""
    link = signed_links.sample_link_url(KINDS[kind].link, language)
    values = placeholders.samples(kind, language) | {"shop": signed_links.shop_host(), "link": link}
    return _page(kind, language, current_text(kind, language), values)


def current_text(kind: str, language: str) -> tuple[str, str]:
    """Subject and words of this kind of letter in `language`: the owner's where there are some, else the shop's."""
    own = custom_texts.custom_text(kind, language)
    if own is not None:
        return own.subject, own.words
    words = i18n.catalog_for(language)
    return words.gettext(KINDS[kind].subject), words.gettext(KINDS[kind].words)


def _page(kind_name: str, language: str, texts: tuple[str, str], values: dict[str, str]) -> RenderedEmail:
    kind, translate = KINDS[kind_name], i18n.catalog_for(language).gettext
    subject = texts[0].format(**values)
    # Values are shown, never read as Markdown or HTML.
    words = texts[1].format(**{k: _plain(v) for k, v in values.items()})
    context = {
        "language": language,
        "subject": subject,
        "words": Markup(nh3.clean(_markdown.render(words))),  # noqa: S704 - nh3 has just cleaned it
        "plain": texts[1].format(**values).replace("**", "").replace("*", ""),
        "button": translate(kind.button) if kind.button else "",
        "link": values["link"],
        "reason": translate(_why_written(kind)),
        "shop": values["shop"],
    }
    environment = _environment()
    return RenderedEmail(
        # A header is one line, whatever a title holds.
        subject=" ".join(subject.split()),
        text=environment.get_template("emails/email.txt").render(context),
        html=environment.get_template("emails/email.html").render(context),
    )


def _why_written(kind: Kind) -> str:
    """The last line of every letter."""
    if kind.to_owner:
        return N_("You get this letter because you run this shop.")
    if kind.of_order:
        return N_("You get this letter because of your order in this shop.")
    return N_("You get this letter because your email address was entered in this shop.")


def _plain(value: str) -> str:
    """Markdown's own signs lose their meaning."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-.!<>|~&" else letter for letter in value)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
