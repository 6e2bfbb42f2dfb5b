"""The admin pages: all under /admin, and all but the sign-in pages require a signed-in admin."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from storefront.web.admin import (
    customers,
    dashboard,
    doctor,
    documents,
    emails,
    guide,
    labels,
    merchants,
    modes,
    offers,
    orders,
    patterns,
    payment_requests,
    payouts,
    session,
    settings,
    shared,
    start,
    subscriptions,
    team,
)
from storefront.web.support import ask_to_sign_in, audit_request, csrf, refuse_other_sites, restore_form

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

for page in (dashboard, start, guide, doctor, modes, patterns):
    blueprint.register_blueprint(page.blueprint)
for resource in (
    settings, merchants, offers, orders, documents, payment_requests, payouts, subscriptions, customers, emails,
    session, team,
):  # fmt: skip
    for page_blueprint in resource.BLUEPRINTS:
        blueprint.register_blueprint(page_blueprint)

BLUEPRINTS: tuple[Blueprint, ...] = (blueprint, *session.PUBLIC_BLUEPRINTS)


@blueprint.context_processor
def provide_frame() -> dict[str, Callable[[], object]]:
    """Let the layout show what surrounds each page. Functions, because fragments don't need it."""
    return {
        "count_open_renewals": shared.count_open_renewals,
        "offers_modes": shared.offers_modes,
        "chosen_mode": shared.chosen_mode,
    }


@blueprint.before_request
def require_sign_in() -> BaseResponse | None:
    """Check it for all pages in one place, so that no new page can forget it."""
    return None if current_user.is_authenticated else ask_to_sign_in()


blueprint.before_request(team.require_permission)
blueprint.before_request(audit_request)
blueprint.before_request(restore_form)
blueprint.after_request(team.hide_refused)
for public_blueprint in session.PUBLIC_BLUEPRINTS:
    # Their forms check the token themselves, and stay open when it has expired.
    csrf.exempt(public_blueprint)
    public_blueprint.before_request(refuse_other_sites)
    public_blueprint.before_request(audit_request)


def forbid_caching(response: Response) -> Response:
    """Keep these pages out of proxies, and away from the Back button after signing out."""
    response.cache_control.no_store = True
    return response


for admin_blueprint in BLUEPRINTS:
    admin_blueprint.after_request(forbid_caching)


def init_app(app: Flask) -> None:
    """Register the filters, tests and functions of the admin's templates."""
    labels.init_app(app)
    shared.init_app(app)
    team.init_app(app)
