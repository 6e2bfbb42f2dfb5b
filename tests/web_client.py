"""Flask's test client set up as a browser, and the owner's sign-in."""

import re

from flask import Flask
from flask.testing import FlaskClient

from storefront.models import AdminSession, now
from tests.factories import OWNER_EMAIL, PASSWORD, make_owner


def browser(app: Flask) -> FlaskClient:
    """A client that sends the headers of an English browser on the shop's own pages."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def signed_in(app: Flask, base_url: str | None = None) -> FlaskClient:
    """Create the owner, sign in through the login form, and return the client."""
    make_owner()
    client = browser(app)
    sign_in(client, OWNER_EMAIL, PASSWORD, base_url)
    return client


def sign_in(client: FlaskClient, email: str, password: str, base_url: str | None = None) -> None:
    """Sign in through the login form."""
    token = csrf_token(client.get("/admin/login", base_url=base_url).text)
    form = {"email": email, "password": password, "csrf_token": token}
    answer = client.post("/admin/login", data=form, base_url=base_url)
    assert answer.status_code in (302, 303), answer.text


def stay_signed_in() -> None:
    """All sessions have begun just now by the shop's clock, which a test has moved."""
    times = dict.fromkeys(("started_at", "last_seen_at", "proved_at"), now())
    AdminSession.update(times).execute()


def csrf_token(html: str) -> str:
    """The CSRF token of the page's form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, "the page has no CSRF token"
    return found[1]
