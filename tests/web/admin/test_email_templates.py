"""The editor of email templates: what is typed is checked, shown and sent as a test without being saved."""

import pytest
from flask.testing import FlaskClient

from storefront import emails
from storefront.models import CustomEmailText, ShopProfile
from tests.factories import OWNER_EMAIL
from tests.mail_server import MailServer
from tests.web.admin_pages import alerts_of, post, status_of, text_of

ADDRESS = "/admin/emails/words/receipt/en"
TYPED = {"subject": "Thanks, {name}!", "words": "Hi {name},\n\nYou paid **{amount}** at {shop}."}


@pytest.fixture(autouse=True)
def _profile(app: object) -> None:
    ShopProfile(name="Kiln & Co").save()


def test_typed_text_is_shown_without_being_saved(admin: FlaskClient) -> None:
    shown = post(admin, f"{ADDRESS}/preview", **TYPED)
    assert shown.status_code == 200 and "sandbox" in shown.headers["Content-Security-Policy"]
    assert "<h1" in shown.text and "Thanks, Marko!" in shown.text and "You paid <strong>€19.99</strong>" in shown.text
    checked = post(admin, f"{ADDRESS}/check", **TYPED).json
    assert checked["errors"] == {"subject": "", "words": ""} and checked["subject"] == "Thanks, Marko!"
    assert "You paid €19.99 at Kiln & Co." in checked["text"]
    assert CustomEmailText.select().count() == 0
    assert "Thanks, {name}!" not in admin.get(ADDRESS).text


def test_an_unknown_variable_is_told_before_saving(admin: FlaskClient) -> None:
    typed = {**TYPED, "words": "See {you} and {name.__class__}"}
    checked = post(admin, f"{ADDRESS}/check", **typed).json
    assert "{you}" in checked["errors"]["words"] and "{name.__class__}" in checked["errors"]["words"]
    assert checked["errors"]["subject"] == "" and checked["subject"] == ""
    refused = post(admin, f"{ADDRESS}/preview", **typed)
    assert refused.status_code == 422 and "{you}" in text_of(refused.text)
    assert "sandbox" in refused.headers["Content-Security-Policy"]
    page = post(admin, ADDRESS, test="1", **typed)
    assert page.status_code == 422 and "See {you}" in page.text


def test_scripts_and_markup_that_are_typed_stay_text(admin: FlaskClient) -> None:
    shown = post(admin, f"{ADDRESS}/preview", subject="<script>1</script>", words="<img src=x onerror=alert(1)>")
    assert "<script" not in shown.text and "<img" not in shown.text


def test_without_a_mail_server_a_test_says_why_it_is_not_sent(admin: FlaskClient) -> None:
    page = post(admin, ADDRESS, test="1", **TYPED)
    assert page.status_code == 200 and "Test email not sent" in alerts_of(page.text)
    assert "Thanks, {name}!" in page.text, "what was typed stays"
    assert CustomEmailText.select().count() == 0


def test_the_default_text_is_not_stored_as_the_owners(admin: FlaskClient) -> None:
    post(admin, ADDRESS, **TYPED)
    assert emails.custom_text("receipt", "en") == ("Thanks, {name}!", TYPED["words"])
    subject, words = emails.default_text("receipt", "en")
    post(admin, ADDRESS, subject=subject, words=words.replace("\n", "\r\n"))
    assert emails.custom_text("receipt", "en") is None


def test_restoring_asks_first_and_the_safe_way_has_the_focus(admin: FlaskClient) -> None:
    assert f'href="{ADDRESS}/original"' not in admin.get(ADDRESS).text
    post(admin, ADDRESS, **TYPED)
    assert f'href="{ADDRESS}/original"' in admin.get(ADDRESS).text
    question = admin.get(f"{ADDRESS}/original").text
    assert f'href="{ADDRESS}" autofocus>Keep my text</a>' in question and "Receipt from {shop}" in question
    assert emails.custom_text("receipt", "en") is not None, "a GET changes nothing"
    answer = post(admin, f"{ADDRESS}/original")
    assert answer.status_code == 303 and emails.custom_text("receipt", "en") is None
    assert "Default text restored" in status_of(admin.get(answer.location).text)


@pytest.mark.parametrize("ending", ["preview", "check", "original"])
def test_there_is_no_editor_for_what_does_not_exist(admin: FlaskClient, ending: str) -> None:
    for nowhere in ("nothing/en", "receipt/de"):
        assert post(admin, f"/admin/emails/words/{nowhere}/{ending}", **TYPED).status_code == 404


@pytest.mark.parametrize("ending", ["/preview", "/check", "/original", ""])
def test_only_admins_use_the_editor(client: FlaskClient, ending: str) -> None:
    answer = client.post(f"{ADDRESS}{ending}", data=TYPED)
    assert answer.status_code in (302, 303, 400, 401, 403)
    assert CustomEmailText.select().count() == 0


class TestWithAMailServer:
    @pytest.fixture
    def environment(self, environment: dict[str, str], mail_server: MailServer) -> dict[str, str]:
        return {**environment, "SMTP_URL": mail_server.url, "MAIL_FROM": "shop@example.com"}

    def test_a_test_sends_the_unsaved_text_to_the_signed_in_admin(
        self, admin: FlaskClient, mail_server: MailServer
    ) -> None:
        page = post(admin, ADDRESS, test="1", **TYPED)
        assert page.status_code == 200 and f"Test email sent to {OWNER_EMAIL}" in status_of(page.text)
        assert "Thanks, {name}!" in page.text and "data-changed" in page.text
        (message,) = mail_server.received
        assert (message["To"], message["Subject"]) == (OWNER_EMAIL, "Thanks, Marko!")
        assert message.get_content_type() == "multipart/alternative"
        assert "You paid €19.99 at Kiln & Co." in message.get_body(("plain",)).get_content()
        assert CustomEmailText.select().count() == 0

    def test_a_mail_server_that_refuses_is_named(self, admin: FlaskClient, mail_server: MailServer) -> None:
        mail_server.behave = "refuse"
        assert "554 5.7.1 Not today" in alerts_of(post(admin, ADDRESS, test="1", **TYPED).text)
