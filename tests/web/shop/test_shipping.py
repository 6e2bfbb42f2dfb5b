"""Things that are posted: the address at checkout, and the price of shipping, which is shown before it is charged."""

import pytest
from flask.testing import FlaskClient

from storefront import payments, pricing, shipping
from storefront.customers import export_data
from storefront.models import Merchant, Offer, Order, OrderLine, Payment, PromoCode, Subscription
from storefront.offers import ShippingPriceFields
from tests.cards import GOOD
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.simulator_process import Simulator
from tests.subscription_steps import renew
from tests.web.admin_pages import text_of

KYIV = {
    "country": "UA",
    "shipping_line1": "Хрещатик 1",
    "shipping_line2": "кв. 5",
    "shipping_city": "Київ",
    "shipping_postal_code": "01001",
}
BERLIN = {"country": "DE", "shipping_line1": "Torstraße 7", "shipping_city": "Berlin", "shipping_postal_code": "10119"}
PRICES = (("UA", "5"), ("DE", "0"), ("*", "12.50"))


def posted(merchant: Merchant, prices: tuple[tuple[str, str], ...] = PRICES, **changes: object) -> Offer:
    rows = tuple(ShippingPriceFields(f"shipping-{at}", *price) for at, price in enumerate(prices))
    return make_offer(merchant, asks_shipping=True, shipping=rows, **changes)


def press(client: FlaskClient, offer: Offer, **fields: str) -> tuple[int, dict[str, list[str]]]:
    answer = client.post(f"/o/{offer.slug}/checkout?lang=en", data=MARKOS_FORM | fields)
    return answer.status_code, (answer.json or {}).get("errors", {})


def quoted(client: FlaskClient, offer: Offer, **fields: str) -> dict[str, object]:
    return dict(client.post(f"/o/{offer.slug}/quote?lang=en", data=fields).json or {})


def test_the_page_asks_for_the_address_in_each_language(client: FlaskClient, merchant: Merchant) -> None:
    offer = posted(merchant)
    page = client.get(f"/o/{offer.slug}?lang=en").text
    labels = {
        "shipping_line1": ("Address", "address-line1"),
        "shipping_line2": ("Apartment, suite, etc.", "address-line2"),
        "shipping_postal_code": ("Postal code", "postal-code"),
        "shipping_city": ("City", "address-level2"),
        "shipping_region": ("State or region", "address-level1"),
    }
    for name, (label, autocomplete) in labels.items():
        assert f'<label for="{name}">{label}</label>' in page and f'autocomplete="shipping {autocomplete}"' in page
    assert page.count('name="country"') == 1 and 'autocomplete="shipping country"' in page
    assert "Ukraine: €5.00" in page and "Germany: Free" in page and "All other countries: €12.50" in page
    for language, words in (("uk", ("Адреса доставки", "Місто")), ("ru", ("Адрес доставки", "Город"))):
        other = client.get(f"/o/{offer.slug}?lang={language}").text
        assert all(word in other for word in words) and "Postal code" not in other
    assert "Shipping" not in client.get(f"/o/{make_offer(merchant).slug}?lang=en").text


def test_the_price_is_shown_then_charged_as_a_line_of_the_order(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    offer = posted(merchant)
    assert quoted(client, offer)["summary"] == ""
    shown = quoted(client, offer, country="UA")
    assert "€24.99" in str(shown["button"]) and shown["seen"] == "EUR 2499 2499"
    assert "Shipping €5.00" in text_of(str(shown["summary"]))
    # A page that showed another total is told first.
    assert press(client, offer, **KYIV, seen="EUR 1999")[0] == 422
    assert press(client, offer, **KYIV, seen=str(shown["seen"])) == (200, {})
    order = Order.get()
    lines = [(line.kind, line.title, line.first_charge.amount) for line in OrderLine.of_order(order)]
    assert lines == [("item", offer.title, 1999), ("shipping", "Shipping", 500)]
    assert order.amount == 2499 and order.address_lines == ["Хрещатик 1", "кв. 5", "Київ", "01001"]
    intent = simulator.logged_requests("/v1/payment_intents", "POST")[-1]
    assert "2499" in str(intent) and "Хрещатик 1" in str(intent) and "01001" in str(intent)


@pytest.mark.parametrize(("country", "amount"), [("DE", 1999), ("PL", 3249)])
def test_free_countries_and_all_others(client: FlaskClient, merchant: Merchant, country: str, amount: int) -> None:
    offer = posted(merchant)
    assert press(client, offer, **BERLIN | {"country": country, "shipping_postal_code": "10-119"[:6]})[0] in (200, 422)
    assert press(client, offer, **BERLIN | {"country": country}) == (200, {})
    assert Order.get().amount == amount


def test_a_country_without_a_price_is_refused_at_its_field(client: FlaskClient, merchant: Merchant) -> None:
    offer = posted(merchant, (("UA", "5"),))
    expected = {"country": ["We don’t ship to Germany."]}
    assert quoted(client, offer, country="DE") == {"errors": expected}
    assert press(client, offer, **BERLIN) == (422, expected)
    assert press(client, offer, **BERLIN | {"country": ""})[1]["country"] == ["Choose your country."]
    assert not Order.select().exists()
    free = posted(merchant, ())
    assert press(client, free, **BERLIN) == (200, {}) and Order.get().amount == 1999


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"shipping_line1": " "}, "shipping_line1", "Enter your street and house number."),
        ({"shipping_line1": "x" * 201}, "shipping_line1", "Enter up to 200 characters."),
        ({"shipping_city": ""}, "shipping_city", "Enter your city."),
        ({"shipping_postal_code": ""}, "shipping_postal_code", "Enter a postal code like 12345."),
        ({"shipping_postal_code": "1011"}, "shipping_postal_code", "Enter a postal code like 12345."),
        ({"country": "US", "shipping_postal_code": "94103"}, "shipping_region", "Enter your state or province."),
        (
            {"country": "GB", "shipping_postal_code": "10119"},
            "shipping_postal_code",
            "Enter a postal code like SW1A 1AA.",
        ),
        ({"country": "HK", "shipping_postal_code": "<b>"}, "shipping_postal_code", "or leave it blank."),
    ],
)
def test_a_wrong_part_is_refused_at_its_field(
    client: FlaskClient, merchant: Merchant, fields: dict[str, str], field: str, words: str
) -> None:
    status, errors = press(client, posted(merchant), **BERLIN | fields)
    assert status == 422 and list(errors) == [field] and words in errors[field][0]


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("PL", "00-001"),
        ("PL", "00001"),
        ("NL", "1012ab"),
        ("GB", "sw1a1aa"),
        ("CA", "k1a 0b1"),
        ("LV", "LV-1010"),
        ("HK", ""),
    ],
)
def test_postal_codes_are_taken_as_people_write_them(
    client: FlaskClient, merchant: Merchant, country: str, code: str
) -> None:
    fields = BERLIN | {"country": country, "shipping_postal_code": code, "shipping_region": "Ontario"}
    assert press(client, posted(merchant), **fields) == (200, {})


def test_a_promo_code_and_a_tax_leave_shipping_whole_and_taxed(client: FlaskClient, merchant: Merchant) -> None:
    PromoCode.create(code="HALF", percent=5_000)
    offer = posted(merchant, price="20")
    Offer.update(tax_name="VAT", tax_rate=20_000, tax_included=False).execute()
    shown = quoted(client, offer, country="UA", code="HALF")
    # 10 after the code, 5 for shipping, and 20 % of both.
    assert shown["seen"] == "EUR 1800 1800"
    assert press(client, offer, **KYIV, code="HALF", seen=str(shown["seen"])) == (200, {})
    assert [(line.discount, line.tax) for line in OrderLine.of_order(Order.get())] == [(1000, 200), (0, 100)]
    free = PromoCode.create(code="FREE", percent=10_000)
    assert quoted(client, offer, country="UA", code=free.code)["seen"] == "EUR 600 600"


def test_a_subscription_pays_it_with_each_charge(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    offer = posted(merchant, kind="recurring")
    assert "Subscriptions pay for shipping with each charge." in client.get(f"/o/{offer.slug}?lang=en").text
    shown = quoted(client, offer, country="UA")
    assert shown["seen"] == "EUR 2499 2499"
    started = client.post(
        f"/o/{offer.slug}/checkout?lang=en", data=MARKOS_FORM | KYIV | {"seen": str(shown["seen"])}
    ).json
    simulator.confirm(merchant.publishable_key, started["client_secret"], GOOD)
    client.get(f"/orders/{started['order']}")
    order, subscription = Order.get(), Subscription.get()
    shipping.mark_sent(order, "", "", tell=False)
    assert (order.status, order.amount, subscription.total.amount) == ("paid", 2499, 2499)
    renew(subscription, simulator)
    assert [invoice.amount for invoice in subscription.invoices] == [2499, 2499]
    assert Order.get().sent_at is None


def test_a_payment_plan_pays_it_once(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    offer = posted(merchant, kind="plan", instalments=3)
    shown = quoted(client, offer, country="UA")
    assert shown["seen"] == "EUR 2499 1999"
    assert press(client, offer, **KYIV, seen=str(shown["seen"])) == (200, {})
    order = Order.get()
    assert (order.amount, order.recurring_total.amount, Subscription.get().total.amount) == (2499, 1999, 1999)


def test_a_trial_pays_it_with_the_charges_after_it(client: FlaskClient, merchant: Merchant) -> None:
    offer = posted(merchant, kind="recurring", trial_days=14)
    assert quoted(client, offer, country="UA")["seen"] == "EUR 0 2499"


def test_another_address_replaces_the_payment_so_that_stripe_has_it(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    offer = posted(merchant)
    assert press(client, offer, **BERLIN) == (200, {})
    assert press(client, offer, **BERLIN) == (200, {}) and Payment.select().count() == 1
    assert press(client, offer, **BERLIN | {"shipping_line1": "Torstraße 8"}) == (200, {})
    first, second = Payment.select().order_by(Payment.id)
    assert first.ended_at and second.ended_at is None and Order.get().address_lines[0] == "Torstraße 8"


def test_it_is_kept_shown_searched_and_exported(
    client: FlaskClient, admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    offer = posted(merchant)
    assert press(client, offer, **KYIV) == (200, {})
    order = Order.get()
    for page in (client.get(f"/orders/{order.token}/pay").text, admin.get(f"/admin/orders/{order.token}").text):
        assert "Хрещатик 1" in text_of(page) and "Shipping" in text_of(page)
    assert order.token in admin.get("/admin/orders", query_string={"q": "хрещатик"}).text
    assert '"Хрещатик 1\nкв. 5\nКиїв\n01001"' in admin.get("/admin/orders.csv").text
    assert "Хрещатик" in export_data("marko@example.com")["orders"][0]["shipping_address"]
    assert pricing.quote_of(order).due_now.amount == 2499 and payments.refundable(order) == 0
