"""The link by which a customer pays a stopped renewal, for copying, and as a QR code for somebody at the counter."""

from flask import Blueprint, redirect, render_template, url_for

from storefront import buyers_links
from storefront.blueprints.admin import qr_codes, rhythm_words, subscription_words
from storefront.blueprints.admin.subscription_answers import Answer
from storefront.blueprints.admin.subscriptions import find
from storefront.models import waiting_renewal

blueprint = Blueprint("subscription_pay_links", __name__, url_prefix="/subscriptions/<public_id>/pay-link")


@blueprint.get("")
def show(public_id: str) -> Answer:
    """A link made just now; whoever has it can use the saved card, so it stands on this page only."""
    subscription = find(public_id)
    waiting = waiting_renewal.of([subscription]).get(subscription.id)
    if waiting is None:
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    order = subscription.order
    link = buyers_links.pay_address(order)
    return render_template(
        "admin/subscriptions/payment_link.html",
        subscription=subscription,
        order=order,
        waiting=waiting,
        link=link,
        days=buyers_links.PAY_KEY_LIFE.days,
        qr_code=qr_codes.svg(link),
        rhythm_words=rhythm_words,
        subscription_words=subscription_words,
    )
