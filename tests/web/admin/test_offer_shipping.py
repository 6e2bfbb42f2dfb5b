"""Admin → Offers: the shipping address and the shipping prices in the form of an offer."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.models import Offer, ShippingPrice
from tests.web.admin_pages import error_at, token_of

FORM = {
    "title": "Watercolour box",
    "price": "19.99",
    "currency": "EUR",
    "merchant": "",
    "language": "en",
    "status": "draft",
    "max_quantity": "1",
    "shipping-shown": "y",
}


def send(admin: FlaskClient, address: str = "/admin/offers", **fields: str) -> TestResponse:
    return admin.post(address, data=FORM | {"csrf_token": token_of(admin)} | fields)


def rows(*prices: tuple[str, str]) -> dict[str, str]:
    return {
        f"shipping-{at}-{name}": value
        for at, price in enumerate(prices)
        for name, value in zip(("country", "price"), price, strict=True)
    }


def test_prices_are_added_saved_and_shown_again(admin: FlaskClient) -> None:
    page = admin.get("/admin/offers/new").text
    assert ">Ask for shipping address</label>" in page and ">Add shipping price</button>" in page
    page = send(admin, rows="shipping add").text
    assert '<label for="offer-shipping-0-country">Country</label>' in page
    assert '<label for="offer-shipping-0-price">Price</label>' in page and ">All other countries</option>" in page
    assert send(admin, asks_shipping="y", **rows(("UA", "5"), ("DE", "0"), ("*", "12,50"))).status_code == 303
    offer = Offer.get()
    assert offer.asks_shipping
    assert offer.offered_shipping() == [ShippingPrice("UA", 500), ShippingPrice("DE", 0), ShippingPrice("", 1250)]
    page = admin.get(f"/admin/offers/{offer.id}").text
    assert 'value="UA" selected' in page and 'value="*" selected' in page and 'value="12.50"' in page


def test_a_form_without_the_section_keeps_the_prices(admin: FlaskClient) -> None:
    send(admin, asks_shipping="y", **rows(("UA", "5")))
    address = f"/admin/offers/{Offer.get().id}"
    data = {name: value for name, value in FORM.items() if name != "shipping-shown"} | {"asks_shipping": "y"}
    assert admin.post(address, data=data | {"csrf_token": token_of(admin)}).status_code == 303
    assert Offer.get().offered_shipping() == [ShippingPrice("UA", 500)]
    assert send(admin, address, asks_shipping="y").status_code == 303
    assert Offer.get().offered_shipping() == []


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ((("", "5"),), "shipping-0-country", "Choose a country"),
        ((("UA", "5"), ("UA", "6")), "shipping-1-country", "This country has a price already."),
        ((("UA", ""),), "shipping-0-price", "Enter a price like 19.99."),
        ((("UA", "-1"),), "shipping-0-price", "Enter a price like 19.99."),
        ((("UA", "5.001"),), "shipping-0-price", "decimals"),
        ((("UA", "1000000"),), "shipping-0-price", "Stripe’s maximum"),
    ],
)
def test_a_wrong_price_is_refused_at_its_field(
    admin: FlaskClient, typed: tuple[tuple[str, str], ...], field: str, words: str
) -> None:
    answer = send(admin, asks_shipping="y", **rows(*typed))
    assert answer.status_code == 422 and words in error_at(answer.text, field) and not Offer.select().exists()
