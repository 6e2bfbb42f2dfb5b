"""Going on: a planned cancellation is taken back."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront.subscriptions import actions as subscription_changes
from storefront.web.customer import access as door
from storefront.web.customer import stripe_errors as trying
from storefront.web.customer import subscription_view as subscription_pages
from storefront.worker import tasks as jobs

blueprint = door.pages("continuations", f"{door.SUBSCRIPTION}/continuation")


@blueprint.get("")
def new(token: str, public_id: str) -> Response | str:
    """When it is charged next if it goes on; where nothing is planned, back to the page that says how it stands."""
    held = door.held(token, public_id)
    if not subscription_pages.shown(held).can_be_kept:
        return redirect(url_for("my_page.show", token=token), 303)
    return render_template("my/reactivations/new.html", token=token, held=held, problem="")


@blueprint.post("")
def create(token: str, public_id: str) -> Response | tuple[str, int]:
    """Let it go on. A second press finds it going on; one that has ended meanwhile stays so, and its page says it."""
    held = door.held(token, public_id)
    if not subscription_pages.shown(held).can_be_kept:
        return redirect(url_for("my_page.show", token=token), 303)
    problem = trying.problem_with(lambda: subscription_changes.keep(held.subscription, "buyer"))
    if problem:
        return render_template("my/reactivations/new.html", token=token, held=held, problem=problem), 503
    jobs.wake_for_letters()
    return redirect(url_for("my_page.show", token=token, done="kept"), 303)
