"""Changes are accepted from our own pages alone, by one rule for shop and admin, whatever proxies and browsers hide."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.models import Admin, Offer, Role
from tests.web_client import OWNER_EMAIL, PASSWORD, csrf_token

PUBLIC = "https://shop.example.com"
ELSEWHERE = "https://elsewhere.example.com"
BUYER = {"email": "marko@example.com", "name": "Marko", "visit": "visit-of-marko-00001"}


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """The shop at an https address, behind one proxy that may name it by its own address."""
    return {**environment, "PUBLIC_URL": PUBLIC, "ALLOWED_HOSTS": "10.0.0.5", "TRUSTED_PROXIES": "1"}


def sign_in(app: Flask, base_url: str, headers: dict[str, str]) -> int:
    """The status of a sign-in with these headers."""
    Admin.set_password(OWNER_EMAIL, PASSWORD, role=Role.OWNER)
    client = app.test_client()
    # The cookie is Secure, and a proxy that ends TLS forwards it over http.
    page = client.get("/admin/login", base_url=base_url)
    cookie = page.headers["Set-Cookie"].split(";")[0]
    form = {"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": csrf_token(page.text)}
    return client.post("/admin/login", base_url=base_url, data=form, headers={**headers, "Cookie": cookie}).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": PUBLIC},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "", "Origin": PUBLIC},
        {"Origin": PUBLIC, "Referer": f"{PUBLIC}/"},
        {},
    ],
)
@pytest.mark.parametrize("base_url", [PUBLIC, f"{PUBLIC}:443", "http://10.0.0.5:8000", "https://10.0.0.5:8000"])
def test_defect_38_sign_in_needs_no_referer_and_no_original_host(
    app: Flask, base_url: str, headers: dict[str, str]
) -> None:
    assert sign_in(app, base_url, headers) == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": PUBLIC},
        {"Sec-Fetch-Site": "cross-site", "Referer": f"{PUBLIC}/admin/login"},
        {"Origin": ELSEWHERE},
        {"Sec-Fetch-Site": "", "Origin": ELSEWHERE},
        {"Origin": f"{PUBLIC}.example.org"},
        {"Origin": "http://shop.example.com"},
    ],
)
def test_defect_38_other_sites_are_refused_even_with_a_valid_token(app: Flask, headers: dict[str, str]) -> None:
    assert sign_in(app, PUBLIC, headers) == 403


@pytest.mark.parametrize("base_url", [PUBLIC, "http://10.0.0.5:8000"])
def test_defect_38_checkout_works_behind_a_proxy_that_rewrites_the_host(
    app: Flask, offer: Offer, base_url: str
) -> None:
    def press(**headers: str) -> int:
        address = f"/o/{offer.slug}/checkout"
        return app.test_client().post(address, base_url=base_url, data=BUYER, headers=headers).status_code

    assert press(Origin=PUBLIC) == 200
    assert press(**{"Sec-Fetch-Site": "same-origin"}) == 200
    assert press(Origin=ELSEWHERE) == 403
    assert press() == 403, "no session and no token: the browser must say where it comes from"


def test_defect_38_every_page_refuses_changes_that_other_sites_send(app: Flask, admin: FlaskClient) -> None:
    tried = 0
    values = {"kind": "receipt", "language": "en"}
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
            if rule.endpoint.startswith("webhooks."):
                continue
            adapter = app.url_map.bind("shop.example.com")
            address = adapter.build(rule.endpoint, {name: values.get(name, "1") for name in rule.arguments}, method)
            for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": ELSEWHERE}):
                client = app.test_client()
                answer = client.open(address, method=method, headers=headers, base_url=PUBLIC)
                assert answer.status_code in (400, 403), (method, address, answer.status_code)
                tried += 1
    assert tried > 80
