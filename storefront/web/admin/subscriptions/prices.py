"""A new price for one running subscription."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.models import Subscription
from storefront.money import Money
from storefront.subscriptions import Action
from storefront.web.admin.subscriptions.responses import ViewResult, is_allowed, perform, render_errors, render_form
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404
from storefront.web.forms import PriceForm

blueprint = Blueprint("subscription_prices", __name__, url_prefix="/subscriptions/<public_id>/price")

TEMPLATE = "admin/subscriptions/actions/_change_price.html"


@blueprint.get("/new")
def new(public_id: str) -> ViewResult:
    """The form, with the current price of one piece."""
    subscription = subscription_or_404(public_id)
    if not is_allowed(subscription, Action.CHANGE_PRICE):
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    current_price = Money(subscription.unit_amount, subscription.currency)
    form = PriceForm(data={"price": current_price.decimal_text()})
    return render_form(TEMPLATE, subscription, form, current_price=current_price)


@blueprint.post("")
def create(public_id: str) -> ViewResult:
    """Announce the new price to the customer. It is charged from the next period on."""
    subscription, form = subscription_or_404(public_id), PriceForm()
    current_price = Money(subscription.unit_amount, subscription.currency)
    if not form.validate_on_submit():
        return render_errors(TEMPLATE, subscription, form, current_price=current_price)
    return perform(
        TEMPLATE,
        subscription,
        form,
        lambda: _announce(subscription, form),
        _notice(subscription),
        current_price=current_price,
    )


def _announce(subscription: Subscription, form: PriceForm) -> None:
    subscriptions.announce_price([subscription], form.unit_amount(subscription.currency))


def _notice(subscription: Subscription) -> str:
    email = subscription.order.email
    return _("New price scheduled from the next period. %(email)s will be emailed shortly.", email=email)
