"""Admin → Settings → Email: the mail server in force, a test email, SPF and DMARC of the sender's domain."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.emails import dns_records
from storefront.models import ShopProfile
from tests.dns_server import DnsServer, running_dns_server
from tests.mail_server import MailServer, running_mail_server
from tests.web.admin_pages import HTMX, alerts_of, error_at, post, status_of, text_of

ADDRESS = "/admin/settings/email"
DOMAIN = f"{ADDRESS}/domain"


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with running_dns_server() as server:
        yield server


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture
def environment(
    environment: dict[str, str], dns: DnsServer, mail_server: MailServer, request: pytest.FixtureRequest
) -> dict[str, str]:
    mail = {"SMTP_URL": mail_server.url, "MAIL_FROM": "Studio <shop@mail.lumen.example>", "DNS_SERVER": dns.address}
    return {**environment, **mail, **getattr(request, "param", {})}


def with_settings(**changes: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("environment", [changes], indirect=True)


def checked(admin: FlaskClient) -> str:
    """What the fragment with the domain's records says."""
    answer = admin.get(DOMAIN, headers=HTMX)
    assert answer.status_code == 200 and "<html" not in answer.text
    return text_of(answer.text)


@with_settings(SMTP_URL="smtp://robot%40lumen.example:hunter2@smtp.lumen.example:587?starttls=1")
def test_the_page_says_what_is_in_force_and_shows_no_secret(admin: FlaskClient) -> None:
    page = admin.get(ADDRESS).text
    words = text_of(page)
    for part in ("Server smtp.lumen.example", "Port 587", "Encryption STARTTLS", "User r•••@lumen.example"):
        assert part in words
    assert "Studio <shop@mail.lumen.example>" in words and "hunter2" not in page and "robot@" not in page
    assert f'href="{ADDRESS}"' in admin.get("/admin/settings").text


@with_settings(SMTP_URL="", MAIL_FROM="")
def test_without_a_mail_server_it_says_that_nothing_is_sent(admin: FlaskClient, dns: DnsServer) -> None:
    assert "Not set: emails are kept in the admin, nothing is sent." in text_of(admin.get(ADDRESS).text)
    refused = post(admin, f"{ADDRESS}/test", to="olena@example.com")
    assert refused.status_code == 422 and "Email isn’t set up" in alerts_of(refused.text)
    assert admin.get(DOMAIN).status_code == 200 and dns.asked == []


def test_a_test_email_goes_to_the_address_and_the_outcome_is_told(admin: FlaskClient, mail_server: MailServer) -> None:
    ShopProfile(name="Atelier Lumen", reply_to="answers@lumen.example").save()
    assert 'value="olena@example.com"' in admin.get(ADDRESS).text, "prefilled with the admin’s"
    answer = post(admin, f"{ADDRESS}/test", to="anna@example.net")
    assert (answer.status_code, answer.location) == (303, ADDRESS)
    assert "Test email sent to anna@example.net." in status_of(admin.get(ADDRESS).text)
    (message,) = mail_server.received
    assert message["To"] == "anna@example.net" and message["Subject"] == "Test email from Atelier Lumen"
    assert message["From"] == "Atelier Lumen <shop@mail.lumen.example>"
    assert message["Reply-To"] == "answers@lumen.example"
    mail_server.behave = "refuse"
    refused = post(admin, f"{ADDRESS}/test", to="anna@example.net")
    assert refused.status_code == 422 and 'value="anna@example.net"' in refused.text
    assert "The test email wasn’t sent. The mail server’s answer: 554 5.7.1 Not today" in alerts_of(refused.text)


@pytest.mark.parametrize(
    "typed", ["", "anna", "a@b@c", "anna@example.net\nBcc: all@example.net", "x" * 300 + "@y.example"]
)
def test_a_wrong_address_is_refused_at_the_field(admin: FlaskClient, mail_server: MailServer, typed: str) -> None:
    refused = post(admin, f"{ADDRESS}/test", to=typed)
    assert refused.status_code == 422 and error_at(refused.text, "to")
    assert not mail_server.received


@with_settings(SMTP_URL="smtp://127.0.0.1:1")
def test_a_mail_server_that_is_away_is_told_calmly(admin: FlaskClient) -> None:
    refused = post(admin, f"{ADDRESS}/test", to="anna@example.net")
    assert refused.status_code == 422 and "The test email wasn’t sent." in alerts_of(refused.text)


@with_settings(SMTP_URL="smtp://smtp.gmail.com:587")
def test_missing_records_are_told_with_the_text_to_copy(admin: FlaskClient, dns: DnsServer) -> None:
    words = checked(admin)
    spf, dmarc = "v=spf1 include:_spf.google.com ~all", "v=DMARC1; p=none"
    assert f"Add a TXT record for mail.lumen.example: {spf}" in words
    assert f"Add a TXT record for _dmarc.mail.lumen.example: {dmarc}" in words
    copied = re.findall(r'data-copy="([^"]*)"', admin.get(DOMAIN, headers=HTMX).text)
    assert [unescape(text) for text in copied] == [spf, dmarc]
    # Other TXT records are none of these.
    dns.records = {
        "mail.lumen.example": ["google-site-verification=1", "v=spf10"],
        "_dmarc.lumen.example": ["v=DMARC2"],
    }
    assert "has no SPF record" in checked(admin) and "has no DMARC record" in checked(admin)


def test_records_that_are_there_are_shown(admin: FlaskClient, dns: DnsServer) -> None:
    long = "v=spf1 " + " ".join(f"ip4:192.0.2.{number}" for number in range(30)) + " -all"
    dns.records = {"mail.lumen.example": ["something else", long], "_dmarc.lumen.example": ["v=DMARC1; p=reject"]}
    words = checked(admin)
    assert f"mail.lumen.example has an SPF record: {long[:200]}" in words
    assert "The domain has a DMARC record: v=DMARC1; p=reject" in words, "the domain above counts"
    page = text_of(admin.get(DOMAIN).text)
    assert "The domain has a DMARC record" in page and "Test email" in page, "without JavaScript it is a page"


@with_settings(SMTP_URL="smtp://smtp.sendgrid.net:587")
def test_records_that_do_not_count_are_told(admin: FlaskClient, dns: DnsServer) -> None:
    dns.records = {
        "mail.lumen.example": ["v=spf1 mx -all", "v=spf1 a ~all"],
        "_dmarc.mail.lumen.example": ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
    }
    words = checked(admin)
    assert "Replace them with one TXT record: v=spf1 a mx ~all" in words
    assert "Keep one TXT record for _dmarc.mail.lumen.example: v=DMARC1; p=none" in words
    dns.records["mail.lumen.example"] = ["v=spf1 mx -all"]
    assert "Change the TXT record to: v=spf1 include:sendgrid.net mx -all" in checked(admin)
    dns.records["mail.lumen.example"] = ["v=spf1 include:elsewhere.example -all"]
    assert "has an SPF record" in checked(admin), "what another record includes is not known"


@pytest.mark.parametrize("behave", ["fail", "garbage", "silent"])
def test_a_dns_that_does_not_answer_is_told_within_the_time_limit(
    admin: FlaskClient, dns: DnsServer, behave: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dns_records, "TIME_LIMIT", 0.3)
    dns.behave = behave
    words = checked(admin)
    assert "The SPF record of mail.lumen.example couldn’t be looked up." in words
    assert "The DMARC record _dmarc.mail.lumen.example couldn’t be looked up." in words


def test_hostile_records_are_shown_as_text(admin: FlaskClient, dns: DnsServer) -> None:
    dns.records = {"mail.lumen.example": ["v=spf1 <script>alert(1)</script> \\007"]}
    html = admin.get(DOMAIN, headers=HTMX).text
    assert "<script" not in html and "&lt;script&gt;" in html and "\x07" not in html


def test_the_doctor_says_the_same(app: Flask, admin: FlaskClient, dns: DnsServer) -> None:
    assert "SPF" not in text_of(admin.get("/admin/doctor").text), "the page that opens at once asks nobody"
    assert dns.asked == []
    assert "has no SPF record" in text_of(post(admin, "/admin/doctor").text)
    output = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "amber  The domain has no DMARC record" in output and "v=DMARC1; p=none" in output


@with_settings(MAIL_FROM="shop@localhost")
def test_a_domain_that_nobody_can_look_up_is_not_asked_for(admin: FlaskClient, dns: DnsServer) -> None:
    assert "SPF" not in text_of(admin.get(DOMAIN).text) and dns.asked == []
