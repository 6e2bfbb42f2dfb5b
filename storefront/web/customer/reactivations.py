"""Going on: a planned cancellation is taken back."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront import subscriptions, worker
from storefront.web.customer import access, stripe_errors, subscription_view

blueprint = access.customer_blueprint("continuations", f"{access.SUBSCRIPTION}/continuation")


@blueprint.get("")
def new(token: str, public_id: str) -> Response | str:
    """When it is charged next if it goes on; where nothing is planned, back to the page that says how it stands."""
    held = access.subscription_or_404(token, public_id)
    if not subscription_view.subscription_view(held).can_be_kept:
        return redirect(url_for("my_page.show", token=token), 303)
    return render_template("my/reactivations/new.html", token=token, held=held, problem="")


@blueprint.post("")
def create(token: str, public_id: str) -> Response | tuple[str, int]:
    """Let it go on. A second press finds it going on; one that has ended meanwhile stays so, and its page says it."""
    held = access.subscription_or_404(token, public_id)
    if not subscription_view.subscription_view(held).can_be_kept:
        return redirect(url_for("my_page.show", token=token), 303)
    problem = stripe_errors.try_change(lambda: subscriptions.reactivate(held.subscription, "buyer"))
    if problem:
        return render_template("my/reactivations/new.html", token=token, held=held, problem=problem), 503
    worker.wake_for_emails()
    return redirect(url_for("my_page.show", token=token, done="kept"), 303)
