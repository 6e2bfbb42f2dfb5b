"""Admin → Payment requests: a request is made, listed, searched, reminded of and canceled."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from storefront import emails, worker
from storefront.models import Email, Merchant, Offer, PaymentRequest, RequestState, now
from stripe_simulator import accounts
from tests.factories import connect_merchant
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import post, text_of
from tests.web.query_count import plans_of, statements_of

LIST = "/admin/payment-requests"


def ask(admin: FlaskClient, seller: Merchant, **changes: str) -> str:
    form = {
        "title": "Wedding photos",
        "amount": "450.50",
        "currency": "EUR",
        "merchant": str(seller.id),
        "name": "Marko",
        "email": "marko@example.com",
        "expires": (now() + timedelta(days=14)).date().isoformat(),
        "language": "en",
    }
    return post(admin, LIST, **{**form, **changes}).text


def act(admin: FlaskClient, asked: PaymentRequest, what: str) -> str:
    """Press a button of the request's row; the text of the list afterwards."""
    assert post(admin, f"{LIST}/{asked.token}/{what}").status_code == 303
    return text_of(admin.get(LIST).text)


def test_a_new_request_is_listed_with_link_and_qr_code_and_its_email_waits(
    admin: FlaskClient, merchant: Merchant
) -> None:
    assert f'href="{LIST}/new"' in admin.get(LIST).text and f'href="{LIST}"' in admin.get("/admin").text
    for label in ("Description", "Amount", "Currency", "Payment system", "Customer name", "Customer email", "Expires"):
        assert label in text_of(admin.get(f"{LIST}/new").text)
    answer = post(admin, LIST, title="x")
    assert answer.status_code == 422
    ask(admin, merchant)
    asked = PaymentRequest.get()
    assert (asked.amount, asked.currency, asked.state, asked.mode) == (45050, "EUR", "open", "test")
    page = admin.get(LIST).text
    for expected in ("Wedding photos", "€450.50", "Open", "Marko", "Send reminder", "Cancel", "Link and QR code"):
        assert expected in text_of(page), expected
    assert f"http://shop.example.com/r/{asked.token}" in page
    assert admin.get(f"{LIST}/{asked.token}/qr-code.svg").data.startswith(b"<?xml")
    assert "1 open payment request" in text_of(admin.get("/admin").text)
    assert Email.get().kind == "payment_request" and len(asked.token) >= 22


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "", "Say what the payment is for."),
        ("amount", "0", "Stripe’s minimum is"),
        ("amount", "19.999", "at most 2 decimals"),
        ("amount", "1e3", "Enter a price like 19.99."),
        ("email", "marko", "Enter an email address like name@example.com"),
        ("expires", "2001-01-01", "Choose a future date."),
        ("expires", "tomorrow", "Enter a date."),
        ("merchant", "", "Choose a payment system."),
    ],
)
def test_what_is_not_valid_is_refused_at_the_field_and_nothing_is_lost(
    admin: FlaskClient, merchant: Merchant, field: str, typed: str, words: str
) -> None:
    connect_merchant(accounts.TARAS)
    page = ask(admin, merchant, **{"name": "Oksana Petrenko", field: typed})
    assert words in text_of(page) and "Oksana Petrenko" in page and PaymentRequest.select().count() == 0


def test_the_list_is_filtered_by_state_and_searched(admin: FlaskClient, merchant: Merchant) -> None:
    ask(admin, merchant, title="Ceramic bowl", name="Тарас", email="")
    ask(admin, merchant)
    assert Email.select().count() == 1, "without an address there is nobody to write to"
    for typed, found in (("ceramic", "Ceramic bowl"), ("тарас", "Ceramic bowl"), ("marko@", "Wedding photos")):
        page = admin.get(LIST, query_string={"q": typed}).text
        assert found in page and page.count('<details class="request-link"') == 1
    PaymentRequest.update(state=RequestState.PAID).where(PaymentRequest.title == "Ceramic bowl").execute()
    assert "Ceramic bowl" not in admin.get(LIST, query_string={"state": "open"}).text
    assert "Ceramic bowl" in admin.get(LIST, query_string={"state": "paid"}).text


def test_each_page_of_the_list_takes_few_statements_and_an_index(admin: FlaskClient, merchant: Merchant) -> None:
    for number in range(3):
        ask(admin, merchant, title=f"Bowl {number}")
    for query in ("", "?state=open", "?state=paid&mode=test", "?mode=test"):
        assert len(statements_of(lambda address=LIST + query: admin.get(address))) <= 6
        plans = "\n".join(plans_of(lambda address=LIST + query: admin.get(address)).values())
        assert "SCAN payment_request\n" not in plans and "Seq Scan on payment_request" not in plans


def test_reminders_are_sent_by_hand_and_automatically_and_end(admin: FlaskClient, merchant: Merchant) -> None:
    ask(admin, merchant)
    asked = PaymentRequest.get()
    assert "Reminder sent to marko@example.com." in act(admin, asked, "remind")
    assert "A reminder was sent a few minutes ago." in act(admin, asked, "remind")
    for _day in range(5):
        PaymentRequest.update(next_reminder_at=now() - timedelta(hours=1)).where(
            PaymentRequest.next_reminder_at.is_null(False)
        ).execute()
        worker.reconcile()
    reminders = Email.select().where(Email.kind == "payment_request_reminder")
    assert reminders.count() == PaymentRequest.MOST_REMINDERS
    emails.send_due()
    texts = [email.text for email in reminders]
    assert all("€450.50" in text and "/unsubscribe/" in text and f"/r/{asked.token}" in text for text in texts)


def test_canceling_asks_first_and_the_list_keeps_its_filters(admin: FlaskClient, merchant: Merchant) -> None:
    ask(admin, merchant)
    asked = PaymentRequest.get()
    question = f"{LIST}/{asked.token}/cancel?q=wedding&amp;state=open"
    assert question in admin.get(f"{LIST}?q=wedding&state=open").text
    page = admin.get(unescape(question)).text
    assert re.search(r'href="/admin/payment-requests\?q=wedding&amp;state=open" autofocus>Keep request<', page)
    assert "Wedding photos" in page and PaymentRequest.get().state == "open", "nothing happened yet"
    answer = post(admin, f"{LIST}/{asked.token}/cancel", q="wedding", state="open")
    assert answer.location == f"{LIST}?q=wedding&state=open" and PaymentRequest.get().state == "canceled"
    assert admin.get(unescape(question)).location == answer.location, "there is nothing to ask anymore"


def test_a_canceled_request_and_one_that_is_over_get_no_reminder(admin: FlaskClient, merchant: Merchant) -> None:
    ask(admin, merchant)
    asked = PaymentRequest.get()
    assert "Payment request canceled." in act(admin, asked, "cancel")
    assert "isn’t open anymore" in act(admin, asked, "remind")
    assert "isn’t open anymore" in act(admin, asked, "cancel")
    emails.send_due()
    assert Email.get().state == "dropped"
    ask(admin, merchant)
    PaymentRequest.update(expires_at=now() - timedelta(minutes=1)).where(PaymentRequest.state == "open").execute()
    assert "Expired" in text_of(admin.get(LIST).text)
    worker.reconcile()
    assert [one.state for one in PaymentRequest.select().order_by(PaymentRequest.id)] == ["canceled", "expired"]


def test_the_offer_behind_requests_is_in_no_list(
    admin: FlaskClient, client: FlaskClient, merchant: Merchant, offer: Offer, simulator: Simulator
) -> None:
    buy(offer, simulator)
    ask(admin, merchant)
    form = {"email": "marko@example.com", "name": "Marko"}
    assert client.post(f"/r/{PaymentRequest.get().token}/checkout", data=form).status_code == 200
    hidden = Offer.get(Offer.slug.startswith("~"))
    offers_page = admin.get("/admin/offers").text
    assert f'/admin/offers/{hidden.id}"' not in offers_page and f'/admin/offers/{offer.id}"' in offers_page
    assert not re.search(rf'<option value="{hidden.id}"', admin.get("/admin/orders").text)
    assert admin.get(f"/admin/offers/{hidden.id}").status_code == 404
    assert client.get(f"/o/{hidden.slug}").status_code == 404
    assert hidden.slug not in client.get("/sitemap.xml").text + client.get("/").text
    refused = client.post(f"/o/{hidden.slug}/checkout", data={**form, "visit": "a-visit-of-marko-0001"})
    assert refused.status_code in (404, 422)
