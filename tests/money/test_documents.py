"""Invoices and credit notes: one for each payment and refund, numbered without gaps, never changed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from peewee import DatabaseError

from storefront import db, payments
from storefront.errors import FieldErrors
from storefront.models import Document, DocumentSeries, Offer, Order, Payment, Refund, ShownOrder
from tests.cards import GOOD, REFUND_FAILS
from tests.money import document_checks, payment_checks
from tests.money.buyer import Marko
from tests.money.database_copy import DatabaseCopy
from tests.money.in_process_shop import InProcessShop

MONTHLY = {"kind": "recurring", "title": "Monthly letters", "every": 1, "interval": "month"}


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """An empty shop with one offer of €19.99, whose clock says June 2026."""
    shared_shop.reset()
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    return Marko(shop, Offer.get())


def documents() -> list[Document]:
    """All documents; their sums are right."""
    assert document_checks.differences() == []
    return list(Document.select().order_by(Document.id))


def numbers() -> list[str | None]:
    return [document.number for document in documents()]


def refund(order: Order, amount: int, key: str = "", renewal: Payment | None = None) -> Refund:
    return payments.request_refund(order, amount, "requested_by_customer", key or f"refund-{amount}", renewal)


def year_of(shop: InProcessShop) -> int:
    return Order.get().created_at.year


def test_a_payment_gets_an_invoice_in_the_series_of_test_mode(shop: InProcessShop, marko: Marko) -> None:
    order = marko.buy()
    (invoice,) = documents()
    assert invoice.number == f"TEST-{year_of(shop)}-00001" and invoice.issued_at is not None
    assert (invoice.gross, invoice.currency, invoice.tax) == (1999, "EUR", 0)
    assert invoice.buyer["name"] == "Marko" and "email" not in invoice.buyer
    assert invoice.content["card"] == {"brand": "visa", "last4": "4242"}
    assert [(line["title"], line["amount"]) for line in invoice.content["lines"]] == [(order.title, 1999)]


def test_live_payments_have_numbers_of_their_own(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    other = Marko(shop, marko.offer, visit="visit-of-marko-0002")
    other.start_checkout()
    # The simulator takes no real cards.
    Order.update(mode="live").where(Order.token == other.token).execute()
    other.confirm_card(GOOD)
    other.open_order()
    year = year_of(shop)
    assert numbers() == [f"TEST-{year}-00001", f"{year}-00001"]


def test_each_refund_gets_a_credit_note_that_names_the_invoice(shop: InProcessShop, marko: Marko) -> None:
    order = marko.buy()
    refund(order, 500)
    shop.dashboard("POST", "refunds", payment_intent=marko.intent, amount="700")
    shop.deliver_webhooks()
    shop.run_worker()
    invoice, first, second = documents()
    year = year_of(shop)
    assert [first.number, second.number] == [f"TEST-CN-{year}-00001", f"TEST-CN-{year}-00002"]
    assert [first.gross, second.gross] == [500, 700]
    assert {first.about_id, second.about_id} == {invoice.id} and first.refund_id != second.refund_id


def test_a_refund_that_fails_later_takes_its_credit_note_back(shop: InProcessShop, marko: Marko) -> None:
    order = marko.buy(REFUND_FAILS)
    refund(order, 1999)
    assert [one.kind for one in documents()] == ["invoice", "credit_note"]
    shop.control("advance")
    shop.deliver_webhooks()
    shop.run_worker()
    assert Refund.get().status == "failed"
    _, credit_note, correction = documents()
    assert correction.kind == "correction" and correction.about_id == credit_note.id
    assert correction.number == f"TEST-{year_of(shop)}-00002" and correction.gross == 1999


def test_the_refund_of_a_second_payment_has_no_credit_note(shop: InProcessShop, marko: Marko) -> None:
    """It never had an invoice."""
    marko.buy()
    again = Payment.create(
        order=marko.order, merchant=marko.order.merchant, amount=1999, currency="EUR", intent_id="pi_second",
        status="succeeded", ended_at=marko.order.paid_at,
    )  # fmt: skip
    Refund.create(order=marko.order, payment=again, amount=1999, currency="EUR", status="succeeded", refund_id="re_1")
    assert [one.kind for one in documents()] == ["invoice"]


def test_an_order_is_read_together_with_its_documents(shop: InProcessShop, marko: Marko) -> None:
    order = marko.buy()
    for amount in (500, 700):
        refund(order, amount)
    found = ShownOrder.by_token(order.token)
    assert found is not None and found.order == order and found.order.offer == order.offer

    def listed(of: list[Document]) -> list[tuple[object, ...]]:
        return [(one.id, one.kind, one.number, one.total, one.is_credit_note) for one in of]

    assert listed(found.documents) == listed(Document.of_order(order)) and len(found.documents) == 3
    other = Marko(shop, marko.offer, visit="visit-of-marko-0002")
    other.start_checkout()
    unpaid = ShownOrder.by_token(other.token)
    assert unpaid is not None and (unpaid.order, unpaid.documents) == (other.order, [])
    assert ShownOrder.by_token("nobody") is None


def test_a_free_order_has_no_document(shop: InProcessShop) -> None:
    _, offer = shop.reset(kind="recurring", title="Weekly letters", trial_days=14)
    Marko(shop, offer).subscribe()
    assert documents() == []


def test_each_renewal_has_an_invoice_and_its_refund_a_credit_note(shop: InProcessShop) -> None:
    _, offer = shop.reset(**MONTHLY)
    marko = Marko(shop, offer)
    subscription = marko.subscribe()
    renewed = marko.renew()
    assert [one.kind for one in documents()] == ["invoice", "invoice"]
    assert renewed.payment is not None
    refund(subscription.order, 600, renewal=renewed.payment)
    _, second, credit_note = documents()
    assert second.content["period"][0] and second.invoice_id == renewed.id
    assert (credit_note.about_id, credit_note.gross) == (second.id, 600)


def test_a_document_refuses_changes_and_deletion_but_the_customer_can_be_erased(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.buy()
    (invoice,) = documents()
    changes = {"gross": 1, "content": {}, "number": "2026-00009", "month": "2020-01", "charge": "order-9"}
    for column, value in changes.items():
        with pytest.raises(DatabaseError, match="never changes"), db.db.atomic():
            Document.update({column: value}).where(Document.id == invoice.id).execute()
    with pytest.raises(DatabaseError, match="never deleted"), db.db.atomic():
        invoice.delete_instance()
    Document.update(buyer={}).where(Document.id == invoice.id).execute()
    assert Document.get().buyer == {} and Document.get().number == invoice.number


def test_twenty_payments_at_once_have_twenty_numbers(shop: InProcessShop, marko: Marko) -> None:
    buyers = [Marko(shop, marko.offer, visit=f"visit-of-marko-{number:04}") for number in range(20)]
    for number, buyer in enumerate(buyers):
        buyer.start_checkout(address=f"192.0.{number}.7", email=f"marko{number}@example.com")
        buyer.confirm_card(GOOD)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda buyer: buyer.open_order(), buyers))
    year = year_of(shop)
    assert sorted(map(str, numbers())) == [f"TEST-{year}-{number:05}" for number in range(1, 21)]


def test_a_crash_at_any_point_of_a_settlement_leaves_no_gap(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    marko.confirm_card(GOOD)
    shop.crash_injector.clear()
    marko.open_order()
    points = len(shop.crash_injector.reached)
    for point in range(points):
        _, offer = shop.reset()
        marko = Marko(shop, offer)
        marko.start_checkout()
        marko.confirm_card(GOOD)
        shop.crash_injector.arm(point + 1)
        shop.request("GET", f"/orders/{marko.token}")
        assert shop.crashes
        Marko(shop, offer, visit="visit-of-iryna-0001").buy()
        shop.reconcile()
        year = year_of(shop)
        with db.connection():
            assert sorted(map(str, numbers())) == [f"TEST-{year}-00001", f"TEST-{year}-00002"]


def test_a_new_year_begins_with_1_and_never_goes_back(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    year = year_of(shop)
    shop.advance_clock(366 * 86400)
    Marko(shop, marko.offer, visit="visit-of-marko-0002").buy()
    shop.advance_clock(-366 * 86400)
    Marko(shop, marko.offer, visit="visit-of-marko-0003").buy()
    assert numbers() == [f"TEST-{year}-00001", f"TEST-{year + 1}-00001", f"TEST-{year + 1}-00002"]


def test_after_a_restore_documents_wait_until_the_next_number_is_confirmed(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    copy = DatabaseCopy.take()
    Marko(shop, marko.offer, visit="visit-of-iryna-0001").buy()
    copy.restore()
    order = Marko(shop, marko.offer, visit="visit-of-olena-0001").buy()
    refund(order, 500)
    year = year_of(shop)
    assert numbers() == [f"TEST-{year}-00001", None, None]
    assert [(held.series.prefix, str(held.next_number), held.waiting) for held in payments.held_series()] == [
        ("", f"{year}-00001", 0),
        ("CN-", f"CN-{year}-00001", 0),
        ("TEST-", f"TEST-{year}-00002", 1),
        ("TEST-CN-", f"TEST-CN-{year}-00001", 1),
    ]
    with pytest.raises(FieldErrors, match="number_used"):
        payments.confirm_numbers({"": 1, "CN-": 1, "TEST-": 1, "TEST-CN-": 1})
    assert DocumentSeries.is_any_held()
    assert payments.confirm_numbers({"": 1, "CN-": 1, "TEST-": 3, "TEST-CN-": 1}) == 2
    given = [document.number for document in Document.select().order_by(Document.id)]
    assert given == [f"TEST-{year}-00001", f"TEST-{year}-00003", f"TEST-CN-{year}-00001"]
    assert not DocumentSeries.is_any_held() and payments.held_series() == []


def test_after_a_restore_a_payment_from_before_never_gets_a_second_number(shop: InProcessShop, marko: Marko) -> None:
    """The lost database has issued its invoice: only the owner can say which number the customer holds."""
    marko.buy()
    copy = DatabaseCopy.take()
    for number in (2, 3):
        Marko(shop, marko.offer, visit=f"visit-of-marko-{number:04}").buy()
    refund(Order.select().order_by(Order.id.desc()).get(), 700)
    year = year_of(shop)
    lost = [f"TEST-{year}-00002", f"TEST-{year}-00003", f"TEST-CN-{year}-00001"]
    assert numbers() == [f"TEST-{year}-00001", *lost]
    copy.restore()
    shop.reconcile()
    assert payments.confirm_numbers({"": 1, "CN-": 1, "TEST-": 4, "TEST-CN-": 2}) == 0
    fresh = Marko(shop, marko.offer, visit="visit-of-iryna-0001").buy()
    assert [document.number for document in Document.select().order_by(Document.id)] == [
        f"TEST-{year}-00001", None, None, None, f"TEST-{year}-00004"
    ]  # fmt: skip
    waiting = {(one.order.number, one.kind): one for one in payments.undecided(10)}
    first, second, credit_note = (waiting[key] for key in ((1002, "invoice"), (1003, "invoice"), (1003, "credit_note")))
    # A refund of now waits as long as the invoice that it names.
    refund(second.order, 200, "refund-of-now")
    wrong = {"00002": "format", f"TEST-{year}-00005": "later", f"CN-{year}-00001": "format"}
    for typed, code in {**wrong, f"TEST-{year}-00001": "taken", f"TEST-{year}-00000": "taken"}.items():
        with pytest.raises(FieldErrors, match=f"number_{code}"):
            payments.decide_numbers({first.id: typed}, ())
    assert payments.decide_numbers({first.id: lost[0].lower(), credit_note.id: lost[2]}, ()) == 2
    assert payments.decide_numbers({}, [second.id]) == 2
    given = {one.order.number: [two.number for two in Document.of_order(one.order)] for one in (first, second)}
    assert given == {
        first.order.number: [lost[0]],
        second.order.number: [f"TEST-{year}-00005", lost[2], f"TEST-CN-{year}-00002"],
    }
    assert Document.of_order(fresh)[0].number == f"TEST-{year}-00004" and payments.undecided(1) == []
    again = Document.get(Document.number == lost[0])
    assert again.issued_at == again.order.paid_at and again.month == f"{again.order.paid_at:%Y-%m}"


def test_records_agree_after_a_purchase_and_a_refund(shop: InProcessShop, marko: Marko) -> None:
    refund(marko.buy(), 1999)
    shop.deliver_webhooks()
    shop.run_worker()
    with db.connection():
        assert payment_checks.when_idle(shop.ledger()) == []
