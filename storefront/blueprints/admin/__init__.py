"""The owner's pages, all under /admin and all behind the sign-in."""

from collections.abc import Callable

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from storefront.blueprints.admin import (
    customer_links,
    customers,
    dashboard,
    disconnections,
    doctor,
    emails,
    evidence,
    first_admin,
    guide,
    letter_wordings,
    merchant_checks,
    merchant_webhooks,
    merchants,
    offer_archivals,
    offer_duplicates,
    offer_moves,
    offer_price_changes,
    offers,
    order_exports,
    order_refreshes,
    orders,
    passwords,
    refunds,
    settings,
    shop_settings,
    sign_in,
    sign_out,
    subscription_cancellations,
    subscription_keepings,
    subscription_letters,
    subscription_pauses,
    subscription_pay_links,
    subscription_prices,
    subscription_queues,
    subscription_refreshes,
    subscription_refunds,
    subscription_resumptions,
    subscription_trials,
    subscriptions,
    webhook_tests,
)
from storefront.models import waiting_renewal
from storefront.web.signing_in import ask_to_sign_in

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

for part in (
    dashboard,
    guide,
    settings,
    merchants,
    merchant_checks,
    disconnections,
    offer_moves,
    offers,
    offer_archivals,
    offer_duplicates,
    orders,
    order_exports,
    order_refreshes,
    refunds,
    evidence,
    subscription_queues,
    subscriptions,
    subscription_cancellations,
    subscription_keepings,
    subscription_letters,
    subscription_pauses,
    subscription_pay_links,
    subscription_prices,
    subscription_refreshes,
    subscription_refunds,
    subscription_resumptions,
    subscription_trials,
    offer_price_changes,
    customers,
    customer_links,
    emails,
    letter_wordings,
    shop_settings,
    merchant_webhooks,
    webhook_tests,
    doctor,
    passwords,
    sign_out,
):
    blueprint.register_blueprint(part.blueprint)

# The door itself stands outside.
BLUEPRINTS = (blueprint, sign_in.blueprint, first_admin.blueprint)


@blueprint.context_processor
def count_what_waits() -> dict[str, Callable[[], int]]:
    """How many subscriptions need somebody: asked for by pages with a navigation, and by no fragment."""
    return {"renewals_waiting": waiting_renewal.count_all}


@blueprint.before_request
def require_sign_in() -> BaseResponse | None:
    """One check for every page, so that a new page can't forget it."""
    return None if current_user.is_authenticated else ask_to_sign_in()


def keep_out_of_caches(response: Response) -> Response:
    """Neither a proxy nor the Back button of a signed-out browser shows these pages again."""
    response.cache_control.no_store = True
    return response


for door_or_house in BLUEPRINTS:
    door_or_house.after_request(keep_out_of_caches)
