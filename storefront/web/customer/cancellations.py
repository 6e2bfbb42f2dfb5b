"""Cancel a subscription: a page that says what will happen, and its confirmation."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront import subscriptions, worker
from storefront.subscriptions import Cancellation, CustomerSubscription
from storefront.web.customer import access, stripe_errors

blueprint = access.customer_blueprint("cancellations", f"{access.SUBSCRIPTION_URL}/cancellation")


@blueprint.get("")
def new(token: str, public_id: str) -> Response | str:
    """What canceling means now. Redirects to the account page if there is nothing to cancel."""
    return _confirmation_page(token, access.subscription_or_404(token, public_id))


@blueprint.post("")
def create(token: str, public_id: str) -> Response | str | tuple[Response | str, int]:
    """Cancel the subscription as the page said. Safe to repeat: a second request finds it canceled.

    Needs a fresh link, if there is something to cancel.
    """
    customer_subscription = access.subscription_or_404(token, public_id)
    when = subscriptions.cancellation(customer_subscription.subscription, "buyer")
    allowed = when in (Cancellation.IMMEDIATELY, Cancellation.AT_PERIOD_END)
    if allowed:
        access.email_of_fresh_link(token, _page(public_id))
    if not allowed or request.form.get("way") != when:
        # The customer confirmed something else: show what applies now.
        return _confirmation_page(token, customer_subscription)
    immediately = when is Cancellation.IMMEDIATELY
    problem = stripe_errors.try_change(
        lambda: subscriptions.cancel(customer_subscription.subscription, immediately, "buyer")
    )
    if problem:
        return _confirmation_page(token, customer_subscription, problem), 503
    worker.wake_for_emails()
    return redirect(url_for("account.show", token=token, done="cancelled"), 303)


def _confirmation_page(token: str, customer_subscription: CustomerSubscription, problem: str = "") -> Response | str:
    subscription = customer_subscription.subscription
    when = subscriptions.cancellation(subscription, "buyer")
    if when is Cancellation.NONE:
        return redirect(url_for("account.show", token=token), 303)
    if when is not Cancellation.ONLY_BY_SELLER:
        access.email_of_fresh_link(token, _page(subscription.public_id))
    return render_template(
        "my/cancellations/new.html", token=token, subscription=subscription, when=when, problem=problem
    )


def _page(public_id: str) -> str:
    """This page, as a new link leads to it."""
    return f"subscriptions/{public_id}/cancellation"
