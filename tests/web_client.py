"""Flask's test client set up as a browser, and the owner's sign-in."""

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.factories import OWNER_EMAIL, PASSWORD, make_owner


def browser(app: Flask) -> FlaskClient:
    """A client that sends the headers of an English browser on the shop's own pages."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def signed_in(app: Flask) -> FlaskClient:
    """Create the owner, sign in through the login form, and return the client."""
    make_owner()
    client = browser(app)
    token = csrf_token(client.get("/admin/login").text)
    form = {"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": token}
    answer = client.post("/admin/login", data=form)
    assert answer.status_code in (302, 303), answer.text
    return client


def csrf_token(html: str) -> str:
    """The CSRF token of the page's form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, "the page has no CSRF token"
    return found[1]
