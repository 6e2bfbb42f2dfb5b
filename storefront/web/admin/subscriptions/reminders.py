"""The letter about a renewal that stopped, once more."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from storefront import emails, subscriptions, worker
from storefront.models import InvoiceNeed, Subscription, search
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.shared import show_error, show_notice, wants_fragment
from storefront.web.admin.subscriptions.responses import Answer, changed
from storefront.web.admin.subscriptions.subscriptions import find

blueprint = Blueprint("subscription_letters", __name__, url_prefix="/subscriptions/<public_id>/letters")


@blueprint.post("")
def create(public_id: str) -> Answer:
    """Write to the customer again; from a queue the way leads back there."""
    subscription = find(public_id)
    waiting = search.open_renewals_of([subscription]).get(subscription.id)
    words, trouble = "", ""
    if waiting is None:
        trouble = _("Nothing waits for the customer any more: no letter was written.")
    else:
        subscriptions.send_reminder_now(waiting.invoice)
        worker.wake_for_emails()
        words = _said(subscription)
    queue = request.form.get("queue", "")
    if queue not in tuple(InvoiceNeed):
        return changed(subscription, words, trouble)
    return _in_queue(subscription, queue, words, trouble)


def _said(subscription: Subscription) -> str:
    """What becomes of the letter."""
    if not emails.is_configured():
        return _("No mail server is set up: the letter is written and kept here.")
    return _("The letter goes out to %(email)s in a moment.", email=subscription.order.email)


def _in_queue(subscription: Subscription, queue: str, words: str, trouble: str) -> Answer:
    if wants_fragment():
        row = search.open_renewals_of([subscription]).get(subscription.id)
        return render_template(
            "admin/subscriptions/queues/_reminder_sent.html",
            row=row,
            subscription=subscription,
            subscription_words=subscription_words,
            notice=words,
            alert=trouble,
        )
    if trouble:
        show_error(trouble)
    else:
        show_notice(words)
    return redirect(url_for(f"admin.subscription_queues.{queue}"), 303)
