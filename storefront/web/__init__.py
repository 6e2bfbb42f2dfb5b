"""The HTTP side of the shop: pages, forms and endpoints. A view finds its records, calls one operation and renders."""

from flask import Blueprint, Flask

from storefront.web import admin, customer, documents, endpoints, shop, support
from storefront.web.admin.labels import finding_text
from storefront.web.admin.session import first_admin_address
from storefront.web.admin.shared import large_body
from storefront.web.forms import MIN_PASSWORD
from storefront.web.support import RequestLog, shop_config, shop_words

BLUEPRINTS: tuple[Blueprint, ...] = (
    *shop.BLUEPRINTS,
    *customer.BLUEPRINTS,
    *endpoints.BLUEPRINTS,
    *admin.BLUEPRINTS,
)

__all__ = [
    "BLUEPRINTS",
    "MIN_PASSWORD",
    "RequestLog",
    "finding_text",
    "first_admin_address",
    "init_app",
    "large_body",
    "shop_config",
    "shop_words",
]


def init_app(app: Flask) -> None:
    """Set up what the pages need of the application: languages, security, sign-in, template filters."""
    support.init_app(app)
    documents.init_app(app)
    admin.init_app(app)
    app.wsgi_app = support.CachedPages(app, shop.CACHED_PAGES)  # type: ignore[method-assign]
    support.check_hosts(app)
