"""Another price for everybody who pays an offer again and again; new buyers pay what the offer's own form says."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from storefront.errors import FieldErrors
from storefront.models import Offer
from storefront.models.search import repriceable_subscriptions
from storefront.money import Money
from storefront.subscriptions import announce_price
from storefront.web.admin import labels
from storefront.web.admin.labels import billing_terms as rhythm_words
from storefront.web.admin.offers.offers import find
from storefront.web.admin.shared import show_notice
from storefront.web.forms import PriceForm

blueprint = Blueprint("offer_price_changes", __name__, url_prefix="/offers/<int:offer_id>/price-change")


@blueprint.get("/new")
def new(offer_id: int) -> str | Response:
    """How many it concerns, from when, and what they will read."""
    offer = find(offer_id)
    if not repriceable_subscriptions(offer):
        show_notice(_("Nobody pays for this offer again and again just now: change its price here."))
        return redirect(url_for("admin.offers.edit", offer_id=offer_id))
    return _form(offer, PriceForm(data={"price": offer.price.decimal_text()}))


@blueprint.post("")
def create(offer_id: int) -> Response | tuple[str, int]:
    """Announce it to each of them by a letter."""
    offer, form = find(offer_id), PriceForm()
    if not form.validate_on_submit():
        return _form(offer, form), 422
    try:
        told = announce_price(repriceable_subscriptions(offer), form.unit_amount(offer.currency))
    except FieldErrors as error:
        form.refuse(labels.field_errors(error))
        return _form(offer, form), 422
    # Stripe is asked once for each of them: the worker does it, and writes the letters.
    show_notice(
        ngettext(
            "The new price is decided for %(num)s subscription: within minutes its customer is told.",
            "The new price is decided for %(num)s subscriptions: within minutes their customers are told.",
            len(told),
        )
    )
    return redirect(url_for("admin.offers.edit", offer_id=offer_id), 303)


def _form(offer: Offer, form: PriceForm) -> str:
    subscriptions = repriceable_subscriptions(offer)
    shown: dict[str, Any] = {"offer": offer, "form": form, "subscriptions": subscriptions, "prefix": "price-change"}
    charges = sorted(one.period_end for one in subscriptions if one.period_end is not None)
    prices = [Money(amount, offer.currency) for amount in sorted({one.unit_amount for one in subscriptions})]
    return render_template(
        "admin/offers/price_change.html",
        first_charge=charges[0] if charges else None,
        last_charge=charges[-1] if charges else None,
        prices=prices,
        rhythm_words=rhythm_words,
        **shown,
    )
