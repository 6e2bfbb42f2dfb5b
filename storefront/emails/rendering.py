"""Renders an email: subject, plain text and HTML in one language."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup

from storefront import i18n
from storefront.emails import custom_texts, greeting, urls
from storefront.emails.kinds import KINDS, variables
from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import Email, ShopProfile
from storefront.runtime import current

ROOT = Path(__file__).resolve().parents[2]
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})
_MARKDOWN_CHARACTERS = "\\`*_{}[]()#+-.!<>|~&"


@dataclass(frozen=True)
class RenderedEmail:
    """Subject line and both bodies of a message."""

    subject: str
    text: str
    html: str


def render(email: Email, language: str) -> RenderedEmail:
    """Render a queued email in `language` (uk, en, ru), with the owner's text or else the default one."""
    link = urls.link_url(KINDS[email.kind].link, email, language)
    values = variables.values(email, language) | {"link": link}
    return _render(email.kind, language, values)


def preview(kind: str, language: str) -> RenderedEmail:
    """Render an email of this kind with its current text and example values."""
    link = urls.sample_link_url(KINDS[kind].link, language)
    values = variables.sample_values(kind, language) | {"link": link}
    return _render(kind, language, values)


def current_text(kind: str, language: str) -> tuple[str, str]:
    """Return (subject, body) of this kind in `language`: the owner's text or else the default one."""
    custom = custom_texts.custom_text(kind, language)
    if custom is not None:
        return custom.subject, custom.words
    translate = i18n.catalog_for(language).gettext
    return translate(KINDS[kind].subject), translate(KINDS[kind].body)


def _render(kind_name: str, language: str, values: dict[str, str]) -> RenderedEmail:
    kind, translate = KINDS[kind_name], i18n.catalog_for(language).gettext
    shop = ShopProfile.load()
    values = values | {"shop": i18n.isolate(shop.display_name)}
    subject_text, body_text = current_text(kind_name, language)
    if not values["name"]:
        subject_text, body_text = greeting.without_name(subject_text), greeting.without_name(body_text)
    subject = subject_text.format(**values)
    # Values are escaped: a title must not act as Markdown or HTML.
    body = body_text.format(**{name: _escape_markdown(value) for name, value in values.items()})
    context = {
        "language": language,
        "subject": subject,
        "body": Markup(nh3.clean(_markdown.render(body))),  # noqa: S704 - nh3 has just cleaned it
        "plain_body": body_text.format(**values).replace("**", "").replace("*", ""),
        "button": translate(kind.button) if kind.button else "",
        "link": values["link"],
        "footer": translate(_footer(kind)),
        "shop": shop,
        "shop_url": current().config.public_url,
    }
    environment = _environment()
    return RenderedEmail(
        # A header is one line, even if a title contains line breaks.
        subject=" ".join(subject.split()),
        text=environment.get_template("emails/email.txt").render(context),
        html=environment.get_template("emails/email.html").render(context),
    )


def _footer(kind: Kind) -> str:
    """Return the last line of the email, untranslated: why the reader gets it."""
    if kind.for_owner:
        return N_("You get this letter because you run this shop.")
    if kind.about_order:
        return N_("You get this letter because of your order in this shop.")
    return N_("You get this letter because your email address was entered in this shop.")


def _escape_markdown(value: str) -> str:
    return "".join(f"\\{character}" if character in _MARKDOWN_CHARACTERS else character for character in value)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
