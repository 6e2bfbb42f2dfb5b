"""Headers that say what browsers may do with pages and files, and the names of cookies."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.models import Offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import post
from tests.web_client import browser, csrf_token, signed_in

PERMISSIONS, RESOURCES, HSTS = (
    "Permissions-Policy",
    "Cross-Origin-Resource-Policy",
    "Strict-Transport-Security",
)


def test_other_sites_may_embed_files_and_images_and_no_page(
    client: FlaskClient, admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    for page in ("/", f"/o/{offer.slug}", f"/orders/{order.token}/thank-you", "/nowhere", "/admin/login", "/healthz"):
        assert client.get(page).headers[RESOURCES] == "same-origin", page
    assert admin.get("/admin/orders.csv").headers[RESOURCES] == "same-origin"
    for file in ("/static/css/tokens.css", f"/pictures/{'a' * 24}-400.webp"):
        assert client.get(file).headers[RESOURCES] == "cross-origin", file


def test_only_pages_with_card_fields_may_use_payment_and_only_in_stripes_frames(
    client: FlaskClient, admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    for visitor, page in (
        (client, "/"),
        (client, "/admin/login"),
        (admin, "/admin"),
        (client, "/static/css/tokens.css"),
    ):
        policy = visitor.get(page).headers[PERMISSIONS]
        assert "payment=()" in policy and "camera=()" in policy and "geolocation=()" in policy
    policy = client.get(f"/o/{offer.slug}").headers[PERMISSIONS]
    assert f'payment=(self "{simulator.url}")' in policy and "camera=()" in policy


def test_stripes_own_frames_may_use_payment(environment: dict[str, str], request: pytest.FixtureRequest) -> None:
    del environment["STRIPE_JS_URL"]
    offer: Offer = request.getfixturevalue("offer")
    policy = browser(request.getfixturevalue("app")).get(f"/o/{offer.slug}").headers[PERMISSIONS]
    assert 'payment=(self "https://js.stripe.com" "https://*.js.stripe.com" "https://hooks.stripe.com")' in policy


@pytest.fixture
def https_shop(environment: dict[str, str], request: pytest.FixtureRequest) -> Flask:
    environment["PUBLIC_URL"] = "https://shop.example.com"
    app: Flask = request.getfixturevalue("app")
    return app


def test_a_shop_with_an_https_address_asks_for_https_though_its_proxy_hides_it(https_shop: Flask) -> None:
    answer = browser(https_shop).get("/", base_url="http://shop.example.com")
    assert answer.headers[HSTS] == "max-age=31536000"


def test_a_shop_without_https_does_not_ask_for_it(client: FlaskClient) -> None:
    assert HSTS not in client.get("/").headers


def test_over_https_cookies_can_not_come_from_another_host_of_the_domain(https_shop: Flask) -> None:
    address = "https://shop.example.com"
    client = signed_in(https_shop, base_url=address)
    cookies = client.get("/?lang=uk", base_url=address).headers.getlist("Set-Cookie")
    page = client.get("/admin/password", base_url=address)
    assert page.status_code == 200, "the session is read from the cookie with the prefix"
    out = client.post("/admin/sign-out", data={"csrf_token": csrf_token(page.text)}, base_url=address)
    token = csrf_token(client.get("/admin/login", base_url=address).text)
    form = {"email": "olena@example.com", "password": "correct horse battery", "csrf_token": token}
    cookies += out.headers.getlist("Set-Cookie")
    cookies += client.post("/admin/login", data=form, base_url=address).headers.getlist("Set-Cookie")
    by_name = {cookie.partition("=")[0]: cookie for cookie in cookies}
    assert set(by_name) == {"__Host-lang", "__Host-session", "__Secure-device"}
    for name, cookie in by_name.items():
        assert "Secure" in cookie and "Domain=" not in cookie
        assert ("Path=/;" in f"{cookie};") == name.startswith("__Host-")
    assert 'lang="uk"' in client.get("/", base_url=address).text


def test_the_language_that_an_earlier_version_remembered_is_kept(https_shop: Flask) -> None:
    client = browser(https_shop)
    client.set_cookie("lang", "ru", domain="shop.example.com", secure=True)
    assert 'lang="ru"' in client.get("/", base_url="https://shop.example.com").text


def test_the_admin_of_a_shop_without_https_keeps_the_plain_names(admin: FlaskClient) -> None:
    assert post(admin, "/admin/sign-out").headers["Set-Cookie"].startswith("session=")
