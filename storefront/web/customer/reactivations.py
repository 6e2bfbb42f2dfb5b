"""Reactivate a subscription: take back a planned cancellation."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront import subscriptions, worker
from storefront.web.customer import access, stripe_errors, subscription_view

blueprint = access.customer_blueprint("reactivations", f"{access.SUBSCRIPTION_URL}/continuation")


@blueprint.get("")
def new(token: str, public_id: str) -> Response | str:
    """Ask for confirmation and show the next charge. Redirects to the account page if no cancellation is planned."""
    view = subscription_view.subscription_view(access.subscription_or_404(token, public_id))
    if not view.can_be_reactivated:
        return redirect(url_for("account.show", token=token), 303)
    return _confirmation_page(token, view)


@blueprint.post("")
def create(token: str, public_id: str) -> Response | tuple[str, int]:
    """Reactivate it. Safe to repeat; a subscription that has ended meanwhile stays ended."""
    view = subscription_view.subscription_view(access.subscription_or_404(token, public_id))
    if not view.can_be_reactivated:
        return redirect(url_for("account.show", token=token), 303)
    problem = stripe_errors.try_change(lambda: subscriptions.reactivate(view.subscription, "buyer"))
    if problem:
        return _confirmation_page(token, view, problem), 503
    worker.wake_for_emails()
    return redirect(url_for("account.show", token=token, done="kept"), 303)


def _confirmation_page(token: str, view: subscription_view.SubscriptionView, problem: str = "") -> str:
    return render_template("my/reactivations/new.html", token=token, subscription=view.subscription, problem=problem)
