"""The link for paying an open renewal, to copy it or show it as a QR code."""

from flask import Blueprint, redirect, render_template, url_for

from storefront import emails
from storefront.models import search
from storefront.web.admin.shared import qr_code_svg
from storefront.web.admin.subscriptions.responses import ViewResult
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404

blueprint = Blueprint("subscription_pay_links", __name__, url_prefix="/subscriptions/<public_id>/pay-link")


@blueprint.get("")
def show(public_id: str) -> ViewResult:
    """A new link. Only this page shows it: whoever has it can pay with the saved card."""
    subscription = subscription_or_404(public_id)
    open_renewal = search.open_renewals_of([subscription]).get(subscription.id)
    if open_renewal is None:
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    order = subscription.order
    link = emails.pay_url(order)
    return render_template(
        "admin/subscriptions/pay_link.html",
        subscription=subscription,
        order=order,
        open_renewal=open_renewal,
        link=link,
        days=emails.PAY_KEY_LIFETIME.days,
        qr_code=qr_code_svg(link),
    )
