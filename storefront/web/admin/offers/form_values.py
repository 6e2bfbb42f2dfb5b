"""What the form of an offer holds: from a stored offer, and for one that is saved."""

from typing import Any

from storefront import offers
from storefront.models import Merchant, Offer, ShippingPrice
from storefront.offers import OfferFields
from storefront.web.admin.offers import price_options
from storefront.web.admin.shared import whole_number
from storefront.web.forms import (
    OfferForm,
    moment_text,
    rows_of_questions,
    rows_of_shipping,
    stock_text,
    tax_values,
    typed_stock,
)

# Fields of the form that hold the offer's attribute unchanged.
UNCHANGED_FIELDS = (
    *("title", "slug", "short_description", "description", "thank_you", "currency", "language", "status", "listed"),
    *("statement_descriptor_suffix", "picture_alt", "no_withdrawal_reason", "allowed_sites", "waiting_list"),
    *("asks_country", "asks_company", "asks_shipping", "redirect_url", "plan_switching"),
)


def form_values(offer: Offer) -> dict[str, Any]:
    """A stored offer as the form's fields hold it."""
    values = {name: getattr(offer, name) for name in UNCHANGED_FIELDS}
    return {
        **values,
        "max_quantity": str(offer.max_quantity),
        "min_quantity": str(offer.min_quantity),
        "on_sale_from": moment_text(offer.on_sale_from),
        "on_sale_until": moment_text(offer.on_sale_until),
        "withdrawal_days": str(offers.withdrawal_days(offer, offers.shop_country())),
        "stock": stock_text(offer.stock),
        "merchant": str(offer.merchant_id or ""),
        "second_merchant": str(offer.second_merchant_id or ""),
        "questions": rows_of_questions(offer.asked()),
        "shipping": rows_of_shipping(map(ShippingPrice.from_json, offer.shipping_prices), offer.currency),
        **billing_values(offer),
        **tax_values(offer),
        **price_options.stored_prices(offer),
    }


def billing_values(offer: Offer) -> dict[str, Any]:
    """The billing terms as the form's fields hold them."""
    return {
        **offer.terms(),
        "every": str(offer.every),
        "trial_days": str(offer.trial_days),
        "instalments": str(offer.instalments or ""),
    }


def offer_fields(form: OfferForm) -> OfferFields:
    """What the form says of the offer. The form must be valid."""
    return OfferFields(
        title=form.title.data,
        slug=form.slug.data,
        short_description=form.short_description.data or "",
        description=form.description.data,
        thank_you=form.thank_you.data,
        **form.prices(),
        currency=form.currency.data,
        merchant=chosen_merchant(form),
        second_merchant=chosen_merchant(form, "second_merchant"),
        language=form.language.data,
        status=form.status.data,
        listed=form.listed.data,
        max_quantity=int(form.max_quantity.data),
        min_quantity=int(form.min_quantity.data or 1),
        stock=typed_stock(form.stock),
        waiting_list=form.waiting_list.data,
        on_sale_from=form.on_sale_from.moment,
        on_sale_until=form.on_sale_until.moment,
        statement_descriptor_suffix=form.statement_descriptor_suffix.data,
        picture=form.uploaded_picture(),
        picture_alt=form.picture_alt.data,
        remove_picture=form.remove_picture.data,
        withdrawal_days=form.typed_withdrawal_days,
        no_withdrawal_reason=form.no_withdrawal_reason.data,
        asks_country=form.asks_country.data,
        asks_company=form.asks_company.data,
        asks_shipping=form.asks_shipping.data,
        shipping=form.typed_shipping(),
        questions=form.typed_questions(),
        addons=form.typed_addons(),
        tax=form.chosen_tax(),
        allowed_sites=form.allowed_sites.data,
        redirect_url=form.redirect_url.data or "",
        option_label=form.option_label.data,
        plan_switching=form.plan_switching.data,
        first_stock=typed_stock(form.first_stock),
        options=form.typed_options(),
        **form.terms(),
    )


def chosen_merchant(form: OfferForm, name: str = "merchant") -> Merchant | None:
    """The Stripe account that this field of the form names; None if there is none."""
    merchant_id = whole_number(form[name].data or "")
    return None if merchant_id is None else Merchant.get_or_none(Merchant.id == merchant_id)
