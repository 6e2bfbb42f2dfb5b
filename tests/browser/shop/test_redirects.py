"""Redirect after payment in a browser: through a bank's page, and a second purchase afterwards."""

import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import expect
from pytest_playwright import CreateContextCallback

from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import ASKS, GOOD
from tests.http_server import serving


class _Thanks(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>Thanks</h1>")

    def log_message(self, format: str, *args: object) -> None:
        """Tests print nothing."""


def _self_signed(folder: Path) -> ssl.SSLContext:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    certificate = (
        builder.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1)).sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


@pytest.fixture
def website(tmp_path: Path) -> Iterator[str]:
    """The address of a page on the owner's own website, over https."""
    with serving(_Thanks, _self_signed(tmp_path)) as port:
        yield f"https://localhost:{port}/thanks"


def test_customers_go_on_to_the_owners_page_and_can_buy_again(
    owner: Owner, new_context: CreateContextCallback, shop: Shop, stripe: SimulatedStripe, website: str
) -> None:
    address = shop.make_offer(shop.connect_merchant())
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    owner.page.get_by_label("Redirect after payment").fill(website)
    owner.page.get_by_role("button", name="Save").first.click()
    expect(owner.page.get_by_role("link", name="Signing secret")).to_be_visible()
    buyer = Buyer(new_context(ignore_https_errors=True).new_page())
    for card in (ASKS, GOOD):
        buyer.pay(address, card)
        if card == ASKS:
            buyer.answer_challenge("authorize")
        expect(buyer.page).to_have_url(re.compile(rf"^{re.escape(website)}\?order=\d+&status=paid&"))
        expect(buyer.page.get_by_role("heading", name="Thanks")).to_be_visible()
    # Each purchase is an order of its own: the visit ended although the thank-you page was not shown.
    assert [order.status for order in shop.orders()] == ["paid", "paid"]
    buyer.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    expect(buyer.page.get_by_role("link", name="Continue to localhost")).to_be_visible()
