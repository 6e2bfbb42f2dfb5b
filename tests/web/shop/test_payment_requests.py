"""A payment request as the customer meets it: paid once, by whoever is first, for exactly what was asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import payments, settings, worker
from storefront.db import connection
from storefront.models import (
    Document,
    Email,
    LegalSettings,
    LegalText,
    Merchant,
    Offer,
    Order,
    Payment,
    PaymentRequest,
    now,
)
from storefront.money import Money
from storefront.offers import TaxFields
from storefront.payments import RequestFields
from tests.cards import DECLINED, GOOD
from tests.purchase_steps import refresh
from tests.simulator_process import Simulator
from tests.web.admin_pages import post, text_of
from tests.web_client import browser

FORM = {"email": "marko@example.com", "name": "Marko"}


def ask(
    merchant: Merchant, amount: str = "450.50", currency: str = "EUR", days: int = 14, tax: TaxFields | None = None
) -> PaymentRequest:
    fields = RequestFields(
        title="Wedding photos",
        amount=amount,
        currency=currency,
        merchant=merchant,
        name="Marko",
        email="marko@example.com",
        expires_at=now() + timedelta(days=days),
        language="en",
        tax=tax or TaxFields(),
    )
    return payments.create_request(fields)


@pytest.fixture
def asked(merchant: Merchant) -> PaymentRequest:
    return ask(merchant)


def press(client: FlaskClient, asked: PaymentRequest, **changes: str) -> dict[str, str]:
    answer = client.post(f"/r/{asked.token}/checkout", data=FORM | changes)
    assert answer.status_code == 200 and answer.cache_control.no_store, answer.text
    found: dict[str, str] = answer.json
    return found


def pay(simulator: Simulator, merchant: Merchant, answer: dict[str, str], card: str = GOOD) -> Order:
    simulator.confirm(merchant.publishable_key, answer["client_secret"], card)
    return refresh(Order.get(Order.token == answer["order"]))


def test_the_page_says_who_asks_for_what_how_much_and_until_when(client: FlaskClient, asked: PaymentRequest) -> None:
    answer = client.get(f"/r/{asked.token}")
    words = text_of(answer.text)
    for expected in ("shop.example.com", "Wedding photos", "€450.50", "Pay until", "Pay €450.50"):
        assert expected in words, expected
    assert answer.headers["X-Robots-Tag"] == "noindex" and "Set-Cookie" not in answer.headers
    assert client.get("/r/nothing").status_code == 404
    assert (
        client.post(f"/r/{asked.token}/checkout", data=FORM, headers={"Sec-Fetch-Site": "cross-site"}).status_code
        == 403
    )


def test_a_paid_request_is_an_order_like_any_other(
    client: FlaskClient, admin: FlaskClient, asked: PaymentRequest, merchant: Merchant, simulator: Simulator
) -> None:
    order = pay(simulator, merchant, press(client, asked, amount="1", quantity="1"))
    assert (order.status, order.amount, order.currency, order.title) == ("paid", 45050, "EUR", "Wedding photos")
    assert PaymentRequest.get().state == "paid"
    assert "Thank you, Marko!" in text_of(client.get(f"/orders/{order.token}/thank-you").text)
    assert "This request is paid" in text_of(client.get(f"/r/{asked.token}").text)
    assert {"receipt", "owner_sale"} <= {email.kind for email in Email.select()}
    page = text_of(admin.get(f"/admin/orders/{order.token}").text)
    assert "Wedding photos" in page and "Paid: €450.50" in page and "Payment request" in page
    assert "Wedding photos" in admin.get("/admin/orders.csv").text
    assert f"#{order.number}" in admin.get("/admin/payment-requests").text
    payments.request_refund(order, 45050, "requested_by_customer", "one-press")
    assert press(client, asked) == {"next": f"/orders/{order.token}", "order": order.token}


def test_everybody_who_pays_it_pays_one_order(
    app: Flask, asked: PaymentRequest, merchant: Merchant, simulator: Simulator
) -> None:
    def press_pay(number: int) -> dict[str, str]:
        with app.app_context(), connection():
            return press(browser(app), asked, email=f"buyer{number}@example.com")

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(press_pay, range(6)))
    assert len({answer["client_secret"] for answer in answers}) == 1
    assert Order.select().count() == Payment.select().count() == 1
    assert pay(simulator, merchant, answers[0]).status == "paid"
    assert "next" in press(browser(app), asked, email="late@example.com")


def test_a_declined_card_leaves_the_request_open(
    client: FlaskClient, asked: PaymentRequest, merchant: Merchant, simulator: Simulator
) -> None:
    order = pay(simulator, merchant, press(client, asked), DECLINED)
    assert (order.status, PaymentRequest.get().state) == ("pending", "open")
    assert "Pay order" in client.get(f"/orders/{order.token}/pay").text
    assert pay(simulator, merchant, press(client, asked)).status == "paid"


def test_cancelling_while_somebody_pays_closes_the_payment(
    client: FlaskClient, asked: PaymentRequest, merchant: Merchant, simulator: Simulator
) -> None:
    answer = press(client, asked)
    assert payments.cancel_request(PaymentRequest.get())
    order = Order.get()
    assert (order.status, Payment.get().status) == ("expired", "canceled")
    assert "canceled this request" in text_of(client.get(f"/r/{asked.token}").text)
    assert press(client, asked)["next"] == f"/orders/{answer['order']}"
    assert Email.select().where(Email.kind == "order_expired").count() == 0


def test_a_payment_that_was_faster_than_the_cancellation_counts(
    client: FlaskClient, asked: PaymentRequest, merchant: Merchant, simulator: Simulator
) -> None:
    answer = press(client, asked)
    simulator.confirm(merchant.publishable_key, answer["client_secret"], GOOD)
    payments.cancel_request(PaymentRequest.get())
    assert (Order.get().status, PaymentRequest.get().state) == ("paid", "paid")


def test_a_canceled_request_begins_no_payment(client: FlaskClient, asked: PaymentRequest) -> None:
    payments.cancel_request(asked)
    assert press(client, asked) == {"next": f"/r/{asked.token}"}
    assert Order.select().count() == 0


def test_an_overdue_request_closes_with_its_order(
    client: FlaskClient, asked: PaymentRequest, merchant: Merchant, simulator: Simulator
) -> None:
    press(client, asked)
    over = now() - timedelta(minutes=1)
    PaymentRequest.update(expires_at=over).execute()
    Order.update(expires_at=over).execute()
    worker.reconcile()
    worker.reconcile()
    assert (Order.get().status, PaymentRequest.get().state) == ("expired", "expired")
    assert "has expired" in text_of(client.get(f"/r/{asked.token}").text)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"), [("5000", "JPY", 5000), ("1990", "HUF", 199000), ("100", "USD", 10000)]
)
def test_any_currency_of_the_merchant_can_be_asked_for(
    client: FlaskClient, merchant: Merchant, simulator: Simulator, amount: str, currency: str, minor: int
) -> None:
    asked = ask(merchant, amount, currency)
    order = pay(simulator, merchant, press(client, asked))
    assert (order.status, order.amount, order.currency) == ("paid", minor, currency)


def test_a_browser_can_not_make_up_the_visit_of_a_request(client: FlaskClient, offer: Offer) -> None:
    answer = client.post(f"/o/{offer.slug}/checkout", data=FORM | {"visit": "request-1"})
    assert answer.status_code == 422 and Order.select().count() == 0


def test_the_shops_terms_are_agreed_to_before_paying(client: FlaskClient, asked: PaymentRequest) -> None:
    LegalSettings.save({text: {"en": "Words"} for text in LegalText}, True)
    assert 'name="consent"' in client.get(f"/r/{asked.token}").text
    refused = client.post(f"/r/{asked.token}/checkout", data=FORM)
    assert refused.status_code == 422 and "consent" in refused.json["errors"]
    press(client, asked, consent="y")
    assert Order.get().terms_consent.startswith("I agree")


def test_after_too_many_declines_the_owner_sees_why_and_asks_again(
    client: FlaskClient, admin: FlaskClient, asked: PaymentRequest, merchant: Merchant, simulator: Simulator
) -> None:
    settings.save({"declines_per_order": 2})
    answer = press(client, asked)
    for _ in range(2):
        order = pay(simulator, merchant, answer, DECLINED)
    assert (order.status, PaymentRequest.get().state) == ("failed", "failed")
    page = text_of(client.get(f"/r/{asked.token}").text)
    assert "This request can’t be paid anymore." in page and "Contact the seller for a new link." in page
    rows = text_of(admin.get("/admin/payment-requests").text)
    assert "Payment failed" in rows and "Too many cards were declined." in rows and "Request again" in rows
    assert "Send reminder" not in rows and payments.due_reminders() == []
    assert post(admin, f"/admin/payment-requests/{asked.token}/repeat").status_code == 303
    again = PaymentRequest.get(PaymentRequest.state == "open")
    same = ("title", "amount", "currency", "name", "email", "language", "merchant_id")
    assert [getattr(again, name) for name in same] == [getattr(asked, name) for name in same]
    assert again.token != asked.token and abs(again.expires_at - now() - timedelta(days=14)) < timedelta(minutes=5)
    assert Email.select().where(Email.kind == "payment_request").count() == 2
    assert pay(simulator, merchant, press(client, again)).status == "paid"
    # One that can still be paid, or is paid, is not repeated.
    post(admin, f"/admin/payment-requests/{again.token}/repeat")
    assert PaymentRequest.select().count() == 2


def test_a_request_has_its_own_right_of_withdrawal(
    client: FlaskClient, admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    form = {"title": "Portrait", "amount": "80", "currency": "EUR", "merchant": str(merchant.id), "language": "en"}
    refused = post(admin, "/admin/payment-requests", **form, withdrawal_days="400")
    assert "Enter a number of days from 0 to 365." in text_of(refused.text) and "Portrait" in refused.text
    post(admin, "/admin/payment-requests", **form, withdrawal_days="30")
    asked = PaymentRequest.get()
    assert "30 days" in text_of(client.get(f"/r/{asked.token}").text)
    order = pay(simulator, merchant, press(client, asked))
    assert order.withdrawal_days == 30
    assert "Withdraw from contract here" in text_of(client.get(f"/orders/{order.token}/thank-you").text)


@pytest.mark.parametrize(
    ("amount", "currency", "included", "charged", "tax", "shown"),
    [
        ("450.50", "EUR", True, 45050, 7508, "Wedding photos €450.50 Total €450.50 Includes VAT 20% €75.08"),
        ("450.50", "EUR", False, 54060, 9010, "Wedding photos €450.50 VAT 20% €90.10 Total €540.60"),
        ("999", "JPY", False, 1199, 200, "Wedding photos ¥999 VAT 20% ¥200 Total ¥1,199"),
    ],
)
def test_the_tax_of_a_request_is_shown_charged_and_told(
    client: FlaskClient,
    admin: FlaskClient,
    merchant: Merchant,
    simulator: Simulator,
    amount: str,
    currency: str,
    included: bool,
    charged: int,
    tax: int,
    shown: str,
) -> None:
    asked = ask(merchant, amount, currency, tax=TaxFields("VAT", "20", included))
    total = asked.total.format("en")
    page = " ".join(text_of(client.get(f"/r/{asked.token}").text).split())
    assert shown in page and f"Pay {total}" in page
    assert total in admin.get("/admin/payment-requests").text
    assert total in text_of(admin.get(f"/admin/emails/{Email.get().id}").text)
    order = pay(simulator, merchant, press(client, asked))
    assert (order.status, order.amount, Payment.get().amount) == ("paid", charged, charged)
    assert (order.tax, order.tax_rate, order.is_tax_added) == (tax, 20000, not included)
    for address in (f"/orders/{order.token}/thank-you", f"/admin/orders/{order.token}"):
        viewer = admin if "admin" in address else client
        assert "VAT 20%" in text_of(viewer.get(address).text), address
    receipt = Email.get(Email.kind == "receipt")
    assert "VAT 20%" in text_of(admin.get(f"/admin/emails/{receipt.id}").text)
    assert f'"VAT","20","{Money(tax, currency).decimal_text()}"' in admin.get("/admin/orders.csv").text
    (document,) = Document.of_order(order)
    assert (document.gross, document.tax) == (charged, tax)


def test_a_request_with_a_tax_is_repeated_at_the_same_price(client: FlaskClient, merchant: Merchant) -> None:
    asked = ask(merchant, "19.99", tax=TaxFields("VAT", "9.975", False))
    payments.cancel_request(asked)
    again = payments.repeat_request(PaymentRequest.get())
    same = ("amount", "tax", "tax_name", "tax_rate", "tax_included", "price")
    assert [getattr(again, name) for name in same] == [2198, 199, "VAT", 9975, False, 1999]


def test_a_wrong_tax_is_said_at_its_field(client: FlaskClient, admin: FlaskClient, merchant: Merchant) -> None:
    form = {"title": "Portrait", "amount": "80", "currency": "EUR", "merchant": str(merchant.id), "language": "en"}
    for typed, sentence in (
        ({"tax_rate": "20"}, "Enter the name of the tax, such as VAT."),
        ({"tax_name": "VAT", "tax_rate": "many"}, "Enter a percentage from 0 to 100"),
        ({"tax_name": "VAT"}, "Enter a rate, such as 20."),
        ({"tax_name": "VAT", "tax_rate": "100", "amount": "600000"}, "Stripe’s maximum is €999,999.99."),
    ):
        refused = post(admin, "/admin/payment-requests", **{**form, **typed})
        assert refused.status_code == 422 and sentence in text_of(refused.text), typed
        assert "Portrait" in refused.text and PaymentRequest.select().count() == 0
    post(admin, "/admin/payment-requests", **form, tax_name="VAT", tax_rate="20")
    assert PaymentRequest.get().amount == 9600
