"""The public pages that are kept in memory: the list of offers, the page of an offer, and the legal texts."""

import re
from dataclasses import replace
from datetime import date
from functools import partial

from flask import render_template, url_for
from markupsafe import Markup

from storefront.models import LegalSettings, LegalText, Merchant, Offer, OfferStatus, PriceOption, ShopProfile
from storefront.offers import (
    PER_PAGE,
    allowed_sites,
    image_keys,
    image_widths,
    legal_settings,
    legal_text_query,
    legal_words,
    listed_offers,
    listing_query,
    moment_of,
    offer_language,
    offer_query,
    payment_terms,
    public_offer,
    public_options,
    shop_profile,
    shop_zone,
    sitemap_query,
    takes_codes,
    withdrawal_days,
)
from storefront.web import support
from storefront.web.forms import missing_answer
from storefront.web.shop import (  # fmt: skip
    legal_terms,
    option_views,
    page_preview,
    payment_form,
    script_messages,
    search_engines,
)
from storefront.web.shop.availability import Availability, availability, quantities
from storefront.web.shop.option_views import OptionView
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


def offer_page(rows: Rows, option_id: int | None = None, is_preview: bool = False) -> PageContent | None:
    """An offer's page with this price option chosen; None unless the offer is published and has the option.

    A preview shows any offer as if it were published. It is for signed-in admins: no part of it may be kept.
    """
    offer, left = public_offer(rows)
    if offer is None or not (is_preview or offer.status == OfferStatus.PUBLISHED):
        return None
    options = public_options(rows, offer)
    option = _chosen_option(options, option_id)
    if option is None:
        return None
    status, offer.status = offer.status, OfferStatus.PUBLISHED
    stock = availability(offer, left, shop_zone(rows))
    merchant = offer.merchant if offer.obstacle() is None and not stock.heading else None
    shop, legal, moment = shop_profile(rows), legal_settings(rows), moment_of(rows)
    make_parts = partial(
        _terms_parts, offer, options, option, merchant, stock, shop, legal, moment[0], takes_codes(rows)
    )
    key = payment_terms(rows), moment, option.id
    values: dict[str, object] = {
        "offer": offer,
        "option": option,
        "has_options": len(options) > 1,
        "has_choices": len(options) > 1 or bool(offer.addons),
        "status": status,
        "stock": stock,
        "parts": make_parts() if is_preview else support.fragment(key, make_parts),
        "preview": page_preview.page_preview(offer, shop, merchant is not None, stock.is_sold_out),
    }
    template = "shop/offer_preview.html" if is_preview else "shop/offer.html"
    return PageContent(template, values, shop, merchant, _has_its_picture(offer), legal)


def _chosen_option(options: list[PriceOption], option_id: int | None) -> PriceOption | None:
    """The one with this id, without an id the first one that is left; None if there is no such option."""
    if option_id is None:
        return next((option for option in options if not option.is_sold_out), options[0])
    return next((option for option in options if option.id == option_id), None)


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
    offer, _left = public_offer(rows)
    sites = allowed_sites(offer) if offer is not None else ()
    return replace(content, template="shop/embed.html", frame_ancestors=sites)


def _terms_parts(
    offer: Offer,
    options: list[PriceOption],
    option: PriceOption,
    merchant: Merchant | None,
    stock: Availability,
    shop: ShopProfile,
    legal: LegalSettings,
    today: date | None,
    has_codes: bool,
) -> dict[str, Markup]:
    """The parts of an offer's page that depend on `payment_terms`, by name.

    `scripts`, the `ribbon` of test mode, the `price`, the panel to `buy` with the payment form, and the `bar` below.
    """
    parts = {"scripts": "", "ribbon": "", "price": "shop/_price.html", "buy": "shop/_buy.html", "bar": "shop/_bar.html"}
    values: dict[str, object] = {"offer": offer, "option": option, "has_options": len(options) > 1}
    values |= {"stock": stock, "payment": None, "cards": True}
    if merchant is not None:
        views = option_views.option_views(offer, options, option, today)
        values["payment"] = _payment(offer, stock, merchant, shop, legal, views, today, has_codes)
        parts["scripts"] = "components/payment_scripts.html"
        parts["ribbon"] = "" if merchant.is_live else "components/test_ribbon.html"
    with support.rendering_shop(shop, legal):
        # The templates escape their values.
        return {
            name: Markup(render_template(template, **values) if template else "")  # noqa: S704
            for name, template in parts.items()
        }


def _payment(
    offer: Offer,
    stock: Availability,
    merchant: Merchant,
    shop: ShopProfile,
    legal: LegalSettings,
    options: list[OptionView],
    today: date | None,
    has_codes: bool,
) -> dict[str, object]:
    chosen = next(view for view in options if view.is_chosen)
    return payment_form.payment_form(
        merchant,
        # Keep the page's language even if the visitor changes it in another tab.
        url_for("shop.start_checkout", slug=offer.slug, lang=support.current_language()),
        chosen.unit,
        offer.min_quantity,
        terms=chosen.option,
        today=today,
        options=options if len(options) > 1 else [],
        # What the customer types may be needed for another option.
        choice=chosen if any(view.option.is_chosen_price for view in options) else None,
        script_messages=script_messages.checkout_json(*(view.option for view in options)),
        **quantities(offer, stock),
        visit=payment_form.visit_storage_key(offer),
        quote=url_for("shop.show_quote", slug=offer.slug, lang=support.current_language()),
        takes_codes=has_codes,
        addons=offer.offered_addons(),
        withdrawal=legal_terms.withdrawal_sentence(withdrawal_days(offer, shop.country), offer.no_withdrawal_reason),
        terms_consent=legal_terms.consent_with_links(legal) if legal.asks_consent else "",
        legal=legal,
        questions=[(question, missing_answer(question)) for question in offer.asked()],
        questions_language=offer.language,
    )


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
        moment_of,
    ),
    PageKind(
        re.compile(r"/o/([a-z0-9-]{1,80})(?:\?option=([1-9][0-9]{0,8}))?"),
        lambda slug, _option: offer_query(slug),
        lambda rows, _slug, option: offer_page(rows, option and int(option)),
        offer_language,
        _default_language,
        moment_of,
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
