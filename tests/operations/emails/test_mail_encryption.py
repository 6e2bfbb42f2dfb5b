"""Emails and the mail server's password travel encrypted, unless the server is on this machine."""

import ipaddress
import ssl
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from flask.testing import FlaskClient

from storefront import create_app, emails, operations, runtime
from storefront.config import Config
from storefront.db import db as database
from storefront.models import Email, Merchant, Offer, Order
from tests.factories import make_offer
from tests.mail_server import MailServer, running_mail_server
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import text_of

LOGIN = "shop:correct-horse@"


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant)


@pytest.fixture(scope="module")
def own_address() -> str:
    """An address of this machine that is not a loopback address: to the shop it is another machine."""
    addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout.split()
    return next(address for address in addresses if "." in address and not address.startswith("127."))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory, own_address: str) -> Path:
    """A self-signed certificate for this machine, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.com")])
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in (own_address, "127.0.0.1")]
    day = timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - day)
        .not_valid_after(datetime.now(UTC) + day)
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "mail.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(pem))
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def sends_through(
    environment: dict[str, str], app: Flask, offer: Offer, simulator: Simulator
) -> Iterator[Callable[..., Email]]:
    """A function that buys in the shop with this mail server and sends; the receipt afterwards."""

    def send(server: MailServer, login: str = LOGIN, query: str = "") -> Email:
        url = server.url.replace("smtp://", f"smtp://{login}") + query
        database.obj.close_all()
        create_app(Config.from_environment({**environment, "SMTP_URL": url, "MAIL_FROM": "shop@example.com"}))
        if not Order.select().exists():
            buy(offer, simulator)
        emails.send_due()
        return Email.get(Email.kind == "receipt")

    yield send
    database.obj.close_all()


def is_encrypted(server: MailServer) -> bool:
    return bool(server.sessions) and all(session.ssl is not None for session in server.sessions)


def test_a_server_on_this_machine_is_used_without_tls_if_it_offers_none(sends_through: Callable[..., Email]) -> None:
    with running_mail_server(login=True) as server:
        assert sends_through(server).state == "sent"
        assert not is_encrypted(server) and server.signed_in[0] == b"correct-horse"


def test_a_server_on_this_machine_is_used_with_tls_if_it_offers_it(
    sends_through: Callable[..., Email], tls: ssl.SSLContext
) -> None:
    with running_mail_server(tls=tls, login=True) as server:
        assert sends_through(server).state == "sent"
        assert is_encrypted(server) and server.signed_in[0] == b"correct-horse"


@pytest.mark.parametrize("login", [LOGIN, ""], ids=["with a password", "without a password"])
def test_another_machine_that_offers_no_tls_gets_nothing_and_the_owner_is_told_why(
    sends_through: Callable[..., Email], own_address: str, login: str, admin: FlaskClient
) -> None:
    with running_mail_server(own_address, login=True) as server:
        receipt = sends_through(server, login)
        assert (receipt.state, receipt.problem) == ("waiting", "smtp_not_encrypted")
        assert emails.send_test("olena@example.com", "Hello", "Hello") == "smtp_not_encrypted"
        assert server.sessions == [] and server.signed_in == [] and server.received == []
    (finding,) = (one for one in operations.diagnose(runtime.current().config) if one.code == "mail_server_away")
    assert (finding.grade, finding.detail["answer"]) == ("red", "smtp_not_encrypted")
    for page in ("/admin/doctor", f"/admin/emails/{receipt.id}"):
        assert "The mail server doesn’t offer encryption (STARTTLS)" in text_of(admin.get(page).text), page


def test_another_machine_needs_a_certificate_that_is_trusted(
    sends_through: Callable[..., Email],
    own_address: str,
    tls: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_mail_server(own_address, tls, login=True) as server:
        receipt = sends_through(server)
        assert receipt.state == "waiting" and "certificate verify failed" in receipt.problem
        assert server.signed_in == [] and server.received == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        emails.send_due()
        assert Email.get_by_id(receipt.id).state == "sent"
        assert is_encrypted(server) and server.signed_in[0] == b"correct-horse"


def test_starttls_in_the_url_requires_a_trusted_certificate_on_this_machine_too(
    sends_through: Callable[..., Email], tls: ssl.SSLContext
) -> None:
    with running_mail_server(login=True) as plain:
        assert sends_through(plain, query="?starttls=1").problem == "smtp_not_encrypted"
        assert plain.signed_in == []
    with running_mail_server(tls=tls, login=True) as server:
        assert "certificate verify failed" in sends_through(server, query="?starttls=1").problem
        assert server.signed_in == [] and server.received == []
