"""Admin → Emails: reading and resending emails, and the owner's custom texts."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails, merchants, payments, worker
from storefront.emails import KIND_GROUPS, KINDS
from storefront.emails.kinds import variables
from storefront.errors import StripeKeyInvalid
from storefront.models import Email, Merchant, Offer
from storefront.web.admin.labels.email_variables import VARIABLES
from stripe_simulator import accounts
from tests.factories import SHOP_URL, make_offer
from tests.mail_server import MailServer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.web.admin_pages import alerts_of, error_at, post, status_of, text_of

NO_SERVER = "Email isn’t set up"
pytestmark = pytest.mark.usefixtures("admin")


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, title="Evening")


def test_without_a_mail_server_emails_are_kept_and_can_be_read(
    admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    assert "No emails yet." in admin.get("/admin/emails").text
    order = buy(offer, simulator)
    emails.send_due()
    page = admin.get("/admin/emails").text
    assert NO_SERVER in page and alerts_of(page) == ""
    words = text_of(page)
    for expected in (
        "2 emails",
        "Receipt",
        "Not sent (no mail server)",
        "marko@example.com",
        "Admin: new sale",
        "owners and managers",
    ):
        assert expected in words
    receipt = Email.get(Email.kind == "receipt")
    assert f'href="/admin/emails/{receipt.id}"' in page and f'href="/admin/orders/{order.token}"' in page
    letter = admin.get(f"/admin/emails/{receipt.id}")
    assert "Receipt from shop.example.com · €19.99" in letter.text and NO_SERVER in letter.text
    assert "We’ve received your payment of €19.99 for Evening" in text_of(letter.text)
    assert "frame-src 'self'" in letter.headers["Content-Security-Policy"]
    assert "Not sent (no mail server)" in text_of(admin.get(f"/admin/orders/{order.token}").text)


def test_the_html_of_an_email_is_shown_in_a_sandbox(admin: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    buy(offer, simulator)
    letter = Email.get(Email.kind == "receipt")
    page = admin.get(f"/admin/emails/{letter.id}").text
    popups_only = "allow-popups allow-popups-to-escape-sandbox"
    assert re.search(rf'<iframe[^>]* sandbox="{popups_only}" src="/admin/emails/{letter.id}/html"', page)
    html = admin.get(f"/admin/emails/{letter.id}/html")
    assert html.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox {popups_only}; frame-ancestors 'self'"
    )
    assert html.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "€19.99" in html.text, "a waiting email is shown as it will be sent"
    assert admin.get("/admin/emails/999999").status_code == 404


def test_emails_can_be_filtered_by_state_kind_and_text(admin: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    buy(offer, simulator)
    emails.send_due()
    for query, count in {
        "?kind=receipt": "1 email",
        "?state=kept": "2 emails",
        "?state=sent": "0 emails",
        "?q=marko": "1 email",
        "?q=new sale": "1 email",
        "?kind=nonsense&state=nonsense": "2 emails",
    }.items():
        assert f"{count}<" in admin.get(f"/admin/emails{query}").text, query
    assert "No emails match this search." in admin.get("/admin/emails?q=nobody").text


def test_the_list_is_paginated(admin: FlaskClient, app: Flask) -> None:
    for number in range(51):
        Email.create(kind="receipt", about=f"order-{number}", recipient="marko@example.com", language="en")
    first = admin.get("/admin/emails").text
    assert "51 emails" in first and 'rel="next"' in first
    second = admin.get("/admin/emails?page=2").text
    assert second.count('<th scope="row">') == 1 and 'rel="prev"' in second


class TestWithAMailServer:
    @pytest.fixture
    def environment(self, environment: dict[str, str], mail_server: MailServer) -> dict[str, str]:
        return {**environment, "SMTP_URL": mail_server.url, "MAIL_FROM": "shop@example.com"}

    def test_the_mail_servers_error_is_shown_and_send_again_works(
        self, admin: FlaskClient, offer: Offer, simulator: Simulator, mail_server: MailServer
    ) -> None:
        mail_server.behave = "refuse"
        buy(offer, simulator)
        emails.send_due()
        letter = Email.get(Email.kind == "receipt")
        assert NO_SERVER not in admin.get("/admin/emails").text
        assert "554 5.7.1 Not today" in admin.get("/admin/emails").text
        assert "The last attempt failed: 554 5.7.1 Not today" in text_of(admin.get(f"/admin/emails/{letter.id}").text)
        mail_server.behave = "take"
        answer = post(admin, f"/admin/emails/{letter.id}/again")
        assert (answer.status_code, answer.location) == (303, f"/admin/emails/{letter.id}")
        assert "will be sent again in a moment" in status_of(admin.get(answer.location).text)
        emails.send_due()
        assert mail_server.subjects() == ["Receipt from shop.example.com · €19.99"]
        assert "Sent" in text_of(admin.get(f"/admin/emails/{letter.id}").text)


def test_kinds_are_grouped_and_each_says_when_it_is_sent(admin: FlaskClient) -> None:
    page = admin.get("/admin/emails/words").text
    sections = re.findall(r'<section class="card" aria-labelledby="emails-(\w+)">(.*?)</section>', page, flags=re.S)
    groups = ["orders", "subscriptions", "renewals", "buyers", "team", "owners"]
    assert [name for name, _html in sections] == groups
    for name, html in sections:
        assert f'href="#emails-{name}"' in page
        shown = re.findall(r"<h3>([^<]+)</h3>\s*<span class=\"muted\">([^<]+)</span>", html)
        assert len(shown) == len(KIND_GROUPS[name]), "each kind says when it is sent"
        assert not {title for title, _when in shown} & set(KINDS), "as text, not as a code"


def test_the_filter_by_kind_uses_the_same_groups(admin: FlaskClient) -> None:
    page = admin.get("/admin/emails?kind=renewal_declined").text
    assert re.findall(r'<optgroup label="([^"]+)">', page)[:3] == ["Orders", "Subscriptions", "Renewals"]
    assert '<option value="renewal_declined" selected>Renewal needs a new card</option>' in page


def test_each_variable_is_explained(admin: FlaskClient) -> None:
    assert set(VARIABLES) == variables.ALL
    page = text_of(admin.get("/admin/emails/words/price_changes/en").text)
    for words in ("{new_amount} new amount", "{every} how often it is charged", "{due} date that the email is about"):
        assert words in page
    assert "{refund_amount}" not in page, "that placeholder belongs to another kind"
    for kind, known in KINDS.items():
        used = variables.names_in(known.subject + known.body)
        assert used <= variables.ALL, kind
        assert {f"{{{name}}}" for name in used} <= set(
            text_of(admin.get(f"/admin/emails/words/{kind}/en").text).split()
        )


def test_a_subscription_email_uses_the_owners_text(admin: FlaskClient) -> None:
    answer = post(
        admin, "/admin/emails/words/trial_ends/en", subject="{title}: {due}", words="{amount} {every}, {card}."
    )
    assert answer.status_code == 303
    page = text_of(admin.get("/admin/emails/words/trial_ends/en").text)
    assert "Watercolor evening: January 31, 2030" in page and "€19.99 every month, Visa •••• 4242." in page


def test_each_kind_has_a_preview_in_each_language(admin: FlaskClient) -> None:
    page = admin.get("/admin/emails/words").text
    for kind in KINDS:
        for language in ("uk", "en", "ru"):
            address = f"/admin/emails/words/{kind}/{language}"
            assert f'href="{address}"' in page
            assert f'src="{address}/preview"' in admin.get(address).text
            html = admin.get(f"{address}/preview")
            assert html.status_code == 200 and f'<html lang="{language}"' in html.text
            words = re.sub(r"<style>.*?</style>|<[^>]*>", "", html.text, flags=re.S)
            assert "{" not in words and "None" not in words
            assert "sandbox" in html.headers["Content-Security-Policy"]
    for nowhere in ("/admin/emails/words/nothing/en", "/admin/emails/words/receipt/de"):
        assert admin.get(nowhere).status_code == 404


def test_the_owner_saves_a_custom_text_and_restores_the_default(
    admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    address = "/admin/emails/words/receipt/en"
    assert "Receipt from {shop} · {amount}" in admin.get(address).text
    answer = post(admin, address, subject="Thanks, {name}!", words="**{amount}** came at {shop}.")
    assert (answer.status_code, answer.location) == (303, address)
    page = admin.get(address).text
    assert "Thanks, Marko!" in page and "€19.99 came at shop.example.com." in text_of(page)
    assert "Customized" in text_of(admin.get("/admin/emails/words").text)
    buy(offer, simulator)
    emails.send_due()
    assert Email.get(Email.kind == "receipt").subject == "Thanks, Marko!"
    post(admin, f"{address}/original")
    assert "Receipt from {shop} · {amount}" in admin.get(address).text
    assert emails.custom_text("receipt", "en") is None


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("subject", "Hello {nam}", "Unknown variable: {nam}."),
        ("words", "{name.__class__} {0}", "Unknown variable: {0}, {name.__class__}."),
        ("words", "Hello {name", "Unmatched { or }."),
        ("words", "{name:>999999999}", "Unmatched { or }."),
        ("words", "{name!r}", "Unmatched { or }."),
        ("subject", "", "Enter a subject."),
    ],
)
def test_unknown_variables_are_refused_and_the_typed_text_is_kept(
    admin: FlaskClient, field: str, typed: str, words: str
) -> None:
    fields = {"subject": "Thanks", "words": "Paid.", field: typed}
    answer = post(admin, "/admin/emails/words/receipt/en", **fields)
    assert answer.status_code == 422
    assert error_at(answer.text, field).startswith(words)
    assert emails.custom_text("receipt", "en") is None
    assert "Thanks" in answer.text or "Paid." in answer.text


def connection_emails() -> list[Email]:
    return list(Email.select().where(Email.kind == "owner_connection"))


def break_key(merchant: Merchant) -> None:
    """Replace the merchant's key with one that Stripe refuses."""
    merchant.secret_key = accounts.expired_key(accounts.OLENA)
    merchant.save()


def test_the_owner_gets_one_email_about_a_broken_connection(
    offer: Offer, simulator: Simulator, admin: FlaskClient
) -> None:
    started = start_checkout(offer)
    break_key(Merchant.get())
    with pytest.raises(StripeKeyInvalid):
        start_checkout(make_offer(Merchant.get(), title="Morning"))
    assert Merchant.get().check_problem == "key_invalid"
    merchants.check(Merchant.get(), SHOP_URL)
    emails.mark_key_invalid(Merchant.get())
    with pytest.raises(StripeKeyInvalid):
        payments.refresh_order(started.order)
    (letter,) = connection_emails()
    emails.send_due()
    page = text_of(admin.get(f"/admin/emails/{letter.id}").text)
    assert "Stripe connection lost: Olena's studio" in page
    assert "/admin/settings/payment-systems/stripe" in page


def test_a_page_that_notices_a_payment_wakes_the_email_worker(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    started = start_checkout(offer)
    confirm(simulator, started)
    before = worker.queue().pending_count()
    client.get(f"/orders/{started.order.token}")
    assert refresh(started.order).status == "paid"
    assert worker.queue().pending_count() > before
