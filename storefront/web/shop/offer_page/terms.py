"""What an offer's page says of its terms, kept while they stay the same: the offer's texts may change meanwhile."""

from dataclasses import dataclass
from datetime import date

from flask import render_template, url_for
from markupsafe import Markup

from storefront import pricing
from storefront.i18n import country_names
from storefront.models import LegalSettings, Merchant, Offer, OfferStatus, PriceOption, ShopProfile
from storefront.offers import (
    legal_settings,
    public_offer,
    public_options,
    shop_profile,
    shop_zone,
    takes_codes,
    withdrawal_days,
)
from storefront.pricing import Choice
from storefront.web import support
from storefront.web.forms import missing_answer
from storefront.web.shop import legal_terms, payment_form, quotes, script_messages
from storefront.web.shop.offer_page import option_views
from storefront.web.shop.offer_page.availability import Availability, availability, quantities
from storefront.web.shop.offer_page.option_views import OptionView
from storefront.web.shop.offer_page.shipping_view import shipping_view
from storefront.web.support import Rows


@dataclass(frozen=True)
class OfferTerms:
    """Shared by threads: nobody may change its records.

    `offer` is as if it were published; `status` is the status that it has. `merchant` takes the payment, None where
    nothing can be paid now. `option` is the chosen one of the price `options`. `has_choices`: whether it has several,
    add-ons or an address.

    `parts` are parts of the page by name: `scripts`, the `ribbon` of test mode, the `price`, the panel to `buy` with
    the payment form, and the `bar` below.
    """

    offer: Offer
    status: str
    option: PriceOption
    options: list[PriceOption]
    has_choices: bool
    merchant: Merchant | None
    stock: Availability
    parts: dict[str, Markup]


def offer_terms(rows: Rows, option_id: int | None, today: date | None, is_preview: bool = False) -> OfferTerms | None:
    """The terms of the offer with this price option; None if it has none such, or is not published.

    They depend on `payment_terms`, the language and these arguments alone. A preview shows any offer.
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
    merchant = offer.payee if offer.obstacle() is None and not stock.heading else None
    shop, legal = shop_profile(rows), legal_settings(rows)
    parts = {"scripts": "", "ribbon": "", "price": "shop/_price.html", "buy": "shop/_buy.html", "bar": "shop/_bar.html"}
    values: dict[str, object] = {"offer": offer, "option": option, "has_options": len(options) > 1}
    values |= {"stock": stock, "payment": None, "cards": True}
    if merchant is not None:
        views = option_views.option_views(offer, options, option, today, stock.most)
        values["payment"] = _payment(offer, stock, merchant, shop, legal, views, today, takes_codes(rows))
        parts["scripts"] = "components/payment_scripts.html"
        parts["ribbon"] = "" if merchant.is_live else "components/test_ribbon.html"
    with support.rendering_shop(shop, legal):
        # The templates escape their values.
        rendered = {
            name: Markup(render_template(template, **values) if template else "")  # noqa: S704
            for name, template in parts.items()
        }
    has_choices = len(options) > 1 or _has_parts(offer)
    return OfferTerms(offer, status, option, options, has_choices, merchant, stock, rendered)


def _has_parts(offer: Offer) -> bool:
    """Whether its form needs the styles of choices."""
    return bool(offer.addons) or offer.asks_shipping


def _chosen_option(options: list[PriceOption], option_id: int | None) -> PriceOption | None:
    """The one with this id, without an id the preselected one, or the first one that is left if that is sold out.

    None if there is no such option.
    """
    if option_id is None:
        left = [option for option in options if not option.is_sold_out]
        return PriceOption.preselected_of(left or options)
    return next((option for option in options if option.id == option_id), None)


def _taxed(offer: Offer, option: PriceOption, options: list[OptionView]) -> dict[str, object]:
    """With a tax on top, what the price is with it: for the least quantity, at the rate without a country."""
    if not offer.has_tax or offer.tax_included:
        return {}
    choice = Choice(option=option.id, quantity=offer.min_quantity)
    quote = pricing.quote(offer, choice, [view.option for view in options])
    return quotes.shown(quote)


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
        **quantities(offer, chosen.most),
        visit=payment_form.visit_storage_key(offer),
        quote=url_for("shop.show_quote", slug=offer.slug, lang=support.current_language()),
        takes_codes=has_codes,
        addons=offer.offered_addons(),
        withdrawal=legal_terms.withdrawal_sentence(withdrawal_days(offer, shop.country), offer.no_withdrawal_reason),
        terms_consent=legal_terms.consent_with_links(legal) if legal.asks_consent else "",
        legal=legal,
        countries=list(country_names(support.current_language()).items()) if offer.needs_country else [],
        asks_company=offer.asks_company,
        asks_quote=offer.has_tax,
        **_taxed(offer, chosen.option, options),
        ships=shipping_view(offer, (view.option for view in options)),
        questions=[(question, missing_answer(question)) for question in offer.asked()],
        questions_language=offer.language,
    )
