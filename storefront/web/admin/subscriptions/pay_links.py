"""The link by which a customer pays a stopped renewal, for copying, and as a QR code for somebody at the counter."""

from flask import Blueprint, redirect, render_template, url_for

from storefront import emails
from storefront.models import search
from storefront.web.admin import shared
from storefront.web.admin.labels import billing_terms as rhythm_words
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.subscriptions.responses import Answer
from storefront.web.admin.subscriptions.subscriptions import find

blueprint = Blueprint("subscription_pay_links", __name__, url_prefix="/subscriptions/<public_id>/pay-link")


@blueprint.get("")
def show(public_id: str) -> Answer:
    """A link made just now; whoever has it can use the saved card, so it stands on this page only."""
    subscription = find(public_id)
    waiting = search.open_renewals_of([subscription]).get(subscription.id)
    if waiting is None:
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    order = subscription.order
    link = emails.pay_url(order)
    return render_template(
        "admin/subscriptions/payment_link.html",
        subscription=subscription,
        order=order,
        waiting=waiting,
        link=link,
        days=emails.PAY_KEY_LIFETIME.days,
        qr_code=shared.qr_code_svg(link),
        rhythm_words=rhythm_words,
        subscription_words=subscription_words,
    )
