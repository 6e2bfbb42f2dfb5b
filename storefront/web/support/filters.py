"""Template filters: amounts, dates, Markdown, cards, statuses."""

from functools import lru_cache

import nh3
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup

from storefront.i18n import country_name, isolate, outside_payment_text
from storefront.models import OrderLine
from storefront.money import Money
from storefront.web.support import dates
from storefront.web.support.answer_text import answer_text
from storefront.web.support.card_label import card_expiry, card_name
from storefront.web.support.languages import current_language
from storefront.web.support.mode import mode_name
from storefront.web.support.order_statuses import order_status
from storefront.web.support.prices import price_text
from storefront.web.support.prices.tax_rows import charged_tax, order_tax, tax_note

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
# The first text compiles the rules, and another thread could use them half compiled: it would raise, or miss some.
_markdown.render("text")
_TAGS = {
    *"p br hr strong em del a ul ol li blockquote code pre h2 h3 h4 h5 h6".split(),
    *"table thead tbody tr th td".split(),
}


def init_app(app: Flask) -> None:
    """Register the filters.

    `day` is a <time> element and `day_text` the same date as text; `priced` is the price sentence of an offer or order,
    `offer_price` that of an offer whose price customers may choose, and `listed_price` that of one with its options.
    `order_lines` are the lines of an itemized order and `extras` those beside its units, read with one query.
    `order_tax` is the tax of an order as a `TaxRow`, and `charged_tax` that of one of its charges;
    `tax_note` stands beside the price of an offer.

    `isolated` is a name inside a sentence, title or attribute; elsewhere names stand in <bdi>.
    """
    app.jinja_env.filters.update(
        money=money,
        moment=dates.moment,
        minute=dates.minute,
        day=dates.day_tag,
        day_text=dates.day,
        short_day=dates.short_day,
        markdown=markdown,
        plain=plain_text,
        priced=price_text.price_sentence,
        offer_price=price_text.offer_price,
        listed_price=price_text.listed_price,
        subscription_price=price_text.subscription_price,
        answer_text=answer_text,
        unclear_terms=price_text.unclear_terms,
        card=card_name,
        card_expiry=card_expiry,
        file_size=file_size,
        order_status=order_status,
        mode_name=mode_name,
        isolated=isolate,
        extras=OrderLine.extras_of,
        order_lines=OrderLine.of_order,
        order_tax=order_tax,
        charged_tax=charged_tax,
        tax_note=tax_note,
        outside_payment=lambda paid: outside_payment_text(paid.method, paid.received, current_language()),
        country_name=lambda code: country_name(code, current_language()) if code else "",
    )


def money(amount: Money) -> str:
    """An amount formatted for the page's language."""
    return amount.format(current_language())


def file_size(size: int) -> str:
    """A size in bytes, in the page's language: `1.4 GB`, `12 MB`, `3 KB`. The units are decimal."""
    if size >= 1_000_000_000:
        return _("%(number)s GB", number=_short_number(size / 1_000_000_000))
    if size >= 1_000_000:
        return _("%(number)s MB", number=_short_number(size / 1_000_000))
    return _("%(number)s KB", number=_short_number(max(size / 1_000, 1)))


def _short_number(value: float) -> str:
    return str(format_decimal(round(value, 1 if value < 10 else 0), locale=current_language()))


# The texts of offers, shown again each time something else on their pages changes.
@lru_cache(maxsize=500)
def markdown(text: str) -> Markup:
    """The owner's Markdown as safe HTML: no scripts, styles, frames or images.

    First-level headings become second-level ones, because the page has its own first-level heading.
    """
    html = _markdown.render(text).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    clean = nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"})
    return Markup(clean)  # noqa: S704 - cleaned by nh3


@lru_cache(maxsize=500)
def plain_text(text: str) -> str:
    """The owner's Markdown as text without markup, in one line."""
    return markdown(text).striptags()
