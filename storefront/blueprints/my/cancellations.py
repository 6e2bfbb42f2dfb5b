"""Cancelling a subscription: a page that says what will happen, and the press on it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront import jobs, subscription_changes
from storefront.blueprints.my import door, endings, trying
from storefront.customer_subscription import Held

blueprint = door.pages("cancellations", f"{door.SUBSCRIPTION}/cancellation")


@blueprint.get("")
def new(token: str, public_id: str) -> Response | str:
    """What cancelling means now; where there is nothing to cancel, back to the page that says how it stands."""
    held = door.held(token, public_id)
    return _question(token, held)


@blueprint.post("")
def create(token: str, public_id: str) -> Response | str | tuple[Response | str, int]:
    """Cancel it in the way the page has told. A second press finds it cancelled."""
    held = door.held(token, public_id)
    way = endings.way_of(held)
    if way not in ("now", "period_end") or request.form.get("way") != way:
        # It stands otherwise than on the page that was pressed: that is told first.
        return _question(token, held)
    problem = trying.problem_with(lambda: subscription_changes.cancel(held.subscription, way == "now", "buyer"))
    if problem:
        return _question(token, held, problem), 503
    jobs.wake_for_letters()
    return redirect(url_for("my_page.show", token=token, done="cancelled"), 303)


def _question(token: str, held: Held, problem: str = "") -> Response | str:
    way = endings.way_of(held)
    if way == "over":
        return redirect(url_for("my_page.show", token=token), 303)
    return render_template("my/cancellations/new.html", token=token, held=held, way=way, problem=problem)
