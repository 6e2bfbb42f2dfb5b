"""Cancelling a subscription: a page that says what will happen, and the press on it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront import subscriptions, worker
from storefront.subscriptions import Cancellation, CustomerSubscription
from storefront.web.customer import access, stripe_errors

blueprint = access.customer_blueprint("cancellations", f"{access.SUBSCRIPTION}/cancellation")


@blueprint.get("")
def new(token: str, public_id: str) -> Response | str:
    """What cancelling means now; where there is nothing to cancel, back to the page that says how it stands."""
    held = access.subscription_or_404(token, public_id)
    return _question(token, held)


@blueprint.post("")
def create(token: str, public_id: str) -> Response | str | tuple[Response | str, int]:
    """Cancel it in the way the page has told. A second press finds it cancelled."""
    held = access.subscription_or_404(token, public_id)
    when = subscriptions.cancellation(held.subscription, "buyer")
    allowed = when in (Cancellation.IMMEDIATELY, Cancellation.AT_PERIOD_END)
    if not allowed or request.form.get("way") != when:
        # The page that was pressed said something else: the customer reads first what holds now.
        return _question(token, held)
    at_once = when is Cancellation.IMMEDIATELY
    problem = stripe_errors.try_change(lambda: subscriptions.cancel(held.subscription, at_once, "buyer"))
    if problem:
        return _question(token, held, problem), 503
    worker.wake_for_emails()
    return redirect(url_for("my_page.show", token=token, done="cancelled"), 303)


def _question(token: str, held: CustomerSubscription, problem: str = "") -> Response | str:
    when = subscriptions.cancellation(held.subscription, "buyer")
    if when is Cancellation.NONE:
        return redirect(url_for("my_page.show", token=token), 303)
    return render_template("my/cancellations/new.html", token=token, held=held, when=when, problem=problem)
