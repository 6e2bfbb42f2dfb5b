"""The page that ends the emails of a topic with one press, for readers and for their mail programs (RFC 8058)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails
from storefront.models import EmailOptOut, EmailTopic
from tests.factories import SHOP_URL
from tests.web_client import browser


def address_of_page(email: str = "Marko@example.com", topic: EmailTopic = EmailTopic.REMINDERS) -> str:
    return emails.unsubscribe_url(email, topic, "en").removeprefix(SHOP_URL)


def ended(email: str = "marko@example.com") -> list[EmailTopic]:
    return [topic for topic in EmailTopic if EmailOptOut.has(email, topic)]


@pytest.mark.parametrize("topic", list(EmailTopic))
def test_one_press_ends_the_emails_and_another_one_brings_them_back(client: FlaskClient, topic: EmailTopic) -> None:
    page = client.get(address_of_page(topic=topic))
    assert page.status_code == 200 and page.text.count("<button") == 1 and "marko@example.com" in page.text
    assert ended() == [], "mail scanners open links"
    path = address_of_page(topic=topic).partition("?")[0]
    assert "We won’t send these emails" in client.post(f"{path}?lang=en").text
    assert ended("MARKO@example.com") == [topic]
    assert "Unsubscribed" in client.get(f"{path}?lang=en").text
    client.post(f"{path}/undo")
    assert ended() == []


def test_a_mail_program_unsubscribes_without_opening_the_page(app: Flask) -> None:
    for _repeated in range(2):
        # As they do: from no page, with no cookie.
        answer = app.test_client().post(address_of_page(), data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert EmailOptOut.select().count() == 1


def test_links_that_the_shop_has_not_made_open_nothing(app: Flask) -> None:
    token = address_of_page().split("/")[2].partition("?")[0]
    # Not the last character: some of its bits mean nothing, so that the token could stay the same.
    for other in (token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1], "x", "..."):
        assert browser(app).post(f"/unsubscribe/{other}").status_code == 404
    assert EmailOptOut.select().count() == 0


def test_the_page_is_in_the_readers_language(client: FlaskClient) -> None:
    path = address_of_page().partition("?")[0]
    assert "Відписатися" in client.get(f"{path}?lang=uk").text and "Отписаться" in client.get(f"{path}?lang=ru").text
