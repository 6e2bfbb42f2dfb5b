"""A new price for all running subscriptions of an offer. New customers pay the price in the offer's form."""

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
from storefront.web.admin.offers.offers import offer_or_404
from storefront.web.admin.shared import show_notice
from storefront.web.forms import PriceForm

blueprint = Blueprint("offer_price_changes", __name__, url_prefix="/offers/<int:offer_id>/price-change")


@blueprint.get("/new")
def new(offer_id: int) -> str | Response:
    """The form, with the number of subscriptions, their current prices and the dates of the next charges."""
    offer = offer_or_404(offer_id)
    if not repriceable_subscriptions(offer):
        show_notice(_("This offer has no active subscriptions. Change its price here."))
        return redirect(url_for("admin.offers.edit", offer_id=offer_id))
    return _render_form(offer, PriceForm(data={"price": offer.price.decimal_text()}))


@blueprint.post("")
def create(offer_id: int) -> Response | tuple[str, int]:
    """Announce the new price to each customer by email."""
    offer, form = offer_or_404(offer_id), PriceForm()
    if not form.validate_on_submit():
        return _render_form(offer, form), 422
    try:
        announced = announce_price(repriceable_subscriptions(offer), form.unit_amount(offer.currency))
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return _render_form(offer, form), 422
    # The worker changes each price at Stripe, then sends the emails.
    show_notice(
        ngettext(
            "New price set for %(num)s subscription. The customer gets an email within minutes.",
            "New price set for %(num)s subscriptions. The customers get an email within minutes.",
            len(announced),
        )
    )
    return redirect(url_for("admin.offers.edit", offer_id=offer_id), 303)


def _render_form(offer: Offer, form: PriceForm) -> str:
    subscriptions = repriceable_subscriptions(offer)
    next_charges = sorted(it.period_end for it in subscriptions if it.period_end is not None)
    unit_amounts = sorted({subscription.unit_amount for subscription in subscriptions})
    return render_template(
        "admin/offers/price_change.html",
        offer=offer,
        form=form,
        prefix="price-change",
        subscriptions=subscriptions,
        prices=[Money(amount, offer.currency) for amount in unit_amounts],
        first_charge=next_charges[0] if next_charges else None,
        last_charge=next_charges[-1] if next_charges else None,
    )
