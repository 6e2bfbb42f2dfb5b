"""Sending the reminder of an open renewal again."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from storefront import emails, subscriptions, worker
from storefront.models import InvoiceNeed, Subscription, search
from storefront.web.admin.shared import show_error, show_notice, wants_fragment
from storefront.web.admin.subscriptions.responses import ViewResult, show_updated
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404

blueprint = Blueprint("subscription_reminders", __name__, url_prefix="/subscriptions/<public_id>/letters")


@blueprint.post("")
def create(public_id: str) -> ViewResult:
    """Send the reminder. Shows the queue again if the request came from one, otherwise the subscription."""
    subscription = subscription_or_404(public_id)
    open_renewal = search.open_renewals_of([subscription]).get(subscription.id)
    notice, alert = "", ""
    if open_renewal is None:
        alert = _("No customer action is needed anymore, so no email was sent.")
    else:
        subscriptions.send_reminder_now(open_renewal.invoice)
        worker.wake_for_emails()
        notice = _notice(subscription)
    queue = request.form.get("queue", "")
    if queue not in tuple(InvoiceNeed):
        return show_updated(subscription, notice, alert)
    return _show_in_queue(subscription, queue, notice, alert)


def _notice(subscription: Subscription) -> str:
    if not emails.is_configured():
        return _("Email isn’t set up, so nothing was sent. You can read the email here.")
    return _("The email to %(email)s will be sent in a moment.", email=subscription.order.email)


def _show_in_queue(subscription: Subscription, queue: str, notice: str, alert: str) -> ViewResult:
    if wants_fragment():
        open_renewal = search.open_renewals_of([subscription]).get(subscription.id)
        return render_template(
            "admin/subscriptions/queues/_reminder_sent.html",
            open_renewal=open_renewal,
            subscription=subscription,
            notice=notice,
            alert=alert,
        )
    if alert:
        show_error(alert)
    else:
        show_notice(notice)
    return redirect(url_for(f"admin.subscription_queues.{queue}"), 303)
