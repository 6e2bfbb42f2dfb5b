"""Few pieces left, the least quantity, and the waiting list of a sold-out offer."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from storefront import customers, emails, offers
from storefront.models import Email, EmailTopic, Merchant, Offer, Order, WaitingCustomer, now
from tests.cast import IVAN, LESIA, MARKO, MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import buy, start_checkout
from tests.shop_clock import time_set
from tests.simulator_process import Simulator
from tests.web.admin_pages import text_of


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, stock=1, waiting_list=True, title="Evening", slug="evening")


@pytest.fixture
def sold_out(offer: Offer, simulator: Simulator) -> Offer:
    buy(offer, simulator, MARKO)
    return offer


def join(client: FlaskClient, email: str, lang: str = "en") -> tuple[int, str]:
    answer = client.post(f"/o/evening/waiting-list?lang={lang}", data={"email": email})
    return answer.status_code, text_of(answer.text)


def restock(offer: Offer, stock: int | None) -> None:
    Offer.update(stock=stock).where(Offer.id == offer.id).execute()


def written() -> list[str]:
    customers.write_to_waiting().log_failures()
    return [email.recipient for email in Email.select().where(Email.kind == "back_in_stock").order_by(Email.id)]


def test_few_pieces_are_told_and_limit_the_quantity(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    few = make_offer(merchant, stock=4, max_quantity=9)
    buy(few, simulator, MARKO)
    page = client.get(f"/o/{few.slug}").text
    assert ">3 left<" in page and 'max="3"' in page
    many = make_offer(merchant, stock=11, max_quantity=9)
    page = client.get(f"/o/{many.slug}").text
    assert " left<" not in page and 'max="9"' in page


def test_an_order_has_the_least_quantity_or_more(client: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant, min_quantity=3, max_quantity=5)
    page = client.get(f"/o/{offer.slug}").text
    assert 'min="3" max="5"' in page and 'value="3"' in page and "Pay €59.97" in page
    for quantity, status in (("2", 422), ("6", 422), ("3", 200)):
        answer = client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM | {"quantity": quantity})
        assert answer.status_code == status
    assert Order.get().amount == 3 * 1999
    answer = client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM | {"visit": "another-visit"})
    assert answer.status_code == 200 and Order.select().where(Order.quantity == 3).count() == 2


def test_an_offer_with_fewer_pieces_than_the_least_quantity_is_sold_out(
    client: FlaskClient, merchant: Merchant
) -> None:
    offer = make_offer(merchant, min_quantity=3, max_quantity=5, stock=2)
    assert "This offer is sold out." in client.get(f"/o/{offer.slug}").text


def test_the_sold_out_page_asks_for_an_address_where_the_owner_wants_it(client: FlaskClient, sold_out: Offer) -> None:
    page = client.get("/o/evening").text
    assert "Sold out" in page and re.search(r'<label for="email">Email</label>', page)
    assert ">Tell me when it’s back</button>" in page and "card-element" not in page
    Offer.update(waiting_list=False).execute()
    assert "Tell me when it’s back" not in client.get("/o/evening").text
    assert join(client, "lesia@example.com")[0] == 404


def test_those_who_wait_are_written_to_once_when_a_piece_is_back(client: FlaskClient, sold_out: Offer) -> None:
    status, page = join(client, "Lesia@example.com", "uk")
    assert status == 200 and "Lesia@example.com" in page
    assert join(client, "lesia@example.com")[0] == 200
    assert WaitingCustomer.number_of(sold_out) == 1 and written() == []
    restock(sold_out, 2)
    assert written() == ["Lesia@example.com"] == written()
    emails.send_due()
    email = Email.get(Email.kind == "back_in_stock")
    assert "Evening" in email.subject and "/o/evening?lang=uk" in email.text and "знову" in email.text.lower()
    with time_set(now() + timedelta(days=2)):
        assert len(written()) == 1
        restock(sold_out, 1)
        join(client, "lesia@example.com")
        assert len(written()) == 1
        restock(sold_out, 2)
        with time_set(now() + timedelta(hours=2)):
            assert len(written()) == 2, "who asks again is told again"


def test_the_email_can_be_unsubscribed_from(client: FlaskClient, sold_out: Offer) -> None:
    join(client, "lesia@example.com")
    emails.unsubscribe("lesia@example.com", EmailTopic.WAITING_LIST)
    restock(sold_out, 2)
    written()
    emails.send_due()
    assert Email.get(Email.kind == "back_in_stock").state == "dropped"


def test_not_more_are_written_to_than_pieces_are_there(client: FlaskClient, sold_out: Offer) -> None:
    for number in range(5):
        join(client, f"person{number}@example.com")
    restock(sold_out, 3)
    assert written() == ["person0@example.com", "person1@example.com"]
    with time_set(now() + timedelta(minutes=59)):
        assert len(written()) == 2
    start_checkout(sold_out, LESIA)
    with time_set(now() + timedelta(hours=1, minutes=1)):
        assert len(written()) == 3, "one of the two pieces is held by somebody who pays"
    start_checkout(sold_out, IVAN)
    with time_set(now() + timedelta(hours=3)):
        assert len(written()) == 3, "there is none"
    restock(sold_out, None)
    with time_set(now() + timedelta(hours=4)):
        assert len(written()) == 5


def test_nobody_is_written_to_while_the_offer_cannot_be_bought(client: FlaskClient, sold_out: Offer) -> None:
    join(client, "lesia@example.com")
    restock(sold_out, 5)
    offers.archive([sold_out.id])
    assert written() == []


def test_requests_are_limited_and_wrong_addresses_are_refused(client: FlaskClient, sold_out: Offer) -> None:
    status, page = join(client, "lesia")
    assert status == 422 and "Enter an email address like name@example.com" in page
    assert [join(client, "lesia@example.com")[0] for _ in range(4)] == [200, 200, 200, 429]
    others = [join(client, f"person{number}@example.com")[0] for number in range(18)]
    assert others[-1] == 429 and WaitingCustomer.number_of(sold_out) == 18


def test_other_sites_cannot_put_somebody_on_the_list(client: FlaskClient, sold_out: Offer) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post("/o/evening/waiting-list", data={"email": "lesia@example.com"}, headers=headers)
    assert answer.status_code == 403 and WaitingCustomer.number_of(sold_out) == 0


def test_the_owner_sees_how_many_wait(admin: FlaskClient, client: FlaskClient, sold_out: Offer) -> None:
    for number in range(2):
        join(client, f"person{number}@example.com")
    assert "2 people are waiting." in admin.get(f"/admin/offers/{sold_out.id}").text
