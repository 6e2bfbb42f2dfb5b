"""The client address that the limits on declined cards use."""

from flask.testing import FlaskClient

from storefront import create_app, db
from storefront.config import Config
from storefront.models import Offer, Order
from tests.cast import MARKO
from tests.web_client import browser


def test_behind_a_trusted_proxy_the_buyers_address_is_used(environment: dict[str, str], offer: Offer) -> None:
    shop = create_app(Config.from_environment({**environment, "TRUSTED_PROXIES": "1"}))
    form = {"email": MARKO.email, "name": MARKO.name, "visit": MARKO.visit}
    claim = {"X-Forwarded-For": "203.0.113.66, 198.51.100.9"}
    assert _press(browser(shop), offer, form, claim).status_code == 200
    assert Order.get().buyer_address == "198.51.100.9", "the address that the proxy saw, not the one the buyer sent"
    db.db.obj.close_all()


def _press(client: FlaskClient, offer: Offer, form: dict[str, str], headers: dict[str, str]):
    return client.post(f"/o/{offer.slug}/checkout", data=form, headers=headers)
