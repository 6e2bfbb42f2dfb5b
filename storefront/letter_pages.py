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
from storefront.money import Money

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
    own = letters.wording(letter.kind, language)
    words = (own.subject, own.words) if own else own_words(letter.kind, language)
    return _page(letter.kind, language, words, _values(letter, language))


def preview(kind: str, language: str, words: tuple[str, str]) -> Page:
    """What a letter with this subject and these words would look like, about an order that isn't there."""
    translate = _translations(language).gettext
    values = {
        "name": translate(letters.N_("Marko")),
        "title": translate(letters.N_("Watercolour evening")),
        "number": str(Order.FIRST_NUMBER),
        "amount": Money(1999, "EUR").format(language),
        "refund_amount": Money(500, "EUR").format(language),
        "due": "2030-01-31 12:00 UTC",
        "shop": buyers_links.shop(),
        "link": buyers_links.sample(letters.KINDS[kind].link, language),
    }
    return _page(kind, language, words, values)


def own_words(kind: str, language: str) -> tuple[str, str]:
    """The shop's own subject and words for this kind of letter in `language`."""
    translate = _translations(language).gettext
    return translate(letters.KINDS[kind].subject), translate(letters.KINDS[kind].words)


def _page(kind_name: str, language: str, texts: tuple[str, str], values: dict[str, str]) -> Page:
    kind, translate = letters.KINDS[kind_name], _translations(language).gettext
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
    values = dict.fromkeys(letters.PLACEHOLDERS, "") | {"shop": buyers_links.shop()}
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
