"""Post forms to the admin with a CSRF token, and read parts of its pages."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from stripe_simulator import accounts
from tests.web_client import csrf_token

STRIPE = "/admin/settings/payment-systems/stripe"
HTMX = {"HX-Request": "true"}


def token_of(client: FlaskClient) -> str:
    """A CSRF token of the client's session."""
    return csrf_token(client.get("/admin/password").text)


def post(client: FlaskClient, address: str, htmx: bool = False, **fields: object) -> TestResponse:
    """Post the form with its CSRF token, as a plain form or as htmx does."""
    data = {"csrf_token": token_of(client), **{name: str(value) for name, value in fields.items()}}
    return client.post(address, data=data, headers=HTMX if htmx else {})


def connect(client: FlaskClient, htmx: bool = False, address: str = STRIPE, **changes: str) -> TestResponse:
    """Save the form that connects an account; by default with Olena's test keys."""
    keys = {
        "name": "Olena's studio",
        "publishable_key": accounts.publishable_key(accounts.OLENA),
        "secret_key": accounts.secret_key(accounts.OLENA),
    }
    return post(client, address, htmx, **{**keys, **changes})


def error_at(html: str, field: str) -> str:
    """The error message of this field, in a page or in an htmx response."""
    found = re.search(rf'id="[\w-]*-{field}-error"[^>]*>([^<]*)<', html) or re.search(
        rf'hx-target="#[\w-]*-{field}-error"[^>]*>([^<]*)<', html
    )
    assert found, f"there is no place for an error of {field}"
    return unescape(found[1])


def text_of(html: str) -> str:
    """The page's text without markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def alerts_of(html: str) -> str:
    """The text of all elements with role="alert"."""
    return text_of(" ".join(re.findall(r'role="alert"[^>]*>(.*?)</div>', html, flags=re.S))).strip()


def status_of(html: str) -> str:
    """The text of all elements with role="status"."""
    return text_of(" ".join(re.findall(r'role="status"[^>]*>(.*?)</div>', html, flags=re.S))).strip()
