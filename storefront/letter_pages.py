"""A letter as people read it: subject, plain text and HTML, in its own language."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nh3
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup

from storefront import buyers_links, letters
from storefront.models import Letter, Order

ROOT = Path(__file__).resolve().parent.parent
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})


@dataclass(frozen=True)
class Page:
    """What is put into a message."""

    subject: str
    text: str
    html: str


def render(letter: Letter, language: str) -> Page:
    """The letter with the owner's words where there are some, else the shop's own in `language` (uk, en, ru)."""
    kind = letters.KINDS[letter.kind]
    values = _values(letter, language)
    own = letters.wording(letter.kind, language)
    translate = _translations(language).gettext
    subject = (own.subject if own else translate(kind.subject)).format(**values)
    # Values are shown, never read as Markdown or HTML.
    words = (own.words if own else translate(kind.words)).format(**{k: _plain(v) for k, v in values.items()})
    context = {
        "language": language,
        "subject": subject,
        "words": Markup(nh3.clean(_markdown.render(words))),  # noqa: S704 - nh3 has just cleaned it
        "plain": (own.words if own else translate(kind.words)).format(**values).replace("**", "").replace("*", ""),
        "button": translate(kind.button) if kind.button else "",
        "link": values["link"],
        "reason": translate(
            letters.N_("You get this letter because of your order in this shop.")
            if not kind.to_owner
            else letters.N_("You get this letter because you run this shop.")
        ),
    }
    environment = _environment()
    return Page(
        # A header is one line, whatever a title holds.
        subject=" ".join(subject.split()),
        text=environment.get_template("emails/letter.txt").render(context),
        html=environment.get_template("emails/letter.html").render(context),
    )


def _values(letter: Letter, language: str) -> dict[str, str]:
    order: Order | None = letter.order
    values = dict.fromkeys(letters.PLACEHOLDERS, "")
    if order is not None:
        values |= {
            "name": order.name,
            "title": order.title,
            "number": str(order.number),
            "amount": order.total.format(language),
        }
    values |= {name: str(value) for name, value in letter.detail.items() if name in letters.PLACEHOLDERS}
    return values | {"link": buyers_links.address(letters.KINDS[letter.kind].link, order, language)}


def _plain(value: str) -> str:
    """Markdown's own signs lose their meaning."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-.!<>|~&" else letter for letter in value)


@cache
def _translations(language: str) -> Translations:
    return Translations.load(str(ROOT / "storefront" / "translations"), [language])  # type: ignore[return-value]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
