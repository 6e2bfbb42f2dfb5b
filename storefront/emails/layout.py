"""The look of an email: HTML and plain text with heading, rows, one button, and who sends it and why."""

import re
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from storefront import i18n
from storefront.emails.delivered_items import EmailItem
from storefront.emails.kinds.facts import Fact
from storefront.emails.kinds.kind import Kind
from storefront.emails.markup import to_html
from storefront.i18n import N_
from storefront.models import ShopProfile
from storefront.runtime import current

ROOT = Path(__file__).resolve().parents[2]
MAX_PREHEADER = 120
UNSUBSCRIBE = N_("Unsubscribe")
QUESTION = N_("Questions? Reply to this email or write to {contact}.")
_MARKDOWN_CHARACTERS = "\\`*_{}[]()#+-.!<>|~&"
# "[text](address)" of a text in Markdown.
_LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\s]*)\)")


@dataclass(frozen=True)
class RenderedEmail:
    """Subject line and both bodies of a message."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Content:
    """What an email says. `body` is Markdown with its variables filled in and escaped, `plain_body` without escapes."""

    subject: str
    heading: str
    body: str
    plain_body: str
    rows: list[Fact]
    button: str
    link: str
    items: tuple[EmailItem, ...] = ()  # what the order delivers
    unsubscribe: str = ""  # the address of the page that ends these emails


def lay_out(content: Content, kind: Kind, shop: ShopProfile, language: str) -> RenderedEmail:
    """Render both bodies for one shop in one language."""
    catalog = i18n.catalog_for(language)
    plain_body = _without_markdown(content.plain_body)
    context = {
        "language": language,
        "content": content,
        "body": to_html(content.body),
        "plain_body": plain_body,
        "preheader": _preheader(plain_body),
        "reason": _reason(kind, shop, catalog),
        # What stands before and after the address to write to.
        "question": catalog.gettext(QUESTION).split("{contact}"),
        "unsubscribe": catalog.gettext(UNSUBSCRIBE),
        "for_owner": kind.for_owner,
        "shop": shop,
        "shop_url": current().config.public_url,
    }
    environment = _environment()
    return RenderedEmail(
        # A header is one line, even if a title contains line breaks.
        subject=" ".join(content.subject.split()),
        text=environment.get_template("emails/email.txt").render(context),
        html=environment.get_template("emails/email.html").render(context),
    )


def escape_markdown(value: str) -> str:
    """The value of a variable, so that it does not act as Markdown."""
    return "".join(f"\\{character}" if character in _MARKDOWN_CHARACTERS else character for character in value)


def _without_markdown(text: str) -> str:
    return _LINK.sub(r"\1 (\2)", text).replace("**", "").replace("*", "")


def _preheader(plain_body: str) -> str:
    """The beginning of the body without its greeting, which mail programs show beside the subject."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", plain_body) if part.strip()]
    if len(paragraphs) > 1 and paragraphs[0][-1] in ",!":
        paragraphs = paragraphs[1:]
    text = paragraphs[0] if paragraphs else ""
    return text if len(text) <= MAX_PREHEADER else text[:MAX_PREHEADER].rsplit(" ", 1)[0] + "…"


def _reason(kind: Kind, shop: ShopProfile, catalog: NullTranslations) -> str:
    """Why the reader gets this email."""
    if kind.for_owner:
        reason = N_("You received this email because you run {shop}.")
    elif kind.about_order:
        reason = N_("You received this email because you placed an order at {shop}.")
    else:
        reason = N_("You received this email because your address was entered at {shop}.")
    return catalog.gettext(reason).format(shop=i18n.isolate(shop.display_name))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
