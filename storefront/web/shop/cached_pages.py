"""The public pages that are kept in memory: the list of offers, the page of an offer, and the legal texts."""

import re
from dataclasses import replace
from functools import partial
from typing import cast

from storefront.models import LegalText, Offer
from storefront.offers import (
    PER_PAGE,
    allowed_sites,
    image_keys,
    image_widths,
    legal_settings,
    legal_text_query,
    legal_words,
    listed_offers,
    listing_mark_query,
    listing_query,
    moment_of,
    offer_id,
    offer_language,
    offer_query,
    payment_terms,
    shop_profile,
    sitemap_query,
    with_texts,
)
from storefront.web import support
from storefront.web.shop import search_engines
from storefront.web.shop.offer_page import page_preview
from storefront.web.shop.offer_page.terms import offer_terms
from storefront.web.support import LANGUAGES, PageContent, PageKind, Rows


def offers_page(rows: Rows, page: int) -> PageContent | None:
    """The list of offers; None beyond its last page."""
    offers = listed_offers(rows)
    if not offers and page > 1:
        return None
    shown = offers[:PER_PAGE]
    values: dict[str, object] = {"offers": shown, "page": page, "more": len(offers) > PER_PAGE}
    is_complete = all(_has_its_picture(offer) for offer, _options in shown)
    return PageContent(
        "shop/index.html", values, shop_profile(rows), is_complete=is_complete, legal=legal_settings(rows)
    )


def offer_page(rows: Rows, option_id: int | None = None, is_preview: bool = False) -> PageContent | None:
    """An offer's page with this price option chosen; None unless the offer is published and has the option.

    A preview shows any offer as if it were published. It is for signed-in admins: no part of it may be kept.
    """
    if not rows:
        return None
    shop, moment = shop_profile(rows), moment_of(rows)
    make = partial(offer_terms, rows, option_id, moment[0], is_preview)
    terms = make() if is_preview else support.fragment((payment_terms(rows), moment, option_id), make)
    if terms is None:
        return None
    offer = with_texts(terms.offer, rows)
    values: dict[str, object] = {
        "offer": offer,
        "option": terms.option,
        "has_options": len(terms.options) > 1,
        "has_choices": terms.has_choices,
        "status": terms.status,
        "stock": terms.stock,
        "parts": terms.parts,
        "preview": page_preview.page_preview(offer, terms, shop),
    }
    template = "shop/offer_preview.html" if is_preview else "shop/offer.html"
    return PageContent(template, values, shop, terms.merchant, _has_its_picture(offer), legal_settings(rows))


def unsaved_offer_page(rows: Rows, picture: tuple[str, int, int] | None) -> PageContent | None:
    """An offer's page from rows that are not saved, for the admin who types them. Nothing can be paid on it.

    `picture` is an uploaded image that is not stored: its `data:` address, width and height.
    """
    content = offer_page(rows, is_preview=True)
    if content is None:
        return None
    return replace(content, template="shop/offer_not_saved.html", values=content.values | {"typed_picture": picture})


def legal_page(rows: Rows, text: LegalText) -> PageContent | None:
    """A legal text in the page's language, or else in another that has it; None where there is none."""
    words, shop = legal_words(rows), shop_profile(rows)
    languages = support.current_language(), shop.default_language, *LANGUAGES
    language = next((one for one in languages if words.get(one)), "")
    if not language:
        return None
    values: dict[str, object] = {"text": text, "words": words[language], "words_language": language}
    return PageContent("shop/legal.html", values, shop, legal=legal_settings(rows))


def embed_page(rows: Rows) -> PageContent | None:
    """The offer's page for frames on the sites that its owner allows; None unless it is published."""
    content = offer_page(rows)
    if content is None:
        return None
    offer = cast(Offer, content.values["offer"])
    return replace(content, template="shop/embed.html", frame_ancestors=allowed_sites(offer))


def _has_its_picture(offer: Offer) -> bool:
    """Whether the page shows the picture. Its files may come later than its row, such as during a restore."""
    picture = offer.picture, offer.picture_width
    return not offer.picture or len(image_widths(*picture)) == len(image_keys(*picture))


def _default_language(rows: Rows) -> str:
    return shop_profile(rows).default_language


CACHED_PAGES = (
    PageKind(
        re.compile(r"/o/([a-z0-9-]{1,80})/embed"),
        "/o/<slug>/embed",
        offer_query,
        lambda rows, _slug: embed_page(rows),
        offer_language,
        _default_language,
        moment_of,
        viewed=offer_id,
    ),
    PageKind(
        re.compile(r"/o/([a-z0-9-]{1,80})(?:\?option=([1-9][0-9]{0,8}))?"),
        "/o/<slug>",
        lambda slug, _option: offer_query(slug),
        lambda rows, _slug, option: offer_page(rows, option and int(option)),
        offer_language,
        _default_language,
        moment_of,
        frozenset({"option"}),
        viewed=offer_id,
    ),
    PageKind(
        re.compile(r"/(?:\?page=([1-9][0-9]{0,3}))?"),
        "/",
        lambda page: listing_query(int(page or 1)),
        lambda rows, page: offers_page(rows, int(page or 1)),
        lambda _rows: "",
        _default_language,
        parameters=frozenset({"page"}),
        mark=lambda page: listing_mark_query(int(page or 1)),
    ),
    PageKind(
        re.compile(rf"/legal/({'|'.join(LegalText)})"),
        "/legal/<text>",
        lambda text: legal_text_query(LegalText(text)),
        lambda rows, text: legal_page(rows, LegalText(text)),
        lambda _rows: "",
        _default_language,
    ),
    PageKind(
        re.compile(r"/sitemap(?:-([0-9]{1,4}))?\.xml"),
        "/sitemap.xml",
        lambda part: sitemap_query(int(part) if part else None),
        search_engines.sitemap_page,
        # It has no words.
        lambda _rows: "en",
        lambda _rows: "en",
    ),
)
