"""The link by which a customer pays a stopped renewal, for copying, and as a QR code for somebody at the counter."""

from flask import Blueprint, redirect, render_template, url_for

from storefront.emails import signed_links as buyers_links
from storefront.models.search import open_renewals as waiting_renewal
from storefront.web.admin.labels import billing_terms as rhythm_words
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.shared import qr_codes
from storefront.web.admin.subscriptions.responses import Answer
from storefront.web.admin.subscriptions.subscriptions import find

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
