"""The owner's pages, all under /admin and all behind the sign-in."""

from collections.abc import Callable

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from storefront.models.search import open_renewals as waiting_renewal
from storefront.web.admin import dashboard, doctor, guide
from storefront.web.admin.customers import customers
from storefront.web.admin.customers import links as customer_links
from storefront.web.admin.emails import custom_texts as letter_wordings
from storefront.web.admin.emails import emails
from storefront.web.admin.merchants import checks as merchant_checks
from storefront.web.admin.merchants import disconnections, merchants, offer_moves, webhook_tests
from storefront.web.admin.merchants import webhooks as merchant_webhooks
from storefront.web.admin.offers import archivals as offer_archivals
from storefront.web.admin.offers import duplicates as offer_duplicates
from storefront.web.admin.offers import offers
from storefront.web.admin.offers import price_changes as offer_price_changes
from storefront.web.admin.orders import evidence, orders, refunds
from storefront.web.admin.orders import exports as order_exports
from storefront.web.admin.orders import refreshes as order_refreshes
from storefront.web.admin.session import first_admin, passwords, sign_in, sign_out
from storefront.web.admin.settings import index as settings
from storefront.web.admin.settings import shop as shop_settings
from storefront.web.admin.subscriptions import cancellations as subscription_cancellations
from storefront.web.admin.subscriptions import pauses as subscription_pauses
from storefront.web.admin.subscriptions import pay_links as subscription_pay_links
from storefront.web.admin.subscriptions import prices as subscription_prices
from storefront.web.admin.subscriptions import queues as subscription_queues
from storefront.web.admin.subscriptions import reactivations as subscription_keepings
from storefront.web.admin.subscriptions import refreshes as subscription_refreshes
from storefront.web.admin.subscriptions import refunds as subscription_refunds
from storefront.web.admin.subscriptions import reminders as subscription_letters
from storefront.web.admin.subscriptions import resumptions as subscription_resumptions
from storefront.web.admin.subscriptions import subscriptions
from storefront.web.admin.subscriptions import trials as subscription_trials
from storefront.web.support.admin_session import ask_to_sign_in

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
