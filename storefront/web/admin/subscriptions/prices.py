"""Another price for one running subscription."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.models import Subscription
from storefront.money import Money
from storefront.subscriptions import Action
from storefront.web.admin.subscriptions.responses import Answer, carry_out, may, question, refusal
from storefront.web.admin.subscriptions.subscriptions import find
from storefront.web.forms import PriceForm

blueprint = Blueprint("subscription_prices", __name__, url_prefix="/subscriptions/<public_id>/price")

TEMPLATE = "admin/subscriptions/actions/_change_price.html"


@blueprint.get("/new")
def new(public_id: str) -> Answer:
    """The new price of one piece."""
    subscription = find(public_id)
    if not may(subscription, Action.CHANGE_PRICE):
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    present = Money(subscription.unit_amount, subscription.currency)
    return question(TEMPLATE, subscription, PriceForm(data={"price": present.decimal_text()}), present=present)


@blueprint.post("")
def create(public_id: str) -> Answer:
    """Announce it to the customer; it is charged from the next period on."""
    subscription, form = find(public_id), PriceForm()
    present = Money(subscription.unit_amount, subscription.currency)
    if not form.validate_on_submit():
        return refusal(TEMPLATE, subscription, form, present=present)
    return carry_out(
        TEMPLATE, subscription, form, lambda: _announce(subscription, form), _said(subscription), present=present
    )


def _announce(subscription: Subscription, form: PriceForm) -> None:
    subscriptions.announce_price([subscription], form.unit_amount(subscription.currency))


def _said(subscription: Subscription) -> str:
    email = subscription.order.email
    return _("The new price is decided: it is charged from the next period on, and %(email)s is told.", email=email)
