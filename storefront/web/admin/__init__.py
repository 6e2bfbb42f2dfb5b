"""The admin pages: all under /admin, and all but the sign-in pages require a signed-in admin."""

from collections.abc import Callable

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from storefront.models import search
from storefront.web.admin import (
    customers,
    dashboard,
    doctor,
    emails,
    guide,
    merchants,
    offers,
    orders,
    session,
    settings,
    subscriptions,
)
from storefront.web.support import ask_to_sign_in

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

for page in (dashboard, guide, doctor):
    blueprint.register_blueprint(page.blueprint)
for resource in (settings, merchants, offers, orders, subscriptions, customers, emails, session):
    for page_blueprint in resource.BLUEPRINTS:
        blueprint.register_blueprint(page_blueprint)

BLUEPRINTS: tuple[Blueprint, ...] = (blueprint, *session.PUBLIC_BLUEPRINTS)


@blueprint.context_processor
def count_open_renewals() -> dict[str, Callable[[], int]]:
    """Let page layouts show how many renewals wait for their customers; fragments never call it."""
    return {"renewals_waiting": search.count_open_renewals}


@blueprint.before_request
def require_sign_in() -> BaseResponse | None:
    """One check for every page, so that a new page can't forget it."""
    return None if current_user.is_authenticated else ask_to_sign_in()


def forbid_caching(response: Response) -> Response:
    """Neither a proxy nor the Back button of a signed-out browser shows these pages again."""
    response.cache_control.no_store = True
    return response


for admin_blueprint in BLUEPRINTS:
    admin_blueprint.after_request(forbid_caching)
