"""Pay what you want: the customer types the price, within the limits of the offer and of Stripe."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.models import Merchant, Offer, Order
from storefront.offers import OptionFields
from stripe_simulator import accounts
from tests.cast import MARKOS_FORM
from tests.factories import connect_merchant, make_offer
from tests.web.admin.test_offers import save
from tests.web.admin_pages import text_of

OWN = {"pay_what_you_want": True, "minimum_price": "5", "suggested_price": "12.50"}


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, "", slug="tip", **OWN)


def press(client: FlaskClient, price: str | None, **changes: str) -> TestResponse:
    form = MARKOS_FORM | changes | ({} if price is None else {"price": price})
    return client.post("/o/tip/checkout", data=form)


def test_the_page_suggests_a_price(client: FlaskClient, offer: Offer) -> None:
    page = client.get("/o/tip").text
    assert re.search(r'<input id="own-price" name="price"[^>]* value="12.50"', page)
    assert 'data-unit="1250"' in page and ">Pay €12.50</button>" in page
    assert "From €5.00" in text_of(page) and "In EUR, €5.00 or more" in text_of(page)
    assert "From €5.00" in text_of(client.get("/").text)


def test_the_order_costs_what_was_typed(client: FlaskClient, offer: Offer) -> None:
    assert press(client, "20", seen="EUR 2000").status_code == 200
    assert Order.get().amount == 2000
    # Another amount than the button showed is not charged.
    answer = press(client, "20", seen="EUR 500")
    assert answer.status_code == 422 and "The price is now €20.00." in answer.json["errors"]["price"][0]
    assert press(client, "7,50").status_code == 200
    assert Order.get().amount == 750


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("4.99", "Enter €5.00 or more."),
        ("0", "Enter €0.50 or more."),
        ("1000000", "Enter €999,999.99 or less."),
        ("5.001", "This price has too many decimals."),
        ("five", "Enter a price like 19.99."),
        ("-7", "Enter a price like 19.99."),
        ("1e3", "Enter a price like 19.99."),
        ("", "Enter a price."),
    ],
)
def test_other_prices_are_refused_at_the_field(client: FlaskClient, offer: Offer, typed: str, words: str) -> None:
    answer = press(client, typed)
    assert (answer.status_code, answer.json) == (422, {"errors": {"price": [words]}})
    assert Order.select().count() == 0


@pytest.mark.parametrize(
    ("currency", "minimum", "typed", "amount"),
    [("JPY", "", "50", 50), ("KWD", "1.25", "1.25", 1250), ("HUF", "", "175", 17500)],
)
def test_minor_units_are_those_of_the_currency(
    client: FlaskClient, currency: str, minimum: str, typed: str, amount: int
) -> None:
    account = accounts.KENJI if currency == "JPY" else accounts.OLENA
    make_offer(connect_merchant(account), "", currency, slug="tip", pay_what_you_want=True, minimum_price=minimum)
    assert press(client, typed).status_code == 200
    assert Order.get().amount == amount
    assert press(client, str(int(float(typed)) - 1)).status_code == 422


def test_it_can_be_the_first_of_several_options(client: FlaskClient, merchant: Merchant) -> None:
    fixed = OptionFields("options-0", "Monthly", "9.00", kind="recurring")
    make_offer(merchant, "", slug="tip", option_label="Once", options=(fixed,), **OWN)
    page = client.get("/o/tip").text
    first, second = re.findall(r'name="option" value="(\d+)"', page)
    assert press(client, "30", option=first).status_code == 200
    assert Order.get().amount == 3000
    # A price that is not the customer's to choose comes from the database.
    assert press(client, "0.50", option=second).status_code == 200
    assert Order.get().amount == 900


def test_a_subscription_costs_the_typed_price_each_month(client: FlaskClient, merchant: Merchant) -> None:
    make_offer(merchant, "", slug="tip", kind="recurring", **OWN)
    assert press(client, "8").status_code == 200
    order = Order.get()
    assert (order.amount, order.recurring_total.amount) == (800, 800)
    assert "€8.00 every month" in order.consent


def test_the_form_saves_and_shows_the_prices(admin: FlaskClient) -> None:
    own = {"pay_what_you_want": "y", "minimum_price": "5", "suggested_price": "12.50", "price": ""}
    assert save(admin, **own).status_code == 303
    offer = Offer.get()
    assert (offer.amount, offer.minimum_amount) == (1250, 500)
    page = admin.get(f"/admin/offers/{offer.id}").text
    assert 'name="minimum_price" type="text" value="5.00"' in page
    answer = save(admin, f"/admin/offers/{offer.id}", **own | {"minimum_price": "20"})
    assert answer.status_code == 422
    assert 'id="offer-suggested_price-error" class="field-error">Enter €20.00 or more.' in answer.text
    assert save(admin, f"/admin/offers/{offer.id}", pay_what_you_want=None, price="9").status_code == 303
    assert (Offer.get().amount, Offer.get().minimum_amount) == (900, None)
    assert save(admin, price="").status_code == 422
