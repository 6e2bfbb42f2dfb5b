"""Erasing a customer: nothing in any table or file says who it was, the figures stay, Stripe deletes its customer."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from peewee import CharField, TextField

from storefront import db, emails, payments, subscriptions, worker
from storefront.models import (
    AccountLink,
    CancellationStatement,
    CheckoutPress,
    Decline,
    Document,
    Email,
    EmailChange,
    EmailKind,
    EmailOptOut,
    EmailRequest,
    FoundPayment,
    KeptForm,
    Merchant,
    Offer,
    Order,
    OrderAnswer,
    Payment,
    PaymentRequest,
    Record,
    StripeCustomerDeletion,
    Subscription,
    TimelineKind,
    UnpaidOrderEmail,
    WaitingCustomer,
    now,
)
from storefront.payments import CheckoutRequest, RequestFields
from storefront.runtime import current
from storefront.worker.reconciliation import reconcile
from tests.cast import MARKO
from tests.factories import make_offer
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator
from tests.subscription_steps import subscribe
from tests.web.admin_pages import error_at, post, status_of, text_of

NAME, EMAIL, FORMER = "Zefirka Quokkason", "Zefirka.Quokkason@example.com", "wombat.old@example.com"
STREET, PARCEL = "Eucalyptus Alley 7", "JD-Koala-01"
ANSWER, COMPANY, VAT_ID, REASON, ADDRESS = (
    "Size of a marsupial",
    "Burrow & Sons",
    "DE123456788",
    "Too fluffy",
    "203.0.113.77",
)
COLUMNS = Path(__file__).with_name("personal_columns.toml")
PERSON: CheckoutRequest = replace(MARKO, email=EMAIL, name=NAME, visit="a-visit-of-somebody")
# How the texts above may be stored: as typed, folded, in lower case, as a part of an address.
TRACES = re.compile("zefirka|quokkason|wombat|marsupial|burrow|de123456788|fluffy|203[.]0[.]113[.]77|eucalyptus|koala")


def erase(admin: FlaskClient, order: Order, status: int = 303) -> str:
    answer = post(admin, f"/admin/customers/{order.token}/erasure")
    assert answer.status_code == status, text_of(answer.text)
    return answer.text


@pytest.fixture
def orders(merchant: Merchant, simulator: Simulator) -> list[Order]:
    """What a person leaves behind: a purchase, an ended subscription, an unpaid order and rows of every kind."""
    paid = buy(make_offer(merchant, title="Evening"), simulator, PERSON)
    ended = subscribe(make_offer(merchant, kind="recurring", title="Letters"), simulator, buyer=PERSON)
    subscriptions.cancel(ended, immediately=True, by="owner")
    unpaid = start_checkout(make_offer(merchant, title="Tea"), PERSON).order
    start_checkout(make_offer(merchant, title="Ink", kind="recurring"), PERSON)
    Order.update(
        buyer_address=ADDRESS, company=COMPANY, vat_id=VAT_ID, came_from=f'{{"referrer": "{FORMER}"}}',
        withdrawal_reason=REASON, withdrawn_at=now(), withdrawal_handled_at=now(), answer_count=1,
        details_folded=ANSWER.lower(), shipping_address=f'{{"line1": "{STREET}", "city": "Kyiv"}}', country="UA",
        sent_at=now(), tracking_carrier="dhl", tracking_number=PARCEL,
    ).where(Order.id == paid.id).execute()  # fmt: skip
    OrderAnswer.create(order=paid, position=0, question_id=1, words="Size?", kind="text", value=ANSWER)
    invoice = Document.get(Document.order == paid)
    posted = {"ship_to": {"name": NAME, "lines": [STREET, "Kyiv"], "country": "UA"}}
    Document.update(buyer={**invoice.buyer, **posted}).where(Document.id == invoice.id).execute()
    leave_traces(paid, make_offer(merchant, title="Rare"))
    emails.write(EmailKind.OWNER_SALE, paid, "again")
    worker.tasks.send_emails()
    assert Email.select().where(Email.text.contains(NAME)).exists()
    return [paid, ended.order, unpaid]


def leave_traces(order: Order, sold_out: Offer) -> None:
    """Rows that other pages and jobs would write."""
    email = EMAIL.lower()
    order.note(TimelineKind.EMAIL_CHANGED, before=FORMER, after=EMAIL)
    EmailChange.create(token_hash="of a link", old=FORMER, new=EMAIL, orders={str(order.id): FORMER})
    emails.write(EmailKind.EMAIL_CHANGED, order, "email-1", recipient=FORMER, email=EMAIL)
    EmailRequest.create(email=email, address=ADDRESS)
    AccountLink.create(id_hash="of a page", email=email)
    EmailOptOut.create(address=email, topic="x")
    WaitingCustomer.add(sold_out, EMAIL, "en")
    CheckoutPress.create(order=order, network=ADDRESS, email=email, begins=True)
    payment = Payment.get(Payment.order == order)
    Decline.create(payment=payment, attempt="ch_1", address=ADDRESS, offer_id=order.offer_id)
    UnpaidOrderEmail.create(email=Email.get(), recipient=email)
    CancellationStatement.create(
        order_number=order.number,
        email=EMAIL,
        reason=REASON,
        language="en",
        address=ADDRESS,
        order=order,
        handled_at=now(),
    )
    FoundPayment.create(
        merchant=order.merchant, stripe_id="pi_found", amount=1, currency="EUR", email=EMAIL, livemode=False,
        created_at=now(), decided_at=now(),
    )  # fmt: skip
    wanted = RequestFields(f"Portrait of {NAME}", "45", "EUR", order.merchant, NAME, EMAIL, None, "en")
    payments.create_request(wanted)
    KeptForm.keep(1, "/admin/payment-requests/new", [("email", EMAIL)], False)


def traces() -> list[str]:
    """The tables and files that still say who it was."""
    found = []
    for table in db.db.get_tables():
        for row in rows_of(table):
            text = " ".join(
                cell.decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell) for cell in row
            )
            if TRACES.search(text.casefold()):
                found.append(f"{table}: {text[:200]}")
    for file in Path(current().config.instance_dir).rglob("*"):
        if file.is_file() and (hit := TRACES.search(file.read_bytes().decode("latin-1").casefold())):
            found.append(f"{file.name}: {hit[0]}")
    return found


def test_afterwards_no_table_and_no_file_says_who_it_was(admin: FlaskClient, orders: list[Order]) -> None:
    paid = orders[0]
    asked = text_of(admin.get(f"/admin/customers/{paid.token}/erasure").text)
    assert "Erase personal data?" in asked and "4 orders" in asked and "can’t be undone" in asked
    assert len(traces()) > 15
    amounts = [(order.number, order.amount, order.currency) for order in Order.select().order_by(Order.id)]
    business = {"company": "Fabrika", "vat_id": "DE111111125", "country": "DE", "address": "Werkstraße 1"}
    posted = {"ship_to": {"name": NAME, "lines": [STREET], "country": "DE"}}
    Document.update(buyer={"name": NAME, **business, **posted}).where(Document.order != paid).execute()
    erase(admin, paid)
    kept = {document.order_id == paid.id: document.buyer for document in Document.select()}
    assert kept == {True: {"name": "Erased customer", "country": ""}, False: {"name": "Erased customer", **business}}
    assert not traces()
    assert amounts == [(order.number, order.amount, order.currency) for order in Order.select().order_by(Order.id)]
    assert {order.status for order in Order.select()} == {"paid", "expired"}
    page = text_of(admin.get(f"/admin/customers/{paid.token}").text)
    assert "Erased customer" in page and "€19.99" in page
    assert "Account link" not in page and "Erase personal data" not in page
    assert "The customer’s personal data was erased." in text_of(admin.get(f"/admin/orders/{paid.token}").text)
    assert PaymentRequest.get().state == "canceled"


def test_each_column_with_text_is_decided_upon(client: FlaskClient) -> None:
    """A new column of text fails here until `personal_columns.toml` says what erasing a customer does with it."""
    decided = tomllib.loads(COLUMNS.read_text())
    known = {
        table: sorted([*f"{lists.get('erased', '')} {lists.get('impersonal', '')}".split(), *lists.get("kept", ())])
        for table, lists in decided.items()
    }
    models = [model for model in subclasses(Record) if model._meta.table_name in db.db.get_tables()]
    columns = {
        model._meta.table_name: sorted(
            field.column_name for field in model._meta.sorted_fields if isinstance(field, CharField | TextField)
        )
        for model in models
    }
    undecided = {table: names for table, names in columns.items() if names and known.get(table) != names}
    assert not undecided, "decide in personal_columns.toml what erasing does with each of these columns"
    assert not known.keys() - columns.keys()


def subclasses(model: type[Record]) -> Iterator[type[Record]]:
    for found in model.__subclasses__():
        yield found
        yield from subclasses(found)


def test_somebody_without_an_order_is_erased_by_email_address(
    admin: FlaskClient, orders: list[Order], merchant: Merchant
) -> None:
    """Who is on a waiting list, or was asked for a payment, has no page of a customer."""
    waiting, other = "Alpaca@example.com", "other@example.com"
    sold_out = make_offer(merchant, title="Rare too")
    for email in (waiting, other):
        WaitingCustomer.add(sold_out, email, "en")
        EmailRequest.create(email=email.lower(), address="192.0.2.1")
    payments.create_request(RequestFields("Portrait", "45", "EUR", merchant, "Al Paca", waiting, None, "en"))
    assert 'href="/admin/customers/erasure"' in admin.get("/admin/customers").text
    page = "/admin/customers/erasure"
    assert "can’t be undone" in text_of(admin.get(page).text)
    for typed in ("", "alpaca", "nobody@example.com"):
        refused = post(admin, page, email=typed)
        assert refused.status_code == 422 and f'value="{typed}"' in refused.text and error_at(refused.text, "email")
    # Who has ordered is shown first.
    answer = post(admin, page, email=EMAIL.upper())
    assert re.fullmatch(r"/admin/customers/[^/]+/erasure", answer.headers["Location"])
    assert post(admin, page, email=waiting.lower()).status_code == 303
    assert "Everything about this email address was erased." in status_of(admin.get("/admin/customers").text)
    assert [one.email for one in WaitingCustomer.select().where(WaitingCustomer.offer == sold_out)] == [other]
    assert not [table for table in db.db.get_tables() if "alpaca" in repr(rows_of(table)).casefold()]
    request = PaymentRequest.select().order_by(PaymentRequest.id.desc()).get()
    assert (request.state, request.name) == ("canceled", "")
    assert post(admin, page, email=waiting).status_code == 422


def rows_of(table: str) -> list[tuple[object, ...]]:
    # An index of texts has no rows that could be read; its entries are parts of three letters.
    return [] if table.endswith("_search") else list(db.db.execute_sql(f'SELECT * FROM "{table}"').fetchall())


def test_nothing_is_sent_to_an_erased_customer(admin: FlaskClient, orders: list[Order]) -> None:
    erase(admin, orders[0])
    assert not Email.select().where(Email.state == "waiting").exists()
    count = Email.select().where(Email.recipient != "").count()
    payments.request_refund(Order.get_by_id(orders[0].id), 500, "", "a-key")
    worker.tasks.send_emails()
    assert Email.select().where(Email.recipient != "").count() == count
    emails.send_again(Email.get(Email.recipient != ""))
    assert not Email.select().where(Email.state == "waiting", Email.recipient != "").exists()
    # A second time nothing changes, and nothing is asked.
    erase(admin, orders[0])
    assert admin.get(f"/admin/customers/{orders[0].token}/erasure").status_code == 303


def test_another_customer_keeps_everything(
    admin: FlaskClient, orders: list[Order], offer: Offer, simulator: Simulator
) -> None:
    other = buy(offer, simulator, replace(MARKO, visit="another-visit-of-marko"))
    before = {order.email: order.name for order in Order.select().where(Order.email == MARKO.email)}
    written = Email.select().where(Email.recipient == MARKO.email).count()
    erase(admin, orders[0])
    assert before == {order.email: order.name for order in Order.select().where(Order.email == MARKO.email)} != {}
    assert written == Email.select().where(Email.recipient == MARKO.email).count()
    assert MARKO.email in admin.get(f"/admin/customers/{other.token}").text


def test_stripe_deletes_its_customer_even_if_it_is_away_at_first(
    admin: FlaskClient, orders: list[Order], merchant: Merchant, simulator: Simulator
) -> None:
    customer = Subscription.get().customer_id
    erase(admin, orders[0])
    assert Subscription.get().customer_id == ""
    simulator.add_fault(f"/v1/customers/{customer}", "error_before", method="DELETE", times=1)
    reconcile()
    assert StripeCustomerDeletion.get().attempts == 1
    StripeCustomerDeletion.update(next_attempt_at=now()).execute()
    reconcile()
    assert not StripeCustomerDeletion.select().exists()
    assert [one["path"] for one in simulator.logged_requests(f"/v1/customers/{customer}", "DELETE")] != []


def test_what_runs_has_to_end_first(admin: FlaskClient, subscription: Subscription, simulator: Simulator) -> None:
    order = subscription.order
    page = text_of(admin.get(f"/admin/customers/{order.token}/erasure").text)
    assert "A subscription is still running. Cancel it first." in page and "Yes, erase" not in page
    assert "Cancel it first." in text_of(erase(admin, order, 409))
    assert Order.get_by_id(order.id).email == MARKO.email
    Order.update(status="paid", shipping_address='{"line1": "Kyivska 1"}').execute()
    assert "An order still has to be sent." in text_of(erase(admin, order, 409))
    Order.update(withdrawn_at=now(), status="processing").execute()
    page = text_of(admin.get(f"/admin/customers/{order.token}/erasure").text)
    assert "A withdrawal is open." in page and "still being processed" in page


def test_if_an_unpaid_order_can_not_be_closed_nothing_is_erased(
    admin: FlaskClient, orders: list[Order], simulator: Simulator
) -> None:
    simulator.add_fault("/v1/payment_intents/*/cancel", "error_before", times=20)
    assert "nothing was erased" in text_of(erase(admin, orders[0], 503))
    assert Order.get_by_id(orders[0].id).email == EMAIL
    simulator.clear_faults()
    erase(admin, orders[0])
    assert "from 4 orders" in status_of(admin.get("/admin/password").text)
