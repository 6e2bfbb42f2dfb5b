"""Passkeys in a browser: Chromium's virtual authenticator adds one and signs in with it, on http://localhost."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from storefront.models import Passkey
from tests.factories import OWNER_EMAIL, PASSWORD, make_owner
from tests.processes import free_port


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Passkeys belong to a host name: the shops of other browser tests are at 127.0.0.1."""
    return {**environment, "PUBLIC_URL": f"http://localhost:{free_port()}"}


@pytest.fixture
def address(app: Flask, environment: dict[str, str]) -> Iterator[str]:
    """The shop, served by a thread of this process, with an owner."""
    make_owner()
    address = environment["PUBLIC_URL"]
    server = make_server("localhost", int(address.rpartition(":")[2]), app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def authenticator(page: Page) -> None:
    """A built-in authenticator whose user always agrees."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.usefixtures("authenticator")
def test_a_passkey_is_added_and_signs_in_after_the_password(page: Page, address: str) -> None:
    page.goto(f"{address}/admin/login?next=/admin/account")
    type_password(page)
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("button", name="Add passkey").click()
    expect(page.locator("#passkey-name-error")).to_have_text("Enter a name for this passkey.")
    page.get_by_label("Passkey name").fill("Work laptop")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="I’ve saved them").click()
    passkeys = page.get_by_role("region", name="Passkeys")
    expect(passkeys).to_contain_text("Work laptop")
    # The same authenticator makes no second one for the account.
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_label("Passkey name").fill("Work laptop again")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.locator("form .alert")).to_contain_text("No passkey was added.")
    page.goto(f"{address}/admin/account")
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("status")).to_contain_text("signed out everywhere")
    type_password(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{address}/admin")
    page.goto(f"{address}/admin/account")
    expect(passkeys).to_contain_text("Last used")
    passkeys.get_by_role("button", name="Remove Work laptop").click()
    expect(page.get_by_role("status")).to_contain_text("Passkey removed.")
    assert not Passkey.select().exists()


def type_password(page: Page) -> None:
    page.get_by_label("Email").fill(OWNER_EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
