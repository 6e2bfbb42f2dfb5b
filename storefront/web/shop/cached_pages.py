"""The public pages that are kept in memory: the list of offers, the page of an offer, and the legal texts."""

import re
from dataclasses import replace
from datetime import date
from functools import partial

from flask import render_template, url_for
from markupsafe import Markup

from storefront.models import LegalSettings, LegalText, Merchant, Offer, OfferStatus, ShopProfile
from storefront.offers import (
    PER_PAGE,
    allowed_sites,
    day_of_charges,
    image_keys,
    image_widths,
    legal_settings,
    legal_text_query,
    legal_words,
    listed_offers,
    listing_query,
    offer_language,
    offer_query,
    payment_terms,
    public_offer,
    shop_profile,
    sitemap_query,
    withdrawal_days,
)
from storefront.web import support
from storefront.web.forms import missing_answer
from storefront.web.shop import legal_terms, page_preview, payment_form, search_engines
from storefront.web.support import LANGUAGES, PageContent, PageKind, Rows


def offers_page(rows: Rows, page: int) -> PageContent | None:
    """The list of offers; None beyond its last page."""
    offers = listed_offers(rows)
    if not offers and page > 1:
        return None
    shown = offers[:PER_PAGE]
    values: dict[str, object] = {"offers": shown, "page": page, "more": len(offers) > PER_PAGE}
    is_complete = all(map(_has_its_picture, shown))
    return PageContent(
        "shop/index.html", values, shop_profile(rows), is_complete=is_complete, legal=legal_settings(rows)
    )


def offer_page(rows: Rows, is_preview: bool = False) -> PageContent | None:
    """An offer's page; None unless it is published.

    A preview shows any offer as if it were published. It is for signed-in admins: no part of it may be kept.
    """
    offer, sold_out = public_offer(rows)
    if offer is None or not (is_preview or offer.status == OfferStatus.PUBLISHED):
        return None
    values: dict[str, object] = {"offer": offer, "sold_out": sold_out, "parts": None, "status": offer.status}
    offer.status = OfferStatus.PUBLISHED
    merchant = offer.merchant if offer.obstacle() is None and not sold_out else None
    shop, legal, today = shop_profile(rows), legal_settings(rows), day_of_charges(rows)
    values["shop_parts"] = support.fragment(("shop", shop), partial(_shop_parts, shop, legal))
    values["preview"] = page_preview.page_preview(offer, shop, merchant is not None, sold_out)
    if merchant is not None:
        make_parts = partial(_payment_parts, offer, merchant, shop, legal, today)
        values["parts"] = make_parts() if is_preview else support.fragment((payment_terms(rows), today), make_parts)
    template = "shop/offer_preview.html" if is_preview else "shop/offer.html"
    return PageContent(template, values, shop, merchant, _has_its_picture(offer), legal)


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
    offer, _sold_out = public_offer(rows)
    sites = allowed_sites(offer) if offer is not None else ()
    return replace(content, template="shop/embed.html", frame_ancestors=sites)


def _shop_parts(shop: ShopProfile, legal: LegalSettings) -> dict[str, Markup]:
    """The parts of a page that depend on the shop's profile alone."""
    names = {"logo": "components/shop_logo", "identity": "components/shop_identity", "seller": "shop/_seller"}
    with support.rendering_shop(shop, legal):
        return {part: Markup(render_template(f"{name}.html")) for part, name in names.items()}  # noqa: S704


def _payment_parts(
    offer: Offer, merchant: Merchant, shop: ShopProfile, legal: LegalSettings, today: date | None
) -> dict[str, Markup]:
    """The parts of an offer's page that depend on `payment_terms`: scripts, banner of test mode, and payment form."""
    payment = payment_form.payment_form(
        merchant,
        # Keep the page's language even if the visitor changes it in another tab.
        url_for("shop.start_checkout", slug=offer.slug, lang=support.current_language()),
        offer.price,
        terms=offer,
        today=today,
        max_quantity=offer.max_quantity,
        visit=payment_form.visit_storage_key(offer),
        withdrawal=legal_terms.withdrawal_sentence(withdrawal_days(offer, shop.country), offer.no_withdrawal_reason),
        terms_consent=legal_terms.consent_with_links(legal) if legal.asks_consent else "",
        legal=legal,
        questions=[(question, missing_answer(question)) for question in offer.asked()],
        questions_language=offer.language,
    )
    names = ["payment_scripts", "payment_form"] + ([] if merchant.is_live else ["test_ribbon"])
    # The templates escape their values.
    return {name: Markup(render_template(f"components/{name}.html", payment=payment, cards=True)) for name in names}  # noqa: S704


def _has_its_picture(offer: Offer) -> bool:
    """Whether the page shows the picture. Its files may come later than its row, such as during a restore."""
    picture = offer.picture, offer.picture_width
    return not offer.picture or len(image_widths(*picture)) == len(image_keys(*picture))


def _default_language(rows: Rows) -> str:
    return shop_profile(rows).default_language


CACHED_PAGES = (
    PageKind(
        re.compile(r"/o/([a-z0-9-]{1,80})/embed"),
        offer_query,
        lambda rows, _slug: embed_page(rows),
        offer_language,
        _default_language,
        day_of_charges,
    ),
    PageKind(
        re.compile(r"/o/([a-z0-9-]{1,80})"),
        offer_query,
        lambda rows, _slug: offer_page(rows),
        offer_language,
        _default_language,
        day_of_charges,
    ),
    PageKind(
        re.compile(r"/(?:\?page=([1-9][0-9]{0,3}))?"),
        lambda page: listing_query(int(page or 1)),
        lambda rows, page: offers_page(rows, int(page or 1)),
        lambda _rows: "",
        _default_language,
    ),
    PageKind(
        re.compile(rf"/legal/({'|'.join(LegalText)})"),
        lambda text: legal_text_query(LegalText(text)),
        lambda rows, text: legal_page(rows, LegalText(text)),
        lambda _rows: "",
        _default_language,
    ),
    PageKind(
        re.compile(r"/sitemap(?:-([0-9]{1,4}))?\.xml"),
        lambda part: sitemap_query(int(part) if part else None),
        search_engines.sitemap_page,
        # It has no words.
        lambda _rows: "en",
        lambda _rows: "en",
    ),
)
