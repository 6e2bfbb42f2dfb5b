"""What surrounds the shop's pages: it stays the same while the shop's profile and legal texts do."""

from functools import partial

from flask import Flask, render_template
from markupsafe import Markup

from storefront.i18n import isolate
from storefront.models import LegalSettings, ShopProfile
from storefront.web.support.caching.fragments import fragment
from storefront.web.support.shop_profile import current_legal, current_profile, rendering_shop

# {part: its template}
PARTS = {
    "head": "layouts/frame/head.html",
    "top": "layouts/frame/top.html",
    "bottom": "layouts/frame/bottom.html",
    "seller": "shop/_seller.html",
    "test_ribbon": "components/test_ribbon.html",
}


def init_app(app: Flask) -> None:
    """Give templates `shop_frame()`."""
    app.jinja_env.globals["shop_frame"] = shop_frame


def shop_frame() -> dict[str, Markup]:
    """The parts of this page that depend on the shop and the language alone, by name: PARTS."""
    shop, legal = current_profile(), current_legal()
    return fragment(("shop", shop, legal), partial(_rendered, shop, legal))


def _rendered(shop: ShopProfile, legal: LegalSettings) -> dict[str, Markup]:
    with rendering_shop(shop, legal):
        # The templates escape their values.
        parts = {part: Markup(render_template(name)) for part, name in PARTS.items()}  # noqa: S704
        return parts | {"name": Markup.escape(isolate(shop.display_name))}
