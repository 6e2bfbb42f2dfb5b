"""When an offer is for sale: told on its page before and after, changed by the clock alone, enforced by checkout."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from storefront import settings
from storefront.models import Merchant, Offer, Order
from storefront.payments import CheckoutRequest
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import start_checkout
from tests.shop_clock import time_set
from tests.web.admin_pages import error_at, post, text_of
from tests.web.query_count import queries_of
from tests.web_client import stay_signed_in

BEGIN = datetime(2027, 1, 31, 16, 0, tzinfo=UTC)
END = BEGIN + timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    settings.set_time_zone("Europe/Kyiv")
    return make_offer(merchant, on_sale_from=BEGIN, on_sale_until=END)


def page(client: FlaskClient, offer: Offer) -> str:
    return text_of(client.get(f"/o/{offer.slug}").text)


def press(client: FlaskClient, offer: Offer) -> tuple[int, str]:
    answer = client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM)
    return answer.status_code, (answer.json or {}).get("error", "")


def test_the_page_follows_the_clock_although_it_is_kept(client: FlaskClient, offer: Offer) -> None:
    with time_set(BEGIN - MINUTE):
        before = page(client, offer)
        assert "Not on sale yet You can buy it from January 31, 2027, 6:00 PM EET." in before.replace("\u202f", " ")
        assert before == page(client, offer) and queries_of(client, f"/o/{offer.slug}") == 1
        assert press(client, offer) == (503, "This offer isn’t on sale yet. You haven’t been charged.")
    with time_set(BEGIN):
        during = page(client, offer)
        assert "On sale until February 1, 2027" in during and "Pay €19.99" in during
    with time_set(END):
        after = page(client, offer)
        assert "No longer on sale The sale ended on February 1, 2027" in after and "Pay €19.99" not in after
        assert press(client, offer) == (503, "This offer is no longer on sale. You haven’t been charged.")
    assert not Order.select().exists()


def test_an_order_that_was_begun_in_time_can_be_paid_afterwards(client: FlaskClient, offer: Offer) -> None:
    with time_set(END - MINUTE):
        order = start_checkout(offer, CheckoutRequest("marko@example.com", "Marko", "visit-of-marko", "en")).order
    with time_set(END + MINUTE):
        answer = client.post(f"/orders/{order.token}/pay", data=MARKOS_FORM)
        assert answer.status_code == 200 and "client_secret" in answer.json


def test_the_form_takes_the_times_of_the_shops_zone(admin: FlaskClient, offer: Offer) -> None:
    address = f"/admin/offers/{offer.id}"
    form = admin.get(address).text
    assert 'value="2027-01-31T18:00"' in form and 'value="2027-02-01T18:00"' in form
    fields = {
        "title": "Evening",
        "price": "19.99",
        "currency": "EUR",
        "merchant": offer.merchant_id,
        "language": "en",
        "status": "draft",
        "max_quantity": "1",
        "on_sale_from": "2027-07-01T00:30",
        "on_sale_until": "",
    }
    assert post(admin, address, **fields).status_code == 303
    saved = Offer.get()
    assert (saved.on_sale_from, saved.on_sale_until) == (datetime(2027, 6, 30, 21, 30, tzinfo=UTC), None)
    for wrong, field, message in (
        ({"on_sale_until": "2027-06-30T10:00"}, "on_sale_until", "Enter a time after the start of the sale."),
        ({"on_sale_from": "soon"}, "on_sale_from", "Enter a date and time like 2027-01-31 18:00."),
        ({"on_sale_from": "0001-01-01T00:00"}, "on_sale_from", "Enter a date and time like 2027-01-31 18:00."),
        ({"min_quantity": "2"}, "min_quantity", "Enter no more than the maximum quantity."),
        ({"min_quantity": "0"}, "min_quantity", "Enter a whole number from 1 to 99."),
    ):
        answer = post(admin, address, **fields | wrong)
        assert answer.status_code == 422 and error_at(answer.text, field) == message, wrong


def test_the_owner_reads_why_an_offer_cannot_be_bought(admin: FlaskClient, offer: Offer) -> None:
    with time_set(BEGIN - MINUTE):
        stay_signed_in()
        assert "It’s not on sale yet." in admin.get(f"/admin/offers/{offer.id}").text
