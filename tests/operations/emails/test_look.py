"""What emails look like: each kind in each language, and the rows of a receipt, a failed renewal and a refund."""

import re
from email.message import EmailMessage
from html import unescape

import pytest
from flask import Flask

from storefront import emails, payments
from storefront.emails import KINDS
from storefront.models import CustomEmailText, Document, Email, Merchant, Payment, ShopProfile, now
from tests.cards import DECLINED
from tests.factories import connect_merchant, make_offer, make_owner
from tests.mail_server import MailServer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.subscription_steps import newest_invoice, renew, subscribe

PROFILE = ShopProfile(
    name="Kiln & Co",
    accent="#b4532a",
    contact_email="hello@kiln.example",
    contact_phone="+48 600 100 200",
    legal_name="Kiln and Company",
    business_address="Gliniana 4\n00-001 Warszawa",
)
LANGUAGES = ("en", "uk", "ru")
ROW = re.compile(r'<th[^>]*scope="row"[^>]*>([^<]*)</th>\s*<td[^>]*><bdi>([^<]*)</bdi>', re.S)


def day(moment: object) -> str:
    return f"{moment:%B} {moment.day}, {moment.year}"  # type: ignore[attr-defined]


def visible(html: str) -> str:
    """The words of an email's HTML."""
    return unescape(re.sub(r"<!--.*?-->|<(style|title)>.*?</\1>|<[^>]*>", " ", html, flags=re.S))


def rows_of(html: str) -> list[tuple[str, str]]:
    return [(unescape(label), unescape(value)) for label, value in ROW.findall(html)]


def bodies_of(message: EmailMessage) -> tuple[str, str]:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and html is not None
    return str(text.get_content()), str(html.get_content())


def message_to(mail_server: MailServer, recipient: str, begins: str) -> EmailMessage:
    (found,) = [m for m in mail_server.received if m["To"] == recipient and str(m["Subject"]).startswith(begins)]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_has_one_heading_one_button_or_none_and_nothing_left_over(app: Flask, language: str) -> None:
    PROFILE.save()
    for kind, known in KINDS.items():
        shown = emails.preview(kind, language)
        words = visible(shown.html)
        for part in (shown.subject, words, shown.text):
            assert "{" not in part and "}" not in part and "None" not in part and "**" not in part, (kind, part)
        assert "://" not in words, f"{kind}: addresses are in the plain text only"
        assert len(re.findall(r"<h1\b", shown.html)) == 1, kind
        # An invoice's number leads to it.
        papers = re.findall(r'<a href="(http[^"]*/documents/[^"]*)"', shown.html)
        assert len(papers) == len({"invoice", "credit_note"} & set(known.facts)), kind
        buttons = [link for link in re.findall(r'<a href="(http[^"]*)"', shown.html) if link not in papers]
        assert len(buttons) == (1 if known.button else 0), kind
        links = [unescape(link) for link in re.findall(r'<a [^>]*href="(http[^"]*)"', shown.html)]
        ends = [link for link in links if link.startswith("http://shop.example.com/unsubscribe/")]
        assert len(ends) == (1 if known.topic else 0) and len(links) == len(buttons + papers + ends), (kind, links)
        assert sorted(re.findall(r"http\S+", shown.text)) == sorted(links), kind
        assert shown.text.count("://") == len(links), kind
        assert len(shown.subject) <= 78, (kind, shown.subject)
        assert f'<html lang="{language}"' in shown.html and "Kiln & Co" in words and "Kiln & Co" in shown.text
        preheader = re.search(r"<body[^>]*>\s*<div[^>]*>([^<]+)", shown.html)
        assert preheader is not None and len(preheader[1].strip()) >= 20, kind
        assert ("hello@kiln.example" in words and "Gliniana 4" in words) != known.for_owner, kind
        assert {label for label, _value in rows_of(shown.html)} or not known.facts, kind


def test_the_button_has_the_shops_color_and_the_page_follows_a_dark_screen(app: Flask) -> None:
    PROFILE.save()
    html = emails.preview("receipt", "en").html
    colors = ShopProfile.load().colors
    assert f'bgcolor="{colors.light}"' in html and colors.dark in html
    assert '<meta name="color-scheme" content="light dark">' in html and "prefers-color-scheme: dark" in html


def test_the_logo_is_in_the_email_with_its_whole_address(app: Flask) -> None:
    ShopProfile(name="Kiln & Co", logo="abc123.png", logo_width=320, logo_height=64).save()
    html = emails.preview("receipt", "en").html
    assert '<img class="logo" src="http://shop.example.com/logo/abc123.png" alt="Kiln &amp; Co" width="160"' in html


def test_a_receipt_has_the_order_the_card_and_the_total_as_rows(
    merchant: Merchant, simulator: Simulator, mail_server: MailServer
) -> None:
    PROFILE.save()
    make_owner()
    order = buy(make_offer(merchant, title="Watercolor evening"), simulator)
    payment = Payment.get(Payment.order == order)
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")
    emails.send_due()
    message = message_to(mail_server, "marko@example.com", "Receipt from Kiln & Co · €19.99")
    assert message.get_content_type() == "multipart/alternative"
    text, html = bodies_of(message)
    rows = [
        ("Order", f"#{order.number}"),
        ("Date", day(order.paid_at)),
        ("Item", "Watercolor evening"),
        ("Card", "Visa •••• 4242"),
        # The account's own descriptor begins so.
        ("On your statement", "OLENA…"),
        ("Total", "€19.99"),
    ]
    assert rows_of(html) == rows
    number = Document.get().number
    invoice = f"Invoice: {number} http://shop.example.com/orders/{order.token}/documents/{number}?lang=en"
    lines = [f"{label}: {value}" for label, value in rows]
    assert "\n".join([*lines[:-1], invoice, lines[-1]]) in text.replace("\r\n", "\n")
    assert text.startswith("Hi Marko,")
    assert re.search(r"^View order: http://shop\.example\.com/my/\S+\s*$", text, flags=re.M)
    sale = bodies_of(message_to(mail_server, "olena@example.com", "New sale"))[1]
    assert ("Customer", "Marko") in rows_of(sale) and ("Email", "marko@example.com") in rows_of(sale)


def test_a_failed_renewal_names_the_card_the_period_and_the_amount(
    simulator: Simulator, app: Flask, mail_server: MailServer
) -> None:
    make_owner()
    subscription = subscribe(make_offer(connect_merchant(), kind="recurring", title="Weekly letters"), simulator)
    emails.send_due()
    mail_server.received.clear()
    renew(subscription, simulator, "declines")
    emails.send_due()
    invoice = newest_invoice(subscription)
    _text, html = bodies_of(message_to(mail_server, "marko@example.com", "Your €19.99 payment failed"))
    found = dict(rows_of(html))
    assert list(found) == ["Order", "Item", "Period", "Card", "Amount"]
    assert found["Item"] == "Weekly letters" and found["Amount"] == "€19.99"
    assert re.fullmatch(r"(\w+) •••• \d{4}", found["Card"])
    assert str(invoice.period_end.year) in found["Period"] and "–" in found["Period"]
    assert "Pay with another card" in html


def test_a_refund_names_its_amount_and_the_card_that_gets_it(
    merchant: Merchant, simulator: Simulator, mail_server: MailServer
) -> None:
    order = buy(make_offer(merchant, title="Watercolor evening"), simulator)
    payments.request_refund(order, 500, "requested_by_customer", "key-of-a-press-0001")
    emails.send_due()
    text, html = bodies_of(message_to(mail_server, "marko@example.com", "Refund from shop.example.com · €5.00"))
    assert rows_of(html) == [
        ("Order", f"#{order.number}"),
        ("Date", day(now())),
        ("Item", "Watercolor evening"),
        ("Refunded to", "Visa •••• 4242"),
        ("Refunded", "€5.00"),
    ]
    assert "It can take 5–10 days" in text


def test_an_email_about_an_unpaid_order_names_no_card(
    merchant: Merchant, simulator: Simulator, mail_server: MailServer
) -> None:
    started = start_checkout(make_offer(merchant, title="Watercolor evening"))
    confirm(simulator, started, DECLINED)
    refresh(started.order)
    with time_moved(hours=1):
        emails.send_due()
    _text, html = bodies_of(message_to(mail_server, "marko@example.com", "Complete your order"))
    assert [label for label, _value in rows_of(html)] == ["Order", "Item", "Total"]
    assert "Pay €19.99" in html


def test_a_text_of_the_owners_from_before_keeps_working(
    merchant: Merchant, simulator: Simulator, mail_server: MailServer
) -> None:
    CustomEmailText.create(
        kind="receipt",
        language="en",
        subject="Thanks, {name}!",
        words="Hello {name},\r\n\r\n**{amount}** for *{title}*, order no. {number}, see {link}",
    )
    order = buy(make_offer(merchant, title="Watercolor evening"), simulator)
    emails.send_due()
    message = message_to(mail_server, "marko@example.com", "Thanks, Marko!")
    text, html = bodies_of(message)
    assert f"€19.99 for Watercolor evening, order no. {order.number}, see http://shop.example.com/my/" in text
    assert re.search(r"<h1[^>]*>Thanks, Marko!</h1>", html), "the heading is the owner's too"
    assert ("Total", "€19.99") in rows_of(html)
    assert Email.get(Email.kind == "receipt").state == "sent"
